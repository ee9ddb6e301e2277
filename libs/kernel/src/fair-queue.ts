import { FairLanes } from './fair-lanes.ts';

interface Waiting {
  readonly origin: string;
  readonly start: () => Promise<void>;
  readonly isWanted: () => boolean;
  readonly leave: (outcome: 'busy' | 'unwanted') => void;
}

/** Suspects have so much of the places and of the turns if others want them too: enough for devices that are in bad company. */
const SHARE_OF_SUSPECTS = 1 / 4;

/**
 * Runs a few expensive checks at once, of each origin in turns. Where too many wait, those of whom there are most are told to come
 * back: a fleet behind one address has the whole queue while nobody else wants it, and its share of it always.
 */
export class FairQueue {
  readonly #trusted = new FairLanes<Waiting>();
  readonly #suspects = new FairLanes<Waiting>();
  #running = 0;
  #turn = 0;

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
    /** Whether an origin is served after others; absent: none is. */
    private readonly isSuspect: (origin: string) => boolean = () => false,
  ) {}

  /** What runs or waits. */
  get size(): number {
    return this.#running + this.#waiting;
  }

  get #waiting(): number {
    return this.#trusted.size + this.#suspects.size;
  }

  /** `busy` if too many wait; `unwanted` if nobody wants the answer any more when its turn comes. */
  run<T>(origin: string, task: () => Promise<T>, isWanted: () => boolean): Promise<T | 'busy' | 'unwanted'> {
    return new Promise((resolve, reject) => {
      const start = () => task().then(resolve, reject);
      const waiting = { origin, start, isWanted, leave: resolve };
      const lanes = this.isSuspect(origin) ? this.#suspects : this.#trusted;
      if (this.#running >= this.maxRunning && this.#waiting >= this.maxWaiting) {
        const displaced = this.#makesRoom(origin, lanes);
        if (!displaced) return resolve('busy');
        displaced.leave('busy');
      }
      lanes.add(origin, waiting);
      this.#next();
    });
  }

  #makesRoom(origin: string, lanes: FairLanes<Waiting>): Waiting | undefined {
    const placesOfSuspects = Math.floor(this.maxWaiting * SHARE_OF_SUSPECTS);
    const crowd =
      this.#suspects.size > placesOfSuspects
        ? this.#suspects
        : this.#suspects.size < placesOfSuspects
          ? this.#trusted
          : lanes;
    const isOwn = crowd === lanes;
    return isOwn && crowd.longest <= crowd.lengthOf(origin) ? undefined : crowd.takeFromLongest();
  }

  #next(): void {
    while (this.#running < this.maxRunning) {
      const next = this.#take();
      if (!next) return;
      if (!next.isWanted()) {
        next.leave('unwanted');
        continue;
      }
      this.#running += 1;
      void next.start().finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  #take(): Waiting | undefined {
    this.#turn += 1;
    const isTurnOfSuspects = this.#turn % Math.round(1 / SHARE_OF_SUSPECTS) === 0;
    const [first, second] = isTurnOfSuspects ? [this.#suspects, this.#trusted] : [this.#trusted, this.#suspects];
    return first.take() ?? second.take();
  }
}
