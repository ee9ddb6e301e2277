import { Problem } from '../problem.ts';

/** Work that is heavy enough to be done one after the other. Whoever comes when too many wait is told to come again. */
export class OneAtATime {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly mostWaiting: number) {}

  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.mostWaiting) {
      const detail = 'too many are searching the uplink log; try again';
      throw new Problem(503, 'uplinks.busy', detail, {}, { 'retry-after': '2' });
    }
    this.#waiting++;
    const run = this.#last.then(work).finally(() => void this.#waiting--);
    this.#last = run.catch(() => undefined); // Whoever asked gets it.
    return run;
  }
}
