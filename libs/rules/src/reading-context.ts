import { QUANTITY_NAMES, type Values } from '@stadtfunk/readings';
import type { Calendar } from './calendar.ts';
import { FORECAST_VARIABLES } from './language.ts';
import { sunAltitude } from './sun.ts';
import type { Recollection } from './windows/recollection.ts';

type Attributes = Readonly<Record<string, unknown>>;

/**
 * What an expression can name, for one reading: every quantity, `reading`, `previous`, `asset`, `sunAltitude`,
 * `localHour`, `weekday`, `holiday` and forecasts. Nothing is copied, and sun and calendar are only asked where a rule asks.
 */
export class ReadingContext {
  readonly reading: Values;
  readonly asset: Attributes;
  /** `[longitude, latitude]`; null where the device sits on no asset. */
  readonly place: readonly [number, number] | null;
  readonly observedAt: number;
  /** What was before, where rules ask for it. */
  recollection: Recollection | null = null;
  readonly #calendar: Calendar;
  #sun: number | undefined;

  constructor(
    reading: Values,
    asset: Attributes,
    place: readonly [number, number] | null,
    observedAt: number,
    calendar: Calendar,
  ) {
    this.reading = reading;
    this.asset = asset;
    this.place = place;
    this.observedAt = observedAt;
    this.#calendar = calendar;
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
    return (this.#sun ??= sunAltitude(this.observedAt, this.place[1], this.place[0]));
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
