import type { StreetType } from '../city/streets.ts';
import { exp } from '../exact.ts';
import { Random } from '../random.ts';
import type { IncidentKind } from '../truth/incident.ts';
import type { Day } from './city-clock.ts';
import { CityThing, type Place, type Surroundings } from './city-thing.ts';
import { temperatureOfFire, warmthAfterFire } from './fire.ts';
import type { BinState } from './thing.ts';
import type { Tour } from './tour.ts';
import { COURSES, courseAt, dayShareAt, demandOf, HABITS, type Fraction } from './waste.ts';

/** From here on a bin is full, as the rules of the field have it. */
export const FULL_LEVEL = 0.85;
/** Here waste stands at the rim: nothing more goes in. */
export const OVERFULL_LEVEL = 1;
/** So high it is heaped before people put it beside. */
const HIGHEST_LEVEL = 1.1;
const BURNT_LEVEL = 0.3;

const TRUTHS: readonly IncidentKind[] = ['bin.full', 'bin.overfull', 'bin.fire', 'bin.tipped', 'bin.lidOpen'];
const [FULL, OVERFULL, FIRE, TIPPED, LID_OPEN] = [0, 1, 2, 3, 4];

export interface BinTraits {
  readonly fraction: Fraction;
  readonly street: StreetType;
  readonly tour: Tour;
  /** 0 for the first of its tour, 1 for the last. */
  readonly position: number;
}

/** A waste container: people fill it, tours empty it, and sometimes it burns or is tipped over. */
export class Bin extends CityThing<BinState> {
  readonly state: BinState = { level: 0, temperatureC: 0, isBurning: false, isTipped: false, isLidOpen: false };
  protected readonly truths = TRUTHS;
  readonly #traits: BinTraits;
  readonly #random: Random;
  /** What comes in on an average working day, in heights. */
  readonly #perDay: number;
  #day: Day;
  /** Of the day: what comes in all in all, when the tour and a sack come, and how high the sack stands. */
  #dayAmount = 0;
  #tourAt = NaN;
  #sackAt = NaN;
  #sackLevel = 0;
  #residue = 0;
  /** Of the span: how much of the day had come in and how full it was when it began, and what would come in over a whole day. */
  #sinceShare = 0;
  #level = 0;
  #amount = 0;
  #burningSince = NaN;
  #burntUntil = -Infinity;

