import { Fault } from '@stadtfunk/kernel';
import { partitionOf, type Positions, type Uplink } from '@stadtfunk/uplinks';
import { replaceFile, writeFully, type FileLayer, type LogFile } from './file-layer.ts';
import { recover, type LogIdentity } from './recovery.ts';
import { recordBound, writeRecord } from './record.ts';
import { corrupt, emptySegment, encodeHeader, ioFault, segmentName, type Segment } from './segment.ts';

/** A buffer of this size is kept for the next commit; a larger one is let go. */
const KEPT_BUFFER_BYTES = 8 * 1024 * 1024;

export interface SegmentStoreOptions {
  readonly layer: FileLayer;
  readonly directory: string;
  readonly identity: LogIdentity;
  /** A segment is sealed when it has reached this. */
  readonly segmentBytes: number;
  /** The first start: there is no segment yet. */
  readonly isNew: boolean;
  /** Told of faults that nobody waits for. */
  readonly onFault: (fault: Fault) => void;
}

/** The segment files of a log: one writer at a time at the new end, readers anywhere, retention at the old end. */
export class SegmentStore {
  #file: LogFile | undefined;
  #sealNext = false;
  #buffer = Buffer.allocUnsafeSlow(256 * 1024);

  private constructor(
    readonly options: SegmentStoreOptions,
    private readonly kept: Segment[],
    file: LogFile | undefined,
    /** What recovery cut off as never acknowledged. */
    readonly truncatedBytes: number,
  ) {
    this.#file = file;
  }

  static async open(options: SegmentStoreOptions): Promise<SegmentStore> {
    const { segments, file, truncatedBytes } = await recover(options.layer, options.directory, options.identity);
    const store = new SegmentStore(options, segments, file, truncatedBytes);
    if (segments.length === 0) {
      if (!options.isNew) throw corrupt(options.directory, 0, 'all segments of the log are missing');
      await store.#begin();
    }
    return store;
  }

  /** Oldest first; the last one is being written. */
  get segments(): readonly Segment[] {
    return this.kept;
  }

  get active(): Segment {
    const active = this.kept.at(-1);
    if (!active) throw new Fault('log.io', 'the log has no segment', true);
    return active;
  }

  get heads(): Positions {
    return this.kept.at(-1)?.last ?? new Array<number>(this.options.identity.partitions).fill(0);
  }

  pathOf({ name }: Segment): string {
    return `${this.options.directory}/${name}`;
  }

  /** The next write begins a new segment. */
  sealNext(): void {
    this.#sealNext = true;
  }

  /**
   * Sequences up to these were given before and are known to others: the next ones come behind them. In a segment of its
   * own, whose header says so also after a restart. Gives how many were passed over. Never call it during a write.
   */
  async skipTo(positions: Positions): Promise<number> {
    const base = this.heads.map((head, index) => {
      const position = positions[index] ?? 0;
      return Number.isSafeInteger(position) ? Math.max(head, position) : head;
    });
    const skipped = base.reduce((sum, sequence, index) => sum + sequence - (this.heads[index] ?? 0), 0);
    if (skipped > 0) await this.#begin(base);
    return skipped;
  }

