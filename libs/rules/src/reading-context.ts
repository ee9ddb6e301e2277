import { QUANTITY_NAMES, type Values } from '@stadtfunk/readings';
import { sunAltitude } from './sun.ts';

type Attributes = Readonly<Record<string, unknown>>;

/**
 * What an expression can name, for one reading: every quantity, `reading`, `asset` and `sunAltitude`. Nothing is copied,
 * and the sun is only asked where a rule asks.
 */
export class ReadingContext {
  readonly reading: Values;
  readonly asset: Attributes;
  /** `[longitude, latitude]`; null where the device sits on no asset. */
  readonly place: readonly [number, number] | null;
  readonly observedAt: number;
  #sun: number | undefined;

  constructor(reading: Values, asset: Attributes, place: readonly [number, number] | null, observedAt: number) {
    this.reading = reading;
    this.asset = asset;
    this.place = place;
    this.observedAt = observedAt;
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
