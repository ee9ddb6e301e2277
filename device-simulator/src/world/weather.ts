import { cosineOfTurns } from '../exact.ts';
import { lattice, noise } from './noise.ts';
import type { Weather } from './thing.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_DAYS = 365.2425;

/** The course of a place's weather through the year. */
export interface Climate {
  /** Of the air, °C: mean of the year, and how far the mean of the warmest days is above it. */
  readonly meanC: number;
  readonly yearlyAmplitudeK: number;
  /** Half of what lies between night and afternoon under an average sky, in winter and in summer. */
  readonly dailyAmplitudeK: readonly [winter: number, summer: number];
  /** UTC hour at which the day is warmest. */
  readonly warmestHour: number;
}

/**
 * Frankfurt Airport, 25 km west of Hanau on the same plain, 1971-2000 (Deutscher Wetterdienst, as quoted in Wikipedia's
 * "Frankfurt am Main"): mean of the year 10.1 °C, months from 1.6 to 19.4 °C, about ten days above 30 °C a year, seldom snow.
 */
export const HANAU_CLIMATE: Climate = {
  meanC: 10.1,
  yearlyAmplitudeK: 8.6,
  dailyAmplitudeK: [2.2, 5.6],
  warmestHour: 14,
};

/** Weather that a scenario asks for, on top of what comes by chance, with six hours to come and to go. */
export interface WeatherSpell {
  readonly from: number;
  readonly to: number;
  /** Added to the air temperature. */
  readonly temperatureK?: number;
  /** At least so much, as in `Weather`. */
  readonly precipitation?: number;
  readonly snowCm?: number;
  readonly cloud?: number;
}

const RAMP_MS = 6 * HOUR_MS;
/** Between these points everything runs straight. */
const SLOT_MS = 10 * 60_000;
const SLOTS = 1024;
/** Snow is reckoned in steps of this, from the first of August on. */
const SNOW_STEP_MS = 3 * HOUR_MS;

/**
 * The weather of a seed: sums of smooth noise over several spans of time, so that any moment can be asked for in any order and
 * always gives the same. What was worked out last is kept, because many things ask for the same moments.
 */
export class SeededWeather implements Weather {
  readonly #seed: number;
  readonly #slotOf = new Float64Array(SLOTS).fill(NaN);
  readonly #temperature = new Float64Array(SLOTS);
  readonly #cloud = new Float64Array(SLOTS);
  readonly #precipitation = new Float64Array(SLOTS);
  readonly #snow = new Map<number, Float64Array>();

  constructor(
    seed: number,
    private readonly climate: Climate = HANAU_CLIMATE,
    private readonly spells: readonly WeatherSpell[] = [],
  ) {
    this.#seed = Math.imul(seed | 0, 0x2545f491) ^ 0x57ea7e12;
  }

  temperatureC(at: number): number {
    return this.#between(this.#temperature, at);
  }

  precipitation(at: number): number {
    return this.#between(this.#precipitation, at);
  }

  cloud(at: number): number {
    return this.#between(this.#cloud, at);
  }

  snowCm(at: number): number {
    const winter = Math.floor((at / DAY_MS - 212) / YEAR_DAYS);
    const start = (winter * YEAR_DAYS + 212) * DAY_MS;
    let depths = this.#snow.get(winter);
    if (!depths) this.#snow.set(winter, (depths = this.#snowOf(start)));
    const x = (at - start) / SNOW_STEP_MS;
    const index = Math.floor(x);
    const from = depths[index]!;
    const natural = from + ((depths[index + 1] ?? from) - from) * (x - index);
    let most = natural;
    for (const spell of this.spells) most = Math.max(most, (spell.snowCm ?? 0) * strength(spell, at));
    return most;
  }

  #between(values: Float64Array, at: number): number {
    const slot = Math.floor(at / SLOT_MS);
    const from = this.#valueAt(values, slot);
    return from + (this.#valueAt(values, slot + 1) - from) * (at / SLOT_MS - slot);
  }

  #valueAt(values: Float64Array, slot: number): number {
    const index = slot & (SLOTS - 1);
    if (this.#slotOf[index] !== slot) this.#workOut(slot, index);
    return values[index]!;
  }

