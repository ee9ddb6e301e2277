import { Fault, type Clock } from '@stadtfunk/kernel';
import type { DueRollUps } from './due-roll-ups.ts';
import { endOfLocalDay, localHourOf, startOfLocalDay } from './local-day.ts';
import { KEEP_FOR_EVER, keptSince, type DataClass, type Retention } from './retention.ts';
import type { Grain, RollUps } from './roll-ups.ts';

const HOUR_MS = 3_600_000;
/** Hours and days are rolled up this long after their end: most readings have arrived, and few are done twice. */
const SETTLE_MS = 600_000;
/** What is this close to the end of its retention is left alone: engines delete by clocks of their own. */
const MARGIN_MS = HOUR_MS;

export interface RollUpDueOptions {
  readonly rollUps: RollUps;
  readonly due: DueRollUps;
  readonly clock: Clock;
  /** The city's zone. Fixed: days that were made in another one stay as they are. */
  readonly zone: string;
  /** Absent: everything is kept for ever. */
  readonly retention?: Retention;
  /** Hours, and days, done in one call. */
  readonly limit: number;
  readonly onProgress?: (progress: RollUpProgress) => void;
}

export interface RollUpProgress {
  readonly hours: number;
  readonly days: number;
  /** Rows of hours and days that were written. */
  readonly rows: number;
  /** Left as they were, because what they are made from is no longer kept. */
  readonly closed: number;
  /** Whether the limit was reached: there may be more to do. */
  readonly isMore: boolean;
}

/**
 * Rolls up what is due: hours that have ended, then the days that they belong to. To be called every few minutes; gives
 * undefined when another process is at it. Work that fails stays due. A fault that no retry helps is thrown after the rest
 * is done, others at once.
 */
export function rollUpDue(options: RollUpDueOptions): Promise<RollUpProgress | undefined> {
  return options.due.exclusively(() => new RollUpRun(options).run());
}

class RollUpRun {
  readonly #options: RollUpDueOptions;
  readonly #now: number;
  readonly #done = { hours: 0, days: 0, rows: 0, closed: 0 };
  #isMore = false;
  #fault: Fault | undefined;

  constructor(options: RollUpDueOptions) {
    this.#options = options;
    this.#now = options.clock.now();
  }

  async run(): Promise<RollUpProgress> {
    const { zone } = this.#options;
    await this.#markAtFirst();
    const settled = this.#now - SETTLE_MS;
    await this.#each('hour', settled - (settled % HOUR_MS), (start) => this.#hour(start));
    await this.#each('day', startOfLocalDay(settled, zone), (start) => this.#day(start));
    if (this.#fault) throw this.#fault;
    return this.#progress();
  }

  /** Readings that are older than the first roll-up: from before an upgrade, or the roll-ups were dropped. */
  async #markAtFirst(): Promise<void> {
    const { rollUps, due } = this.#options;
    for (const grain of ['hour', 'day'] as const) if (await rollUps.has(grain, -Infinity, Infinity)) return;
    await due.mark('hour', await rollUps.hoursWithReadings());
  }

  async #each(grain: Grain, before: number, act: (start: number) => Promise<readonly number[]>): Promise<void> {
    const { due, limit, onProgress } = this.#options;
    const claimed = await due.claim(grain, before, limit);
    this.#isMore ||= claimed.length >= limit;
    for (const start of claimed) {
      try {
        const days = await act(start);
        await due.finish(grain, [start], days);
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.retryable) throw thrown;
        this.#fault ??= thrown;
      }
      onProgress?.(this.#progress());
    }
  }

  /** An hour of UTC: where clocks differ from it by parts of an hour, two local ones. Gives the days to do. */
  async #hour(utcHour: number): Promise<readonly number[]> {
    const { rollUps, zone } = this.#options;
    const days = new Set<number>();
    for (let at = utcHour; at < utcHour + HOUR_MS;) {
      const [start, end] = localHourOf(at, zone);
      if (await this.#isClosed('hour', start, end)) {
        this.#done.closed++;
      } else {
        this.#done.rows += await rollUps.rollUpHour(start, end);
        days.add(startOfLocalDay(start, zone));
      }
      at = end;
    }
    this.#done.hours++;
    return [...days];
  }

  async #day(start: number): Promise<readonly number[]> {
    const { rollUps, zone } = this.#options;
    const end = endOfLocalDay(start, zone);
    if (await this.#isClosed('day', start, end)) this.#done.closed++;
    else this.#done.rows += await rollUps.rollUpDay(start, end);
    this.#done.days++;
    return [];
  }

  /** What is made from data that may be gone in part keeps what it has; what would be deleted at once is not made. */
  async #isClosed(grain: Grain, start: number, end: number): Promise<boolean> {
    const { rollUps, zone, retention = KEEP_FOR_EVER } = this.#options;
    const day = startOfLocalDay(start, zone);
    const isKept = (dataClass: DataClass) => day >= keptSince(retention, dataClass, this.#now) + MARGIN_MS;
    if (!isKept(grain)) return true;
    return !isKept(grain === 'hour' ? 'reading' : 'hour') && rollUps.has(grain, start, end);
  }

  #progress(): RollUpProgress {
    return { ...this.#done, isMore: this.#isMore };
  }
}
