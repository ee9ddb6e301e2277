import type { AssetSpec } from '../city/asset.ts';
import type { IncidentKind, TruthLog } from '../truth/incident.ts';
import type { CityClock } from './city-clock.ts';
import type { Faults } from './faults.ts';
import type { Thing, Weather } from './thing.ts';

/** What all things of a city share. */
export interface Surroundings {
  readonly seed: number;
  /** UTC ms from which on things are looked at, and from which on truth is written. */
  readonly from: number;
  readonly clock: CityClock;
  readonly weather: Weather;
  readonly truth: TruthLog;
}

/** Gives an asset by its number, made anew each time. */
export interface AssetSource {
  assetAt(index: number): AssetSpec;
}

/** One of many: where its asset comes from, and what goes wrong with it. */
export interface Place {
  readonly assets: AssetSource;
  readonly index: number;
  /** The asset's id. */
  readonly subject: string;
  readonly faults: Faults;
}

/**
 * Time in spans: within one, everything about a thing is a function of the time since it began, and only what ends it draws chance. So
 * it does not matter at which moments between somebody looks.
 */
export abstract class CityThing<State extends object> implements Thing<State> {
  abstract readonly state: State;
  protected readonly subject: string;
  protected readonly faults: Faults;
  readonly #assets: AssetSource;
  readonly #index: number;
  /** Which of `truths` are so, one bit each. */
  #so = 0;
  #isWriting = false;
  /** The end of the present span. */
  protected until = -Infinity;

  protected constructor(
    protected readonly around: Surroundings,
    place: Place,
  ) {
    this.subject = place.subject;
    this.faults = place.faults;
    this.#assets = place.assets;
    this.#index = place.index;
  }

  get asset(): AssetSpec {
    return this.#assets.assetAt(this.#index);
  }

  get nextEventAt(): number {
    return this.until;
  }

  advance(to: number): void {
    while (this.until <= to) this.enter(this.until);
    this.show(to);
  }

  /** What of it can be true, at most 30 kinds. */
  protected abstract readonly truths: readonly IncidentKind[];
  /** Does what happens at a moment, and sets how long nothing else will. */
  protected abstract enter(at: number): void;
  /** Sets the state to what it is at a moment of the present span. */
  protected abstract show(at: number): void;

  /** To be called at the end of the constructor: passes the time up to `from`, and writes what is true then. */
  protected begin(at: number): void {
    this.until = at;
    this.advance(this.around.from);
    this.#isWriting = true;
    for (let bit = 0; bit < this.truths.length; bit++) {
      if (this.#so & (1 << bit)) this.around.truth.begin(this.truths[bit]!, this.subject, this.around.from);
    }
  }

  protected isSo(truth: number): boolean {
    return (this.#so & (1 << truth)) !== 0;
  }

  protected tell(truth: number, isSo: boolean, at: number): void {
    if (this.isSo(truth) === isSo) return;
    this.#so ^= 1 << truth;
    if (!this.#isWriting) return;
    if (isSo) this.around.truth.begin(this.truths[truth]!, this.subject, at);
    else this.around.truth.end(this.truths[truth]!, this.subject, at);
  }
}
