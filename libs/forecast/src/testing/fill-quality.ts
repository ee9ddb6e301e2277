import { DAY_MS } from '@stadtfunk/kernel';
import { observeLevel } from '../fill-update.ts';
import { forecastLevels } from '../fill-forecast.ts';
import { newFillState, type FillState } from '../fill-state.ts';
import { LocalClock } from '../local-clock.ts';
import { makeBin } from './bin-history.ts';

const HOUR_MS = 3_600_000;
const ZONE = 'Europe/Berlin';
/** Learning days before the first question. */
const LEARNING_DAYS = 21;

export interface FillQuality {
  /** How many questions were asked, and the share of those with an answer. */
  readonly asked: number;
  readonly answered: number;
  /** Of answers: shares of truths within the interval, before it and after it. */
  readonly covered: number;
  readonly before: number;
  readonly after: number;
  /** Hours: median of |expected - true|, over answers whose truth is at most a week away; its median relative to the truth. */
  readonly medianErrorHours: number;
  readonly medianRelativeError: number;
  readonly medianWidthHours: number;
  /** The same questions, answered by the slope of the last 24 hours, and since the container was emptied last. */
  readonly lastSlope: NaiveQuality;
  readonly sinceEmptied: NaiveQuality;
}

export interface NaiveQuality {
  readonly answered: number;
  readonly medianErrorHours: number;
  readonly medianRelativeError: number;
}

export interface QualityOptions {
  readonly seeds: readonly number[];
  readonly from: number;
  readonly days: number;
  readonly intervalMs: number;
  readonly level: number;
  readonly learningDays?: number;
}

/** Asks every 7 hours or so when bins will be full, and compares with what the same people would have brought. */
export function measureFillQuality(options: QualityOptions): FillQuality {
  const { seeds, from, days, intervalMs, level, learningDays = LEARNING_DAYS } = options;
  const clock = new LocalClock(ZONE);
  const every = Math.max(1, Math.round((7 * HOUR_MS) / intervalMs));
  let [asked, answered, covered, before, after] = [0, 0, 0, 0, 0];
  const errors: Pair[] = [];
  const widths: number[] = [];
  const slopes = { last: [] as Pair[], since: [] as Pair[] };
  for (const seed of seeds) {
    const bin = makeBin(seed, { from, days, zone: ZONE, intervalMs });
    let state: FillState | undefined;
    for (const [index, { at, level: seen }] of bin.readings.entries()) {
      if (state) observeLevel(state, clock, at, seen);
      else state = newFillState(at, seen);
      if (at < from + learningDays * DAY_MS || index % every !== 0 || seen >= level) continue;
      const truth = bin.reachedAt(at, level);
      if (truth === null || truth === at) continue;
      asked++;
      const soon = truth - at <= 7 * DAY_MS;
      const note = (pairs: Pair[], expectedAt: number) => pairs.push([Math.abs(expectedAt - truth), truth - at, soon]);
      for (const [name, expectedAt] of Object.entries(
        naive(bin.readings.slice(Math.max(0, index - 400), index + 1), level),
      )) {
        if (expectedAt !== null) note(slopes[name as 'last' | 'since'], expectedAt);
      }
      const [forecast] = forecastLevels(state, clock, [level]);
      if (typeof forecast !== 'object' || forecast.expectedAt === null) continue;
      answered++;
      if (forecast.earliestAt !== null && truth < forecast.earliestAt) before++;
      else if (forecast.latestAt !== null && truth > forecast.latestAt) after++;
      else covered++;
      note(errors, forecast.expectedAt);
      if (forecast.latestAt !== null && soon) widths.push((forecast.latestAt - forecast.earliestAt!) / HOUR_MS);
    }
  }
  return {
    asked,
    answered: answered / asked,
    covered: covered / answered,
    before: before / answered,
    after: after / answered,
    ...errorsOf(errors),
    medianWidthHours: median(widths),
    lastSlope: { answered: slopes.last.length / asked, ...errorsOf(slopes.last) },
    sinceEmptied: { answered: slopes.since.length / asked, ...errorsOf(slopes.since) },
  };
}

type Pair = readonly [errorMs: number, truthMs: number, soon: boolean];

function errorsOf(pairs: readonly Pair[]) {
  const soon = pairs.filter(([, , isSoon]) => isSoon);
  return {
    medianErrorHours: median(soon.map(([error]) => error / HOUR_MS)),
    medianRelativeError: median(soon.map(([error, truth]) => error / truth)),
  };
}

type Readings = ReturnType<typeof makeBin>['readings'];

/** What a spreadsheet would do: a straight line through the last day, or through all since the level last fell by a tenth. */
function naive(readings: Readings, level: number): { readonly last: number | null; readonly since: number | null } {
  const newest = readings.at(-1)!;
  const lineFrom = (start: Readings[number] | undefined): number | null => {
    if (!start || newest.at - start.at < 3 * HOUR_MS || newest.level <= start.level) return null;
    return newest.at + ((level - newest.level) * (newest.at - start.at)) / (newest.level - start.level);
  };
  let emptied = readings.length - 1;
  while (emptied > 0 && readings[emptied - 1]!.level - readings[emptied]!.level < 0.1) emptied--;
  return {
    last: lineFrom(readings.find(({ at }) => at >= newest.at - DAY_MS - HOUR_MS)),
    since: lineFrom(readings[emptied]),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
