import { exp } from '../exact.ts';
import type { Random } from '../random.ts';
import { NO_FAULTS, numberIn, type Faults } from '../world/faults.ts';
import { csqOf, deliveryOf, levelOf, type CoverageLevel } from './coverage.ts';
import { repetitionsAt, type Repeated } from './repetitions.ts';

/** `psm`: asleep between uplinks, so the modem has to find the network first. `drx`: always there, as with mains. */
export type Sleep = 'psm' | 'drx';

/**
 * From measurement to arrival: so long at the least, then a logarithmic normal distribution with this median. For sleepers fitted to
 * published field data (148 uplinks of WimObiwan/IotRouter: at the least 7.0 s, median 12.2 s, p90 21.2 s, p95 29.5 s, at the most 65 s).
 * What is always connected spares the search and the attach; its figures are assumed.
 */
const DELAYS = {
  psm: { leastMs: 7_000, medianMs: 5_100, spread: 0.87 },
  drx: { leastMs: 1_000, medianMs: 2_500, spread: 0.87 },
} as const;

/** 1 of 148 published uplinks came a second time, 29.6 s later. */
const REPEATED = 1 / 148;
const REPEAT_AFTER_MS = 29_600;
const REPEAT_JITTER_MS = 2_000;

/** How much the reception at one place varies from uplink to uplink, dB. */
const FADING_DB = 2;
/** The spread of places: made up, so that some one in twenty devices needs repetitions. */
const PLACE_MEAN_DBM = -98;
const PLACE_SPREAD_DB = 9;

/** The way from one modem to the platform. */
export class Channel {
  /** Of the last measurement, dBm. */
  rsrpDbm: number;
  /** By how much somebody else on the channel lowered the SINR then, dB. */
  interferenceDb = 0;
  /** Of the last uplink, UTC ms; NaN: it was lost, or it did not come twice. */
  arrivedAt = NaN;
  repeatedAt = NaN;
  readonly #placeDbm: number;
  #busyUntil = 0;

  constructor(
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly sleep: Sleep,
  ) {
    this.#placeDbm = Math.max(-135, Math.min(-65, random.normal(PLACE_MEAN_DBM, PLACE_SPREAD_DB)));
    this.rsrpDbm = Math.round(this.#placeDbm);
  }

  /** At this place on usual days. */
  get usualLevel(): CoverageLevel {
    return levelOf(this.#placeDbm);
  }

  /** Looks how strong the network is. @param gainDb above what is usual at this place, as where a lid is open */
  measure(at: number, gainDb: number): void {
    const poor = this.faults.active('radio.poor', at);
    const loss = poor === undefined ? 0 : numberIn(poor, 'decibels', 14);
    const fading = this.random.normal(0, FADING_DB);
    this.rsrpDbm = Math.round(Math.max(-140, Math.min(-50, this.#placeDbm + fading + gainDb - loss)));
    const interference = this.faults.active('radio.interference', at);
    this.interferenceDb = interference === undefined ? 0 : numberIn(interference, 'decibels', 12);
  }

  /** How likely something gets through, in either direction, as it was when it was last measured. */
  get delivery(): number {
    return deliveryOf(this.rsrpDbm - this.#repeated.shortfallDb);
  }

  get #repeated(): Repeated {
    return repetitionsAt(levelOf(this.rsrpDbm), this.interferenceDb);
  }

  /** Of the last measurement, as modems say it. */
  get csq(): number {
    return csqOf(this.rsrpDbm, this.interferenceDb);
  }

  /** Whether an uplink that is sent now arrives; one after the other, as the modem has them acknowledged. */
  send(at: number): boolean {
    const { random, faults } = this;
    const isLost = random.next() >= this.delivery;
    const luck = random.normal(0, 1);
    const isRepeated = random.chance(REPEATED);
    const repeatAfter = REPEAT_AFTER_MS + random.normal(0, REPEAT_JITTER_MS);
    this.arrivedAt = NaN;
    this.repeatedAt = NaN;
    if (isLost || this.isHeldBack(at)) return false;

    const { leastMs, medianMs, spread } = DELAYS[this.sleep];
    const congestion = faults.active('radio.congestion', at);
    const factor = congestion === undefined ? 1 : numberIn(congestion, 'factor', 10);
    const { delayFactor } = this.#repeated;
    const delay = factor * (leastMs + medianMs * delayFactor * exp(spread * luck));
    this.arrivedAt = Math.round(Math.max(at, this.#busyUntil) + delay);
    this.#busyUntil = this.arrivedAt;
    if (isRepeated) this.repeatedAt = Math.round(this.arrivedAt + repeatAfter);
    return true;
  }

  /** What of an uplink that has just been sent comes out at the other end: all of it, or where frames are torn, a beginning. */
  torn(at: number, payload: Uint8Array): Uint8Array {
    const fault = this.faults === NO_FAULTS ? undefined : this.faults.active('radio.torn', at);
    if (fault === undefined || !this.random.chance(numberIn(fault, 'share', 0.1))) return payload;
    return payload.subarray(0, this.random.integer(0, Math.max(0, payload.length - 1)));
  }

  /** Whether the network lets nothing through at this moment, whatever the signal. */
  isHeldBack(at: number): boolean {
    const { faults } = this;
    if (faults === NO_FAULTS) return false;
    return (
      faults.active('cell.outage', at) !== undefined ||
      faults.active('radio.backOff', at) !== undefined ||
      faults.active('device.simBlocked', at) !== undefined
    );
  }
}