  constructor(around: Surroundings, place: Place, traits: BinTraits) {
    super(around, place);
    this.#traits = traits;
    const random = (this.#random = Random.of(around.seed, place.subject, 'waste'));
    const { daysToFull } = HABITS[traits.fraction];
    this.#perDay = exp(random.normal(-0.05, 0.32)) / daysToFull[traits.street];
    this.#day = traits.tour.lastBefore(around.from);
    this.#level = random.between(0, 0.4);
    this.begin(this.#day.start);
  }

  protected override enter(at: number): void {
    this.#level = this.#levelAt(at);
    if (at === this.#sackAt) this.#pile(this.#sackLevel);
    if (at === this.#tourAt && !this.faults.active('bin.notCollected', at)) this.#empty();
    if (at >= this.#day.end || at === this.#day.start) this.#rise(at);
    this.#judge(at);
    this.#sinceShare = courseAt(this.#course, this.#shareOfDay(at));
    const takesNothing = this.state.isBurning || this.state.isTipped || this.#level >= HIGHEST_LEVEL;
    this.#amount = takesNothing ? 0 : this.#dayAmount * this.faults.factor('bin.surge', at);
    let until = Math.min(this.#day.end, this.faults.nextEdge(at), this.#crossing(at));
    if (this.#tourAt > at && this.#tourAt < until) until = this.#tourAt;
    if (this.#sackAt > at && this.#sackAt < until) until = this.#sackAt;
    this.until = until;
  }

  protected override show(at: number): void {
    const { state } = this;
    state.level = this.#levelAt(at);
    const air = this.around.weather.temperatureC(at);
    state.temperatureC = air + this.#heat(at, air);
  }

  /** Draws the day: always as many numbers, whatever comes of them. */
  #rise(at: number): void {
    const day = (this.#day = this.around.clock.dayAt(at));
    const { fraction, street, tour, position } = this.#traits;
    const random = this.#random;
    const luck = exp(random.normal(-0.03, 0.25));
    const hasSack = random.chance(HABITS[fraction].sackChance);
    this.#sackAt = day.start + Math.floor(random.between(0.35, 0.95) * (day.end - day.start));
    this.#sackLevel = hasSack ? random.between(0.05, 0.25) : 0;
    this.#residue = random.between(0, 0.04);
    if (!hasSack) {
      this.#sackAt = NaN;
      random.next();
    }
    this.#tourAt = tour.comesAt(day, position);
    this.#dayAmount = this.#perDay * demandOf(fraction, street, day) * luck;
    if (fraction === 'litter') this.#dayAmount *= this.#outdoors(day);
  }

  /** Fewer people are out in rain and frost, more on warm days. */
  #outdoors(day: Day): number {
    const noon = day.start + 13 * 3_600_000;
    const warmth = this.around.weather.temperatureC(noon);
    const comfort = Math.max(0.85, Math.min(1.15, 1 + (warmth - 15) * 0.01));
    return comfort * (1 - 0.35 * Math.min(1, 2 * this.around.weather.precipitation(noon)));
  }

  #pile(level: number): void {
    if (this.state.isTipped || this.state.isBurning) return;
    this.#level = Math.min(HIGHEST_LEVEL, this.#level + level);
  }

  #empty(): void {
    if (this.state.isBurning) return;
    this.#level = this.#residue;
  }

  /** What is so from this moment on. */
  #judge(at: number): void {
    const { state, faults } = this;
    const fire = faults.active('bin.fire', at);
    if (fire && !state.isBurning) this.#burningSince = fire.from;
    if (!fire && state.isBurning) {
      this.#burntUntil = at;
      this.#level = Math.min(this.#level, BURNT_LEVEL);
    }
    state.isBurning = fire !== undefined;
    state.isTipped = faults.active('bin.tipped', at) !== undefined;
    state.isLidOpen = faults.active('bin.lidOpen', at) !== undefined;
    this.tell(FIRE, state.isBurning, at);
    this.tell(TIPPED, state.isTipped, at);
    this.tell(LID_OPEN, state.isLidOpen, at);
    // Full is full until it is emptied; what a fire leaves is less.
    this.tell(FULL, this.#level >= FULL_LEVEL, at);
    this.tell(OVERFULL, this.#level >= OVERFULL_LEVEL, at);
  }

  #levelAt(at: number): number {
    if (this.#amount === 0) return this.#level;
    const share = courseAt(this.#course, this.#shareOfDay(at)) - this.#sinceShare;
    return Math.min(HIGHEST_LEVEL, this.#level + this.#amount * share);
  }

  /** The first whole millisecond at which the level is at the next threshold. */
  #crossing(at: number): number {
    if (this.#amount === 0) return Infinity;
    const next = this.#level < FULL_LEVEL ? FULL_LEVEL : this.#level < OVERFULL_LEVEL ? OVERFULL_LEVEL : HIGHEST_LEVEL;
    const share = this.#sinceShare + (next - this.#level) / this.#amount;
    if (share >= 1) return Infinity;
    const { start, end } = this.#day;
    let crossing = start + Math.ceil(dayShareAt(this.#course, share) * (end - start));
    while (crossing < end && (crossing <= at || this.#levelAt(crossing) < next)) crossing++;
    return crossing;
  }

  #heat(at: number, air: number): number {
    if (this.state.isBurning) return temperatureOfFire(at - this.#burningSince) - air;
    return at < this.#burntUntil + 6 * 3_600_000 ? warmthAfterFire(at - this.#burntUntil) : 0;
  }

  #shareOfDay(at: number): number {
    const { start, end } = this.#day;
    return (at - start) / (end - start);
  }

  get #course(): Float64Array {
    return COURSES[this.#traits.fraction][this.#day.kind];
  }
}
