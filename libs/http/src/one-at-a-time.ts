import { Problem } from './problem.ts';

/** Work that is done one after the other. Whoever comes when too many wait is told to come again. */
export class OneAtATime {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly mostWaiting: number,
    /** Of the problem for those who came too late. */
    private readonly code: string,
    private readonly detail: string,
  ) {}

  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.mostWaiting) throw new Problem(503, this.code, this.detail, {}, { 'retry-after': '2' });
    this.#waiting++;
    const run = this.#last.then(work).finally(() => void this.#waiting--);
    this.#last = run.catch(() => undefined); // Whoever asked gets it.
    return run;
  }
}
