import type { StreetType } from '../city/streets.ts';
import { exp } from '../exact.ts';
import { Random } from '../random.ts';
import type { IncidentKind } from '../truth/incident.ts';
import { CityThing, type Place, type Surroundings } from './city-thing.ts';
import { arrivalsPerHour, DEMAND, stayOf } from './parking.ts';
import type { SpotState } from './thing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** So long before it is looked at, it is empty for the first time. */
const SETTLING_MS = 2 * DAY_MS;
const SHORTEST_STAY_MS = 3 * MINUTE_MS;
const SHORTEST_GAP_MS = 40_000;
/** Of those who would like to stay longer than they may, so many do. */
const BREAKS_THE_LIMIT = 0.3;
/** A resident who could leave in the morning leaves the car for another day. */
const STAYS_AT_HOME = 0.25;

const TRUTHS: readonly IncidentKind[] = ['spot.overstay', 'spot.abandoned'];
const [OVERSTAY, ABANDONED] = [0, 1];

export interface SpotTraits {
  readonly street: StreetType;
  /** How long one may stand there, at all hours; Infinity without a limit. */
  readonly limitMs: number;
  /** Only for residents: hardly anybody comes for a visit. */
  readonly needsPermit: boolean;
}

/** A parking space: cars come, stay and go; some stay longer than they may, and some do not leave at all. */
export class Spot extends CityThing<SpotState> {
  readonly state: SpotState = { isOccupied: false };
  protected readonly truths = TRUTHS;
  readonly #traits: SpotTraits;
  readonly #random: Random;
  /** When the next car comes or this one goes. */
  #changeAt = Infinity;
  #overstayAt = Infinity;

  constructor(around: Surroundings, place: Place, traits: SpotTraits) {
    super(around, place);
    this.#traits = traits;
    this.#random = Random.of(around.seed, place.subject, 'parking');
    this.begin(around.from - SETTLING_MS);
  }

  protected override enter(at: number): void {
    const { faults, state } = this;
    const isAbandoned = faults.active('spot.abandoned', at) !== undefined;
    const wasAbandoned = this.isSo(ABANDONED);
    if (isAbandoned !== wasAbandoned) {
      this.tell(ABANDONED, isAbandoned, at);
      if (!isAbandoned) this.#leave(at);
      else if (!state.isOccupied) this.#arrive(at);
    } else if (at >= this.#changeAt && !isAbandoned) {
      if (state.isOccupied) this.#leave(at);
      else this.#arrive(at);
    }
    if (isAbandoned) this.#changeAt = Infinity;
    else if (!state.isOccupied) this.#changeAt = this.#nextArrival(at);
    if (at >= this.#overstayAt) {
      this.#overstayAt = Infinity;
      this.tell(OVERSTAY, true, at);
    }
    this.until = Math.min(this.#changeAt, this.#overstayAt, faults.nextEdge(at));
  }

  protected override show(): void {
    // What is so changes at moments only, and stands in the state already.
  }

  #arrive(at: number): void {
    this.state.isOccupied = true;
    this.#changeAt = at + Math.round(this.#stayMs(at));
    this.#overstayAt = at + this.#traits.limitMs;
  }

  #leave(at: number): void {
    this.state.isOccupied = false;
    this.#overstayAt = Infinity;
    this.tell(OVERSTAY, false, at);
  }

  /** By the rates of the hours to come: the time at which they add up to what was drawn. */
  #nextArrival(at: number): number {
    const { clock } = this.around;
    let left = this.#random.exponential(1);
    let from = at + SHORTEST_GAP_MS;
    for (;;) {
      const demand = this.faults.factor('spot.event', from);
      if (demand <= 0) {
        from = this.faults.nextEdge(from);
        if (from === Infinity) return Infinity;
        continue;
      }
      const day = clock.dayAt(from);
      const hour = Math.min(23, Math.floor((from - day.start) / HOUR_MS));
      const to = Math.min((Math.floor(from / HOUR_MS) + 1) * HOUR_MS, this.faults.nextEdge(from));
      let rate = arrivalsPerHour(this.#traits.street, day, hour) * demand;
      if (this.#traits.needsPermit) rate *= 0.6;
      const within = (rate * (to - from)) / HOUR_MS;
      if (left < within) return Math.round(from + (left / within) * (to - from));
      left -= within;
      from = to;
    }
  }

  #stayMs(at: number): number {
    const { street, limitMs, needsPermit } = this.#traits;
    const random = this.#random;
    const day = this.around.clock.dayAt(at);
    const hour = Math.min(23, Math.floor((at - day.start) / HOUR_MS));
    const { visitMinutes, visitSpread } = DEMAND[street];
    const visitMs = visitMinutes * MINUTE_MS * exp(random.normal(0, visitSpread));
    if (limitMs < Infinity) {
      const stayMs =
        visitMs > limitMs && !random.chance(BREAKS_THE_LIMIT) ? limitMs * random.between(0.6, 0.98) : visitMs;
      return Math.max(SHORTEST_STAY_MS, stayMs);
    }
    const stay = stayOf(street, hour, needsPermit ? random.next() * 0.95 : random.next());
    if (stay === 'work') return Math.max(HOUR_MS, random.normal(8.6, 1) * HOUR_MS);
    if (stay === 'home') return this.#untilNextMorning(at);
    return Math.max(SHORTEST_STAY_MS, Math.min(visitMs, DAY_MS));
  }

  /** To work at half past seven on working days, somewhere at eleven on others. */
  #untilNextMorning(at: number): number {
    const { clock } = this.around;
    const random = this.#random;
    const today = clock.dayAt(at);
    const isBeforeDawn = at - today.start < 5 * HOUR_MS;
    let day = isBeforeDawn ? today : clock.day(today.number + 1);
    while (random.chance(STAYS_AT_HOME)) day = clock.day(day.number + 1);
    const hour = day.kind === 0 ? random.normal(7.6, 0.9) : random.normal(11, 2);
    return Math.max(HOUR_MS, day.start + Math.max(5, hour) * HOUR_MS - at);
  }
}
