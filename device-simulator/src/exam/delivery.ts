import type { Interpretation } from '@stadtfunk/ingest';
import type { Reading } from '@stadtfunk/readings';
import { RULE_OPTIONS } from '@stadtfunk/rules';
import type { Arrival } from '../simulation/arrival.ts';
import { SIGNS, signsOf } from './signs.ts';

/** How far the time that the platform takes a measurement for may be from when it was taken: as much as ingest lets a clock run ahead. */
const RIGHT_TIME_MS = 10 * 60_000;

/** An uplink as it came: what its newest measurement was, and what the platform could make of it. */
export interface Delivery {
  /** When it was received, UTC ms. */
  readonly at: number;
  /** When its newest measurement was taken, and when the platform holds that it was; NaN: there was none. */
  readonly measuredAt: number;
  readonly observedAt: number;
  /** Of all that it says of the asset, history included, the newest: when the platform holds that it was measured; NaN: there was none. */
  readonly measuredUntil: number;
  /** It says what is so, as far as the sensor can tell. */
  readonly isRight: boolean;
  /** The platform places it in time about where it belongs. */
  readonly isRightInTime: boolean;
  /** It came soon enough for the platform to act on it. */
  readonly isInTime: boolean;
  /** As bits. */
  readonly signs: number;
  readonly level: number | undefined;
  readonly occupied: boolean | undefined;
}

export function deliveryOf(arrival: Arrival, meaning: Interpretation | null): Delivery {
  const { at, measuredAt } = arrival;
  const newest = newestOf(meaning);
  const observedAt = newest?.observedAt ?? NaN;
  const { fillingLevel, occupancy } = newest?.values ?? {};
  return {
    at,
    measuredAt,
    observedAt,
    measuredUntil: measuredUntil(meaning),
    isRight: arrival.wasMeasuredRight,
    isRightInTime: Math.abs(observedAt - measuredAt) <= RIGHT_TIME_MS,
    isInTime: at - measuredAt <= RULE_OPTIONS.lateAfterMs,
    signs: newest ? signsOf(newest.values) : 0,
    level: typeof fillingLevel === 'number' ? fillingLevel : undefined,
    occupied: typeof occupancy === 'boolean' ? occupancy : undefined,
  };
}

function measuredUntil(meaning: Interpretation | null): number {
  let newest = NaN;
  for (const { reading } of meaning?.samples ?? []) {
    if (!reading || reading.quality < 3 || (signsOf(reading.values) & ~SIGNS.battery) === 0) continue;
    if (!(reading.observedAt <= newest)) newest = reading.observedAt;
  }
  return newest;
}

/** What the newest samples of an uplink that can be believed say together. */
function newestOf(meaning: Interpretation | null): Pick<Reading, 'observedAt' | 'values'> | undefined {
  let newest: Pick<Reading, 'observedAt' | 'values'> | undefined;
  for (const { reading } of meaning?.samples ?? []) {
    if (!reading || reading.quality < 3) continue;
    if (!newest || reading.observedAt > newest.observedAt) newest = reading;
    else if (reading.observedAt === newest.observedAt) {
      newest = { observedAt: newest.observedAt, values: { ...newest.values, ...reading.values } };
    }
  }
  return newest;
}