  /** One commit: resolves when all of it is durable; when it rejects, none of it is ever read. Never call it twice at a time. */
  async write(batches: readonly (readonly Uplink[])[]): Promise<void> {
    const { records, length } = this.active;
    const isFull = records > 0 && length >= this.options.segmentBytes;
    if (!this.#file || this.#sealNext || isFull) await this.#begin();
    const file = this.#file;
    if (!file) throw new Fault('log.io', 'no segment is open', true);
    const { bytes, after } = this.#encode(batches);
    try {
      await writeFully(file, bytes, this.active.length);
      await file.sync();
    } catch (thrown) {
      await this.#giveUp(file);
      throw ioFault(`writing to ${after.name}`, thrown);
    }
    this.kept[this.kept.length - 1] = after;
  }

  /** Deletes the oldest segment, which must be sealed. */
  async removeOldest(): Promise<void> {
    const oldest = this.kept[0];
    if (!oldest || this.kept.length < 2) return;
    // First out of sight: a cursor that finds no file looks whether the segment is still in the list.
    this.kept.shift();
    try {
      await this.options.layer.remove(this.pathOf(oldest));
    } catch (thrown) {
      this.kept.unshift(oldest);
      throw thrown;
    }
    // One by one: names that come back after a power cut must not leave a hole in the chain.
    await this.options.layer.syncDirectory(this.options.directory);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #encode(batches: readonly (readonly Uplink[])[]): { bytes: Buffer; after: Segment } {
    const { active } = this;
    const { partitions, seed } = this.options.identity;
    const last = [...active.last];
    let { records, oldestReceivedAt, newestReceivedAt } = active;
    let bound = 0;
    for (const uplinks of batches) for (const uplink of uplinks) bound += recordBound(uplink);
    const buffer = this.#bufferOf(bound);
    let at = 0;
    for (const uplinks of batches) {
      for (const uplink of uplinks) {
        const partition = partitionOf(uplink.deviceId, partitions);
        const sequence = (last[partition] ?? 0) + 1;
        last[partition] = sequence;
        at = writeRecord(buffer, at, uplink, { partition, sequence, commitOffset: active.length }, seed);
        oldestReceivedAt = Math.min(oldestReceivedAt ?? uplink.receivedAt, uplink.receivedAt);
        newestReceivedAt = Math.max(newestReceivedAt ?? uplink.receivedAt, uplink.receivedAt);
        records += 1;
      }
    }
    const after = { ...active, length: active.length + at, last, records, oldestReceivedAt, newestReceivedAt };
    return { bytes: buffer.subarray(0, at), after };
  }

  #bufferOf(bytes: number): Buffer {
    if (bytes <= this.#buffer.length) return this.#buffer;
    const buffer = Buffer.allocUnsafeSlow(Math.ceil(bytes * 1.5));
    if (buffer.length <= KEPT_BUFFER_BYTES) this.#buffer = buffer;
    return buffer;
  }

  /** Begins a segment behind what is durable. If that fails nothing has changed, and the next write tries again. */
  async #begin(base: Positions = this.heads): Promise<void> {
    this.#sealNext = true; // Its header may be on the disk after a failure, so the segment before it is finished.
    const { layer, directory, identity } = this.options;
    const before = this.kept.at(-1);
    // Nothing acknowledged is in an empty one; its place in the chain goes to the new segment.
    const dropped = before && before.records === 0 ? before : undefined;
    const previous = dropped || !before ? (before?.header.previous ?? null) : summaryOf(before);
    const ordinal = (before?.ordinal ?? 0) + 1;
    const header = { format: 1, logId: identity.logId, ordinal, base, previous } as const;
    const bytes = encodeHeader(header);
    let file: LogFile;
    try {
      file = await replaceFile(layer, directory, segmentName(ordinal), bytes);
    } catch (thrown) {
      throw ioFault(`beginning ${segmentName(ordinal)}`, thrown);
    }
    const sealed = this.#file;
    if (dropped) this.kept.pop();
    this.kept.push(emptySegment(header, bytes.length));
    this.#file = file;
    this.#sealNext = false;
    await this.#aside('closing a segment', async () => sealed?.close());
    if (dropped) await this.#aside('removing an empty segment', () => layer.remove(this.pathOf(dropped)));
  }

  /**
   * After a failed write or fdatasync the kernel may have dropped the dirty pages and call the next fdatasync a success,
   * so this descriptor is never used again. The tail is cut through a fresh one; should that fail too, the header
   * of the next segment still says where this one ends.
   */
  async #giveUp(file: LogFile): Promise<void> {
    const { active } = this;
    this.#file = undefined;
    await this.#aside(`closing ${active.name}`, () => file.close());
    await this.#aside(`truncating ${active.name}`, async () => {
      const fresh = await this.options.layer.open(this.pathOf(active), 'write');
      try {
        await fresh.truncate(active.length);
        await fresh.sync();
      } finally {
        await fresh.close();
      }
    });
  }

  async #aside(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.options.onFault(ioFault(doing, thrown));
    }
  }
}

function summaryOf({ ordinal, length, records, oldestReceivedAt, newestReceivedAt }: Segment) {
  return { ordinal, length, records, oldestReceivedAt, newestReceivedAt };
}