  #workOut(slot: number, index: number): void {
    const at = slot * SLOT_MS;
    const days = at / DAY_MS;
    // 1 in the middle of January, -1 in the middle of July; the ground is coldest three weeks after the solstice.
    const winter = cosineOfTurns((days - 16) / YEAR_DAYS);
    const sky = this.#noise(1, days / 1.9) * 0.62 + this.#noise(2, days * 2.6) * 0.4 + winter * 0.3;
    let cloud = clamp(0.62 + 0.42 * sky);
    const wet = 0.55 * sky + 0.55 * this.#noise(3, days * 2.2) + 0.3 * this.#noise(4, days * 12);
    let precipitation = clamp((wet - 1.06) * 0.9);
    let temperature = this.#mean(days, winter);
    const [inWinter, inSummer] = this.climate.dailyAmplitudeK;
    const daily = (inWinter + inSummer) / 2 + ((inWinter - inSummer) / 2) * winter;
    const hours = days * 24 - Math.floor(days) * 24;
    temperature += daily * (1.5 - 0.8 * cloud) * cosineOfTurns((hours - this.climate.warmestHour) / 24);
    // Summer rain cools, and an open winter sky too.
    temperature += winter < 0 ? precipitation * 4 * winter : (cloud - 0.7) * 2.5 * winter;
    for (const spell of this.spells) {
      const share = strength(spell, at);
      if (share === 0) continue;
      temperature += (spell.temperatureK ?? 0) * share;
      precipitation = Math.max(precipitation, (spell.precipitation ?? 0) * share);
      cloud = Math.max(cloud, (spell.cloud ?? 0) * share);
    }
    this.#slotOf[index] = slot;
    this.#temperature[index] = temperature;
    this.#cloud[index] = cloud;
    this.#precipitation[index] = precipitation;
  }

  /** The mean of a day: the season, the air that is there for some days, and now and then a spell of cold or heat. */
  #mean(days: number, winter: number): number {
    const { meanC, yearlyAmplitudeK } = this.climate;
    const weather = 2.1 * this.#noise(5, days / 2.7) + 2.4 * this.#noise(6, days / 8);
    return meanC - yearlyAmplitudeK * winter + weather + this.#spell(days, winter);
  }

  /** One in three spans of 18 days has a week that is colder in winter, or hotter in summer, than the season. */
  #spell(days: number, winter: number): number {
    const span = Math.floor(days / 18);
    if (lattice(this.#seed ^ 0x51e11, span) > 1 / 3) return 0;
    const middle = 0.35 + 0.3 * lattice(this.#seed ^ 0x3d1e, span);
    const away = (days / 18 - span - middle) / 0.35;
    if (away <= -1 || away >= 1) return 0;
    const bell = (1 - away * away) * (1 - away * away);
    return -6.5 * winter * bell;
  }

  /** Snow falls below 1 °C, 1 cm an hour at the very most, settles by itself and melts above zero, faster in rain. */
  #snowOf(start: number): Float64Array {
    const steps = Math.ceil((YEAR_DAYS * DAY_MS) / SNOW_STEP_MS) + 2;
    const depths = new Float64Array(steps);
    const hours = SNOW_STEP_MS / HOUR_MS;
    let depth = 0;
    for (let step = 1; step < steps; step++) {
      const at = start + step * SNOW_STEP_MS;
      const temperature = this.temperatureC(at);
      const falling = this.precipitation(at);
      if (temperature < 1) depth += falling * hours;
      if (temperature > 0) depth -= hours * (0.08 * temperature + (temperature >= 1 ? falling : 0));
      depth = Math.max(0, depth * 0.997);
      depths[step] = depth;
    }
    return depths;
  }

  #noise(channel: number, x: number): number {
    return noise(this.#seed + Math.imul(channel, 0x632be5ab), x);
  }
}

function strength({ from, to }: WeatherSpell, at: number): number {
  return Math.max(0, Math.min(1, (at - from + RAMP_MS) / RAMP_MS, (to + RAMP_MS - at) / RAMP_MS));
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);
