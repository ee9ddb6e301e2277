import type { Random } from '../random.ts';
import { numberIn, type Faults } from '../world/faults.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** Of its charge a cell has this much used when its voltage begins to fall. */
const KNEE = 0.9;
/** How long a failing cell shows that it does, at the most. */
const LONGEST_KNEE_MS = 60 * DAY_MS;
/** The voltage at which a node died (field note). */
const DEAD_V = 2.142;
/** In frost a cell shows this much less (Nwave's thresholds are lower by it below -5 °C), measured from 20 °C. */
const FROST_V = 0.1;
/** Published series: a median step of 2 mV between uplinks, excursions of 56 mV, which are the pulses of the modem. */
const NOISE_V = 0.002;
const PULSE_V = 0.056;
const PULSED = 0.05;

/** How long it lasts, years, from good to bad coverage: repetitions cost. Assumed. */
const LIFE_YEARS = [10, 7, 4] as const;

/** A time without supply, UTC ms; `to`: there is a new cell. */
export interface Empty {
  readonly from: number;
  readonly to: number;
}

/** A lithium thionyl chloride cell: a flat 3.6 V for years, and a quick end. */
export class Cell {
  readonly empties: readonly Empty[];
  readonly #fresh: number;
  #installedAt: number;
  readonly #lifeMs: number;

  constructor(
    private readonly random: Random,
    private readonly faults: Faults,
    from: number,
    coverageLevel: 0 | 1 | 2,
  ) {
    this.#fresh = random.normal(3.64, 0.015);
    this.#lifeMs = LIFE_YEARS[coverageLevel] * YEAR_MS * random.between(0.8, 1.2);
    // Cells near their end are a matter of what goes wrong, which is drawn elsewhere.
    this.#installedAt = from - random.between(0, 0.8) * this.#lifeMs;
    const failing = faults.list.filter(({ kind, to }) => kind === 'battery.failing' && Number.isFinite(to));
    this.empties = failing.map((fault) => {
      const hours = numberIn(fault, 'replacedAfterHours', Infinity);
      return { from: fault.to, to: fault.to + hours * HOUR_MS };
    });
  }

  isEmpty(at: number): boolean {
    for (const empty of this.empties) if (at >= empty.from && at < empty.to) return true;
    return this.#depth(at) >= 1;
  }

  /** When it ends if nothing is wrong with it. */
  get endsAt(): number {
    return this.#installedAt + this.#lifeMs;
  }

  replace(at: number): void {
    this.#installedAt = at;
  }

  /** What the device measures at its terminals. */
  voltage(at: number, temperatureC: number): number {
    const depth = this.#depth(at);
    const u = Math.max(0, (depth - KNEE) / (1 - KNEE));
    const frost = FROST_V * Math.max(0, Math.min(1.5, (20 - temperatureC) / 30));
    const pulse = this.random.chance(PULSED) ? this.random.between(0, PULSE_V) : 0;
    const full = this.#fresh - 0.04 * Math.min(1, depth);
    const open = full - (full - DEAD_V) * u * u * u;
    return Math.max(DEAD_V, open - frost - pulse + this.random.normal(0, NOISE_V));
  }

  /** 0 new, 1 empty. */
  #depth(at: number): number {
    const used = Math.min(1, (at - this.#installedAt) / this.#lifeMs);
    const failing = this.faults.active('battery.failing', at);
    if (failing === undefined) return used;
    const knee = Math.min(LONGEST_KNEE_MS, failing.to - failing.from);
    return Math.max(used, 1 - ((1 - KNEE) * (failing.to - at)) / knee);
  }
}
