import { DAY_MS, zoneOffsetMs } from '@stadtfunk/kernel';

/** Clocks everywhere change at full quarters of an hour of UTC, so within one they stay as far ahead as at its start. */
const QUARTER_MS = 15 * 60_000;
/** Two years of days and a year of quarters; what is asked again is computed again. */
const MOST_KEPT = 40_000;

/**
 * How far the clocks of a zone are ahead. Asking the platform takes microseconds, so answers are kept; no answer depends
 * on what was asked before.
 */
export class LocalClock {
  readonly zone: string;
  /** By day of UTC: the offset all day long, or NaN on the days on which it changes. */
  readonly #days = new Map<number, number>();
  readonly #quarters = new Map<number, number>();
  #day = NaN;
  #offsetMs = NaN;

  constructor(zone: string) {
    this.zone = zone;
  }

  /** What the clocks show at a moment, as the UTC ms at which clocks in UTC show the same. */
  localTime(time: number): number {
    const day = Math.floor(time / DAY_MS);
    if (day !== this.#day) {
      this.#offsetMs = this.#offsetOfDay(day);
      this.#day = day;
    }
    if (!Number.isNaN(this.#offsetMs)) return time + this.#offsetMs;
    const quarter = Math.floor(time / QUARTER_MS);
    return time + kept(this.#quarters, quarter, () => zoneOffsetMs(quarter * QUARTER_MS, this.zone));
  }

  #offsetOfDay(day: number): number {
    return kept(this.#days, day, () => {
      const [first, last] = [zoneOffsetMs(day * DAY_MS, this.zone), zoneOffsetMs((day + 1) * DAY_MS, this.zone)];
      return first === last ? first : NaN;
    });
  }
}

const clocks = new Map<string, LocalClock>();

/** The clock of a zone (`Europe/Berlin`), the same one every time. */
export function clockOf(zone: string): LocalClock {
  let clock = clocks.get(zone);
  if (!clock) clocks.set(zone, (clock = new LocalClock(zone)));
  return clock;
}

function kept(answers: Map<number, number>, key: number, ask: () => number): number {
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = ask();
    if (answers.size >= MOST_KEPT) answers.clear();
    answers.set(key, answer);
  }
  return answer;
}
