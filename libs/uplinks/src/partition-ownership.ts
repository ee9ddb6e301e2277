/**
 * Which partitions a process works on, on behalf of one consumer group. A partition has one owner in a group at a time:
 * repeats are told from news by its memory, and rules have one, so two owners would decide twice.
 */
export abstract class PartitionOwnership {
  /** How many partitions it owns, as far as it knows. */
  abstract readonly owned: number;
  /**
   * Takes or gives up partitions until this process has its fair share, and tells for each whether it owns it now (index =
   * partition). To be called between batches, as what is given up may be taken by somebody else at once. Rejects when
   * ownership was lost: then it owns none, and whatever it still commits is refused.
   */
  abstract settle(): Promise<readonly boolean[]>;
  /** Gives up everything. */
  abstract release(): Promise<void>;
}

/** The only process there is owns everything: the embedded default. */
export class SoleOwner extends PartitionOwnership {
  readonly #owned: readonly boolean[];

  constructor(partitions: number) {
    super();
    this.#owned = Array.from({ length: partitions }, () => true);
  }

  override get owned(): number {
    return this.#owned.length;
  }

  override settle(): Promise<readonly boolean[]> {
    return Promise.resolve(this.#owned);
  }

  override release(): Promise<void> {
    return Promise.resolve();
  }
}
