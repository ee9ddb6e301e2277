import type { Uplink } from '@stadtfunk/uplinks';

/** Per partition of the source: up to which sequence its uplinks are in one partition of the target. */
export type SourceMarks = ReadonlyMap<number, number>;

/** The next uplinks for one partition, and how they move the marks of their source there. */
export interface Parcel {
  readonly partition: number;
  /** May be empty: then the source had nothing for this partition. */
  readonly uplinks: readonly Uplink[];
  readonly moves: readonly {
    readonly sourcePartition: number;
    /** Where the mark has to stand now. */
    readonly from: number;
    readonly to: number;
  }[];
}

/** An uplink log that remembers, together with what it appends, how far another log was forwarded into it. */
export interface ForwardTarget {
  readonly logId: string;
  readonly partitions: number;

  /** The marks of a source, by partition of the target. Where it has none yet they are set to `starts`. */
  beginSource(sourceId: string, starts: readonly SourceMarks[]): Promise<readonly SourceMarks[]>;

  /**
   * Appends parcels and moves their marks, each parcel as a whole or not at all. Fault `source.conflict` when a mark stands
   * elsewhere; nothing of that parcel is taken then: ask for the marks again. After any fault some parcels may be in.
   */
  forward(sourceId: string, parcels: readonly Parcel[]): Promise<void>;

  close(): Promise<void>;
}
