import { QUANTITY_NAMES, type QuantityName, type Values } from '@stadtfunk/readings';
import type { Calendar } from './calendar.ts';
import { FORECAST_VARIABLES } from './language.ts';
import { sunAltitude } from './sun.ts';
import type { Recollection } from './windows/recollection.ts';

type Attributes = Readonly<Record<string, unknown>>;
type Place = readonly [longitude: number, latitude: number];

/** What a reading has of a quantity. */
export const ABSENT = 0;
export const NUMBER = 1;
export const NO = 2;
export const YES = 3;
/** A value of a type that no quantity has. */
export const ODD = 4;

/** At the equator the sun rises and sets by 15.04 degrees an hour at most, elsewhere by the cosine of the latitude of it, and the year adds 0.02. */
const MOST_SUN_PER_MS = 15.05 / 3_600_000;
const MOST_YEAR_PER_MS = 0.02 / 3_600_000;
const RADIANS = Math.PI / 180;
/** Degrees, above what refraction lifts it by at the horizon. */
const SUN_MARGIN = 1.5;

const SLOTS = new Map<string, number>(QUANTITY_NAMES.map((name, index) => [name, index]));
let turns = 0;

/** Where a context keeps a quantity. */
export function slotOf(name: QuantityName): number {
  return SLOTS.get(name)!;
}

/**
 * What an expression can name, for one reading: every quantity, `reading`, `previous`, `asset`, `sunAltitude`,
 * `localHour`, `weekday`, `holiday` and forecasts. Sun and calendar are only asked where a rule asks. One context can be turned to
 * reading after reading, so nobody keeps one.
 */
export class ReadingContext {
  reading: Values;
  asset: Attributes;
  /** `[longitude, latitude]`; null where the device sits on no asset. */
  place: Place | null;
  observedAt: number;
  /** Another one for every reading. */
  turn = 0;
  /** What was before, where rules ask for it. */
  recollection: Recollection | null = null;
  /** Of each quantity, by its slot: what there is, and numbers. Looked up once a reading, and not once a condition. */
  readonly kinds = new Uint8Array(QUANTITY_NAMES.length);
  readonly numbers = new Float64Array(QUANTITY_NAMES.length);
  readonly #calendar: Calendar;
  #sun: number | undefined;
  /** Where the sun was when it was asked last. */
  readonly #lastSun = { at: NaN, longitude: NaN, latitude: NaN, altitude: NaN, mostPerMs: NaN };

  constructor(reading: Values, asset: Attributes, place: Place | null, observedAt: number, calendar: Calendar) {
    this.reading = reading;
    this.asset = asset;
    this.place = place;
    this.observedAt = observedAt;
    this.#calendar = calendar;
    this.turnTo(reading, asset, place, observedAt);
    for (const name in reading) {
      const slot = SLOTS.get(name);
      if (slot !== undefined) this.put(slot, reading[name as QuantityName]);
    }
  }

  /** Begins another reading. What has been `put` of the last one stays until it is emptied or overwritten. */
  turnTo(reading: Values, asset: Attributes, place: Place | null, observedAt: number): void {
    this.reading = reading;
    this.asset = asset;
    this.place = place;
    this.observedAt = observedAt;
    this.turn = ++turns;
    this.#sun = undefined;
  }

  /** Nothing has been `put`. */
  empty(): void {
    this.kinds.fill(ABSENT);
  }

  put(slot: number, value: unknown): void {
    if (typeof value === 'number') {
      this.kinds[slot] = NUMBER;
      this.numbers[slot] = value;
    } else if (typeof value === 'boolean') this.kinds[slot] = value ? YES : NO;
    else this.kinds[slot] = value === undefined ? ABSENT : ODD;
  }

  get previous(): Values | undefined {
    return this.recollection?.previous;
  }

  /** IANA time zone of the city. */
  get zone(): string {
    return this.#calendar.options.zone;
  }

  get localHour(): number {
    return this.#calendar.localHour(this.observedAt);
  }

  get weekday(): bigint {
    return this.#calendar.weekday(this.observedAt);
  }

  get holiday(): boolean {
    return this.#calendar.holiday(this.observedAt);
  }

  get sunAltitude(): number | undefined {
    if (this.place === null) return undefined;
    if (this.#sun !== undefined) return this.#sun;
    const [longitude, latitude] = this.place;
    const last = this.#lastSun;
    last.at = this.observedAt;
    last.longitude = longitude;
    if (last.latitude !== latitude) last.mostPerMs = Math.cos(latitude * RADIANS) * MOST_SUN_PER_MS + MOST_YEAR_PER_MS;
    last.latitude = latitude;
    return (this.#sun = last.altitude = sunAltitude(this.observedAt, latitude, longitude));
  }

  /** The altitude of the sun, or another that is on the same side of a limit: while it is far from there, nobody works it out anew. */
  sunAltitudeBeside(limit: number): number | undefined {
    if (this.place === null || this.#sun !== undefined) return this.sunAltitude;
    const { at, longitude, latitude, altitude, mostPerMs } = this.#lastSun;
    const turned = Math.abs(this.place[0] - longitude) + Math.abs(this.place[1] - latitude);
    const perMs = mostPerMs + turned * RADIANS * MOST_SUN_PER_MS;
    const most = Math.abs(this.observedAt - at) * perMs + turned + SUN_MARGIN;
    return Math.abs(altitude - limit) > most ? altitude : this.sunAltitude;
  }
}

for (const name of QUANTITY_NAMES) {
  Object.defineProperty(ReadingContext.prototype, name, {
    get(this: ReadingContext) {
      return this.reading[name];
    },
  });
}

for (const name of FORECAST_VARIABLES) {
  Object.defineProperty(ReadingContext.prototype, name, {
    get(this: ReadingContext) {
      return this.recollection?.answer(name);
    },
  });
}
