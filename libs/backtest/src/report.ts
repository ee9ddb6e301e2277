import { clockOf } from '@stadtfunk/forecast';
import { DAY_MS } from '@stadtfunk/kernel';
import type { Rule, RuleSet } from '@stadtfunk/rules';
import { differenceOf } from './difference.ts';
import { notModelledBy } from './not-modelled.ts';
import { touches, withinMs, type Episode, type Period } from './episode.ts';

/** What one version of a rule would have done in the period. */
export interface RuleTally {
  readonly ruleVersion: string;
  /** Alerts that were raised in the period, about assets or devices: those of groups are no more of them. */
  readonly fired: number;
  /** Alerts that were open already when it began. */
  readonly openBefore: number;
  readonly openAtEnd: number;
  /** About how many assets or devices. */
  readonly subjects: number;
  /** The time in which its alerts were open, added up over all subjects, ms. */
  readonly alarmMs: number;
  /** Groups that began in the period, and how many of the alerts raised in it stand or stood behind one. */
  readonly groups: number;
  readonly grouped: number;
  /** New jobs, of groups as well; how often one was opened again, and how often the alert joined the job of another rule. */
  readonly jobs: number;
  readonly reopened: number;
  readonly joined: number;
  /** Readings for which its condition failed, such as `1 / 0 > 0`, and how the last time. */
  readonly failures: number;
  readonly lastFailure: string | null;
}

export interface RuleReport {
  readonly ruleId: string;
  readonly new: RuleTally;
  /** What the same rule does in the set that it was compared with; null: there is no such rule. */
  readonly old: RuleTally | null;
  /** Alerts of one set without one of the other at the same time; null where there is nothing to compare with. */
  readonly onlyNew: number | null;
  readonly onlyOld: number | null;
  readonly both: number | null;
}

export interface ReportedAlert extends Episode {
  /** Which set has it: `new` without one of the old set at the same time, `old` the other way round, `both`. */
  readonly in: 'new' | 'old' | 'both';
}

/** Alerts raised on a local day of the city, `2026-11-21`. */
export interface DayReport {
  readonly day: string;
  readonly new: number;
  readonly old: number | null;
}

export interface BacktestReport extends Period {
  readonly devices: number;
  readonly uplinks: number;
  readonly readings: number;
  readonly rules: readonly RuleReport[];
  /** Rules of the set compared with that the new files do not have. Nothing is said of them. */
  readonly notCompared: readonly string[];
  /** What could not be known, in plain words. */
  readonly notModelled: readonly string[];
  readonly days: readonly DayReport[];
  /** Oldest first; those of the new set, and of the old one those that the new one lacks. */
  readonly alerts: readonly ReportedAlert[];
  /** How many there are; more than are listed where a limit was reached. */
  readonly alertCount: number;
}

export interface Outcome {
  readonly rules: RuleSet;
  readonly episodes: readonly Episode[];
}

export interface ReportOptions extends Period {
  readonly counts: Pick<BacktestReport, 'devices' | 'uplinks' | 'readings'>;
  readonly fresh: Outcome;
  readonly old: Outcome | null;
  /** IANA zone whose days count. */
  readonly zone: string;
  readonly mostAlerts: number;
}

export function reportOf({ counts, fresh, old, zone, mostAlerts, ...period }: ReportOptions): BacktestReport {
  const ofNew = fresh.episodes.filter((episode) => touches(episode, period));
  const compared = (old?.episodes ?? []).filter(
    (episode) => fresh.rules.find(episode.ruleId) && touches(episode, period),
  );
  const difference = old && differenceOf(ofNew, compared);
  const both = difference && new Set(difference.both.new);
  const all = [...ofNew, ...(difference?.onlyOld ?? [])].sort(
    (a, b) => a.raisedAt - b.raisedAt || compareText(a.subject, b.subject) || compareText(a.ruleId, b.ruleId),
  );
  const isOld = new Set(difference?.onlyOld);
  const setOf = (episode: Episode) => (isOld.has(episode) ? 'old' : both?.has(episode) === false ? 'new' : 'both');
  const count = (episodes: readonly Episode[], id: string) => episodes.filter(({ ruleId }) => ruleId === id).length;
  return {
    ...period,
    ...counts,
    rules: fresh.rules.rules.map((rule) => {
      const oldRule = old?.rules.find(rule.id);
      return {
        ruleId: rule.id,
        new: tallyOf(rule, fresh.rules, ofNew, period),
        old: old && oldRule ? tallyOf(oldRule, old.rules, compared, period) : null,
        onlyNew: difference && count(difference.onlyNew, rule.id),
        onlyOld: difference && count(difference.onlyOld, rule.id),
        both: difference && count(difference.both.new, rule.id),
      };
    }),
    notCompared: (old?.rules.rules ?? []).map(({ id }) => id).filter((id) => !fresh.rules.find(id)),
    notModelled: notModelledBy(fresh.rules),
    days: daysOf(ofNew.filter(isSingle), old && compared.filter(isSingle), period, zone),
    alerts: all.slice(0, mostAlerts).map((episode) => ({ ...episode, in: setOf(episode) })),
    alertCount: all.length,
  };
}

function tallyOf(rule: Rule, rules: RuleSet, all: readonly Episode[], period: Period): RuleTally {
  const ofRule = all.filter(({ ruleId }) => ruleId === rule.id);
  const begun = ofRule.filter(({ raisedAt }) => raisedAt >= period.from);
  const episodes = ofRule.filter(isSingle);
  const fired = begun.filter(isSingle);
  const failures = rules.failures().find(({ ruleId }) => ruleId === rule.id);
  return {
    ruleVersion: rule.version,
    fired: fired.length,
    openBefore: episodes.length - fired.length,
    openAtEnd: episodes.filter(({ clearedAt }) => clearedAt === null || clearedAt >= period.to).length,
    subjects: new Set(episodes.map(({ subject }) => subject)).size,
    alarmMs: episodes.reduce((sum, episode) => sum + withinMs(episode, period), 0),
    groups: begun.length - fired.length,
    grouped: fired.filter(({ groupAlertId }) => groupAlertId !== null).length,
    jobs: begun.filter(({ job }) => job && !job.isReopened && !job.isJoined).length,
    reopened: begun.filter(({ job }) => job?.isReopened).length,
    joined: begun.filter(({ job }) => job?.isJoined).length,
    failures: failures?.count ?? 0,
    lastFailure: failures?.last ?? null,
  };
}

/** About an asset or a device, and not about a group of them. */
function isSingle({ members }: Episode): boolean {
  return members === null;
}

/** Days on which something was raised. */
function daysOf(
  fresh: readonly Episode[],
  old: readonly Episode[] | null,
  { from }: Period,
  zone: string,
): readonly DayReport[] {
  const clock = clockOf(zone);
  const count = (episodes: readonly Episode[]) => {
    const days = new Map<number, number>();
    for (const { raisedAt } of episodes) {
      if (raisedAt < from) continue;
      const day = Math.floor(clock.localTime(raisedAt) / DAY_MS);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    return new Map([...days].map(([day, raised]) => [new Date(day * DAY_MS).toISOString().slice(0, 10), raised]));
  };
  const ofNew = count(fresh);
  const ofOld = old && count(old);
  return [...new Set([...ofNew.keys(), ...(ofOld?.keys() ?? [])])]
    .sort()
    .map((day) => ({ day, new: ofNew.get(day) ?? 0, old: ofOld && (ofOld.get(day) ?? 0) }));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
