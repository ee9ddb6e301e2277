import type { IncidentKind } from '../truth/incident.ts';
import type { ExamCounts, ExamOutcome } from './examine.ts';
import { mergeTally, newTally, precisionOf, quantileOf, recallOf, type Mistake, type RuleTally } from './tally.ts';
import type { UnseenReason } from './visibility.ts';

export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

/** What an exam says of one rule, or of all of them together. Rates are 0..1, times seconds. */
export interface ExamFigures {
  readonly incidents: number;
  readonly visible: number;
  readonly found: number;
  readonly missed: number;
  readonly unseen: Readonly<Partial<Record<UnseenReason, number>>>;
  readonly alerts: number;
  readonly right: number;
  readonly false: number;
  readonly misled: number;
  readonly undecided: number;
  readonly recall: number | null;
  readonly precision: number | null;
  /** Misled alerts counted as false ones. */
  readonly precisionWithMisled: number | null;
  readonly secondsSinceVisible: Quantiles;
  readonly secondsSinceBegin: Quantiles;
  readonly falsePerDeviceYear: number | null;
  readonly jobs: number;
  /** Alerts that stand for several that are one problem. */
  readonly groups: number;
  /** Jobs by incidents of which an alert was there or could have been. */
  readonly jobsPerIncident: number | null;
}

export interface RuleFigures extends ExamFigures {
  readonly ruleId: string;
  readonly covers: readonly IncidentKind[];
}

/** What comes of an exam, over all its runs. */
export interface ExamDocument {
  readonly scenarios: readonly string[];
  readonly seeds: readonly number[];
  readonly runs: number;
  readonly counts: ExamCounts;
  readonly deviceDays: number;
  readonly total: ExamFigures;
  readonly rules: readonly RuleFigures[];
  /** Rules of which nobody said what they are about. */
  readonly notExamined: readonly string[];
  /** Incidents that no rule is about. */
  readonly uncovered: Readonly<Record<string, number>>;
  /** The first ones, with where to look. */
  readonly mistakes: readonly (Omit<Mistake, 'from' | 'to' | 'visibleAt'> &
    Readonly<Record<'from' | 'to' | 'visibleAt', string | null>>)[];
  readonly mistakeCount: number;
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365.25 * DAY_MS;

/** Adds up the runs of an exam. */
export class ExamBook {
  readonly #tallies = new Map<string, RuleTally>();
  readonly #uncovered = new Map<string, number>();
  readonly #mistakes: Mistake[] = [];
  readonly #scenarios = new Set<string>();
  readonly #seeds = new Set<number>();
  readonly #counts: ExamCounts = { devices: 0, uplinks: 0, repeats: 0, rejected: 0, readings: 0 };
  readonly #mostMistakes: number;
  readonly #notExamined = new Set<string>();
  #mistakeCount = 0;
  #runs = 0;
  #deviceMs = 0;

  constructor(mostMistakes: number) {
    this.#mostMistakes = mostMistakes;
  }

  add({ run, tallies, mistakes, counts, uncovered }: ExamOutcome): void {
    this.#runs++;
    this.#scenarios.add(run.scenario);
    this.#seeds.add(run.seed);
    this.#deviceMs += (run.to - run.from) * run.devices.length;
    for (const { id } of run.rules.rules) if (!run.covers.has(id)) this.#notExamined.add(id);
    for (const name of ['devices', 'uplinks', 'repeats', 'rejected', 'readings'] as const)
      this.#counts[name] += counts[name];
    for (const tally of tallies) {
      const { ruleId, kinds, foretells } = tally;
      let sum = this.#tallies.get(ruleId);
      if (!sum) this.#tallies.set(ruleId, (sum = newTally(ruleId, kinds, foretells)));
      mergeTally(sum, tally);
    }
    for (const [kind, count] of uncovered) this.#uncovered.set(kind, (this.#uncovered.get(kind) ?? 0) + count);
    this.#mistakeCount += mistakes.length;
    this.#mistakes.push(...mistakes.slice(0, Math.max(0, this.#mostMistakes - this.#mistakes.length)));
  }

  get document(): ExamDocument {
    const total = newTally('', [], false);
    for (const tally of this.#tallies.values()) mergeTally(total, tally);
    const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
    return {
      scenarios: [...this.#scenarios],
      seeds: [...this.#seeds],
      runs: this.#runs,
      counts: { ...this.#counts },
      deviceDays: this.#deviceMs / DAY_MS,
      total: figuresOf(total),
      rules: [...this.#tallies.values()].map((tally) => ({
        ruleId: tally.ruleId,
        covers: tally.kinds,
        ...figuresOf(tally),
      })),
      notExamined: [...this.#notExamined],
      uncovered: Object.fromEntries([...this.#uncovered].sort()),
      mistakes: this.#mistakes.map(({ from, to, visibleAt, ...mistake }) => {
        return { ...mistake, from: iso(from), to: iso(to), visibleAt: iso(visibleAt) };
      }),
      mistakeCount: this.#mistakeCount,
    };
  }
}

function figuresOf(tally: RuleTally): ExamFigures {
  const { incidents, visible, found, missed, alerts, right, misled, undecided, jobs, groups, deviceMs } = tally;
  const quantiles = (values: readonly number[]): Quantiles => {
    const seconds = (part: number) => {
      const ms = quantileOf(values, part);
      return ms === null ? null : Math.round(ms / 1000);
    };
    return { p50: seconds(0.5), p95: seconds(0.95) };
  };
  const concerned = Math.max(visible, right);
  return {
    ...{ incidents, visible, found, missed, alerts, right, false: tally.false, misled, undecided, jobs, groups },
    unseen: Object.fromEntries(Object.entries(tally.unseen).filter(([, count]) => count > 0)),
    recall: recallOf(tally),
    precision: precisionOf(tally),
    precisionWithMisled: precisionOf({ right, false: tally.false + misled }),
    secondsSinceVisible: quantiles(tally.sinceVisibleMs),
    secondsSinceBegin: quantiles(tally.sinceBeginMs),
    falsePerDeviceYear: deviceMs === 0 ? null : (tally.false * YEAR_MS) / deviceMs,
    jobsPerIncident: concerned === 0 ? null : jobs / concerned,
  };
}

/** What an exam has to reach, 0..1. */
export interface PassMark {
  readonly recall?: number;
  readonly precision?: number;
}

/** Who has not reached it, in words; nobody: passed. What nothing is known of has not failed. */
export function failuresOf({ total, rules }: ExamDocument, mark: PassMark, isEachRule: boolean): readonly string[] {
  const asked: readonly (readonly [string, ExamFigures])[] = [
    ['all rules together', total],
    ...(isEachRule ? rules.map((rule) => [rule.ruleId, rule] as const) : []),
  ];
  return asked.flatMap(([name, figures]) =>
    (['recall', 'precision'] as const).flatMap((figure) => {
      const [reached, wanted] = [figures[figure], mark[figure]];
      if (reached === null || wanted === undefined || reached >= wanted) return [];
      return [`${name}: ${figure} ${reached.toFixed(4)} is less than ${wanted}`];
    }),
  );
}
