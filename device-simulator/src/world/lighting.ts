import type { StreetType } from '../city/streets.ts';
import type { CityClock } from './city-clock.ts';
import type { Nights } from './night.ts';
import type { Weather } from './thing.ts';

const MINUTE_MS = 60_000;
/** Under a closed sky a photocell switches so much earlier in the evening and later in the morning. */
const CLOUD_MINUTES = 8;

/** From this local hour on, this level; the list runs from the afternoon over midnight to the morning. */
export interface DimmingStep {
  readonly hour: number;
  readonly level: number;
}

/** What a type of street is dimmed to at night. 50 % from 23:00 to 05:00 is what is common; main roads go by traffic. */
export const DIMMING: Readonly<Record<StreetType, readonly DimmingStep[]>> = {
  residential: [
    { hour: 23, level: 0.5 },
    { hour: 5, level: 1 },
  ],
  shopping: [
    { hour: 0, level: 0.6 },
    { hour: 5.5, level: 1 },
  ],
  arterial: [
    { hour: 22, level: 0.7 },
    { hour: 1, level: 0.5 },
    { hour: 4.5, level: 1 },
  ],
  industrial: [
    { hour: 22, level: 0.4 },
    { hour: 4.5, level: 1 },
  ],
};

/** What lamps are told from one noon to the next: `levels[i]` from `times[i]` on, UTC ms. The first is the noon. */
export interface NightPlan {
  readonly until: number;
  readonly times: readonly number[];
  readonly levels: readonly number[];
}

/** What all lamps of one cabinet are told. */
export class Lighting {
  readonly #plans = new Map<number, NightPlan>();

  /** @param sees its photocell, which knows clouds, or null where an astronomical clock switches */
  constructor(
    private readonly clock: CityClock,
    private readonly nights: Nights,
    private readonly dimming: readonly DimmingStep[],
    private readonly sees: Weather | null,
  ) {}

  /** The plan that a moment belongs to. */
  planAt(at: number): NightPlan {
    const today = this.clock.dayAt(at);
    const noon = this.clock.momentOf(today.number, 12);
    return this.planAfter(at >= noon ? today.number : today.number - 1);
  }

  /** The plan from the local noon of a date on. */
  planAfter(dayNumber: number): NightPlan {
    let plan = this.#plans.get(dayNumber);
    if (!plan) this.#plans.set(dayNumber, (plan = this.#make(dayNumber)));
    return plan;
  }

  #make(dayNumber: number): NightPlan {
    const { clock, sees } = this;
    const dark = this.nights.after(dayNumber);
    const from = sees ? dark.from - cloudMs(sees, dark.from) : dark.from;
    const to = sees ? dark.to + cloudMs(sees, dark.to) : dark.to;
    const times = [clock.momentOf(dayNumber, 12)];
    const levels = [0];
    let level = 1;
    for (const step of this.dimming) {
      const at = clock.momentOf(dayNumber + (step.hour < 12 ? 1 : 0), step.hour);
      if (at <= from) level = step.level;
      else if (at < to) {
        if (times.length === 1) add(from, level);
        add(at, step.level);
      }
    }
    if (times.length === 1) add(from, level);
    add(to, 0);
    return { until: clock.momentOf(dayNumber + 1, 12), times, levels };

    function add(at: number, value: number): void {
      times.push(at);
      levels.push(value);
    }
  }
}

function cloudMs(weather: Weather, at: number): number {
  return Math.round(weather.cloud(at) * CLOUD_MINUTES) * MINUTE_MS;
}
