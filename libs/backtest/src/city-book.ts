import { idFrom } from '@stadtfunk/kernel';
import { groupKey, type Alert, type AlertChange } from '@stadtfunk/maintenance';
import {
  emptyRulesRows,
  MemoryAlertBook,
  MemoryAlertSettlement,
  type AlertRows,
  type GroupPlaces,
} from '@stadtfunk/rules';
import type { Episode, EpisodeJob } from './episode.ts';

/** Alerts that may become one group, and what is held of them. */
interface Group {
  readonly key: string;
  readonly rows: AlertRows;
  readonly book: MemoryAlertBook;
  readonly settlement: MemoryAlertSettlement;
  /** When the first of them has waited long enough. */
  dueAt: number;
}

/**
 * The alerts and jobs that decisions come to, in the order of time: with the groups, jobs that join others and jobs of the last time
 * that live records make of them, by the same code. Nobody works on jobs: a sensor confirms them, or they are withdrawn.
 */
export class CityBook {
  readonly #rows: AlertRows = emptyRulesRows();
  readonly #book = new MemoryAlertBook(this.#rows, true);
  readonly #places: GroupPlaces;
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<string, Group>();
  /** By alert: that of the group behind which it stood last. */
  readonly #behind = new Map<string, string>();
  /** Groups with alerts that wait. */
  readonly #waiting = new Set<Group>();

  constructor(places: GroupPlaces) {
    this.#places = places;
  }

  /** What was decided at one moment, not before what was noted last. */
  async note(at: number, changes: readonly AlertChange[]): Promise<void> {
    if (this.#waiting.size > 0) await this.#waitUntil(at);
    let touched: Set<Group> | undefined;
    for (const change of changes) {
      const group = this.#find(change);
      (group?.book ?? this.#book).apply(change, at);
      if (group) (touched ??= new Set()).add(group);
    }
    if (touched) for (const group of touched) await this.#settle(group, at);
    // For live pages, of which there are none.
    this.#rows.events.length = 0;
  }

  /** Time has come to `to` and nothing more was decided. */
  async end(to: number): Promise<void> {
    await this.#waitUntil(to);
  }

  /** In the order in which they were decided. */
  get episodes(): readonly Episode[] {
    return [...this.#rows.alerts.values()].map((alert) => this.#episodeOf(alert));
  }

  #find(change: AlertChange): Group | undefined {
    if (change.type !== 'raise' || !change.grouping) return this.#groupOf.get(change.alertId);
    const group = this.#groupBy(groupKey(change.ruleId, change.grouping));
    this.#groupOf.set(change.alertId, group);
    return group;
  }

  #groupBy(key: string): Group {
    let group = this.#groups.get(key);
    if (!group) {
      // What is held is looked through whenever something happens to a group: apart, it is little.
      const rows: AlertRows = { ...this.#rows, held: new Map(), groups: new Map() };
      const settlement = new MemoryAlertSettlement(rows, this.#places);
      group = { key, rows, book: new MemoryAlertBook(rows, true), settlement, dueAt: Infinity };
      this.#groups.set(key, group);
    }
    return group;
  }

  async #settle(group: Group, now: number): Promise<void> {
    await group.settlement.settle(now);
    group.dueAt = Infinity;
    const open = group.rows.groups.get(group.key);
    for (const [alertId, { state, waitsUntil }] of group.rows.held) {
      if (state === 'grouped' && open) this.#behind.set(alertId, open.alertId);
      if (state === 'waiting' && waitsUntil !== null && waitsUntil > now)
        group.dueAt = Math.min(group.dueAt, waitsUntil);
    }
    if (group.dueAt < Infinity) this.#waiting.add(group);
    else this.#waiting.delete(group);
  }

  /** Lets out who has waited long enough up to a moment, each at its time. */
  async #waitUntil(to: number): Promise<void> {
    for (;;) {
      let next: Group | undefined;
      for (const group of this.#waiting) if (group.dueAt <= to && group.dueAt < (next?.dueAt ?? Infinity)) next = group;
      if (!next) return;
      await this.#settle(next, next.dueAt);
    }
  }

  #episodeOf(alert: Alert): Episode {
    const { alertId, ruleId, ruleVersion, severity, title, subject, assetId, deviceId } = alert;
    const { raisedAt, clearedAt, clearReason, members = null } = alert;
    const groupAlertId = this.#behind.get(alertId) ?? null;
    const about = { alertId, ruleId, ruleVersion, severity, title, subject, assetId, deviceId };
    return { ...about, raisedAt, clearedAt, clearReason, groupAlertId, members, job: this.#jobOf(alert) };
  }

  #jobOf(alert: Alert): EpisodeJob | null {
    const jobs = this.#book.jobsOf(alert.alertId);
    // The job of its group has taken the place of its own.
    const job = jobs.findLast(({ state }) => state !== 'cancelled' || !this.#behind.has(alert.alertId));
    if (!job) return null;
    const { jobId, kind, department } = job;
    const isReopened = job.alertIds.some((alertId) => {
      const other = this.#rows.alerts.get(alertId);
      return other?.ruleId === alert.ruleId && other.subject === alert.subject && other.raisedAt < alert.raisedAt;
    });
    // A job with one alert was made for it.
    const isJoined = !isReopened && job.alertIds.length > 1 && jobId !== idFrom('job', alert.alertId);
    return { jobId, kind, department, isReopened, isJoined };
  }
}
