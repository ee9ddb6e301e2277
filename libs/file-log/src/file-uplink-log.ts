import { Fault } from '@stadtfunk/kernel';
import {
  Arrivals,
  UplinkLog,
  type ConsumerGroup,
  type Positions,
  type Uplink,
  type UplinkCursor,
} from '@stadtfunk/uplinks';
import type { DirectoryLock } from './directory-lock.ts';
import { FileCursor } from './file-cursor.ts';
import { FreeSpace } from './free-space.ts';
import { GroupPositions } from './group-positions.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { nodeFiles } from './node-files.ts';
import { FILE_UPLINK_LOG_DEFAULTS, MIB, type FileUplinkLogOptions, type FileUplinkLogStatus } from './options.ts';
import { fits, MAX_RECORD_BYTES, recordBound } from './record.ts';
import { expiredSegments } from './retention.ts';
import { SegmentStore } from './segment-store.ts';
import { ioFault } from './segment.ts';

interface Append {
  readonly uplinks: readonly Uplink[];
  readonly bytes: number;
  resolve(): void;
  reject(fault: Fault): void;
}

/** Appends that wait are joined into one commit up to this size. */
const COMMIT_BYTES = 4 * MIB;

/** The uplink log in segment files of one directory: one sequence of files for all partitions, one fdatasync per commit. */
export class FileUplinkLog extends UplinkLog {
  override readonly logId: string;
  override readonly partitions: number;
  readonly #arrivals = new Arrivals((callback, ms) => {
    const timer = setTimeout(callback, Math.min(ms, 0x7fffffff));
    return () => clearTimeout(timer);
  });
  readonly #cursors = new Set<FileCursor>();
  readonly #queue: Append[] = [];
  #pumping: Promise<void> | undefined;
  #retaining: Promise<void> = Promise.resolve();
  readonly #space: FreeSpace;
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly options: Required<FileUplinkLogOptions>,
    private readonly store: SegmentStore,
    private readonly groups: GroupPositions,
    private readonly lock: DirectoryLock,
    private readonly faults: { last: Fault | null },
  ) {
    super();
    this.logId = store.options.identity.logId;
    this.partitions = store.options.identity.partitions;
    this.#space = new FreeSpace(options);
  }

  /** Opens or creates the log. Throws a `Fault`: `log.locked`, `log.corrupt`, `log.io`. */
  static async open(options: FileUplinkLogOptions): Promise<FileUplinkLog> {
    const faults: { last: Fault | null } = { last: null };
    const onFault = (fault: Fault) => {
      faults.last = fault;
      options.onFault?.(fault);
    };
    const all = { ...FILE_UPLINK_LOG_DEFAULTS, now: Date.now, files: nodeFiles, ...options, onFault };
    const { directory, partitions, segmentBytes, files: layer } = all;
    if (!(segmentBytes >= 1 && segmentBytes <= 1024 * MIB)) throw new RangeError('segmentBytes must be 1 to 1 GiB');
    let lock: DirectoryLock | undefined;
    try {
      await layer.makeDirectory(directory);
      lock = await layer.lock(directory);
      const { identity, isNew } = await readManifest(layer, directory, partitions);
      const store = await SegmentStore.open({ layer, directory, identity, segmentBytes, isNew, onFault });
      if (isNew) await writeManifest(layer, directory, identity);
      const groups = await GroupPositions.open(layer, directory, identity.logId, store.heads, onFault);
      return new FileUplinkLog(all, store, groups, lock, faults);
    } catch (thrown) {
      await lock?.release();
      throw thrown instanceof RangeError ? thrown : ioFault(`opening the uplink log in ${directory}`, thrown);
    }
  }

  override append(uplinks: readonly Uplink[]): Promise<void> {
    if (this.#closing) return Promise.reject(new Fault('log.closed', 'the uplink log is closed', false));
    if (!uplinks.every(fits)) {
      return Promise.reject(new Fault('log.oversized', `an uplink is larger than ${MAX_RECORD_BYTES} bytes`, false));
    }
    if (uplinks.length === 0) return Promise.resolve();
    const bytes = uplinks.reduce((total, uplink) => total + recordBound(uplink), 0);
    return new Promise((resolve, reject) => {
      this.#queue.push({ uplinks, bytes, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  override heads(): Promise<Positions> {
    return Promise.resolve([...this.store.heads]);
  }

  override floors(): Promise<Positions> {
    return Promise.resolve([...(this.store.segments[0]?.header.base ?? [])]);
  }

  override openCursor(after: Positions): UplinkCursor {
    if (after.length !== this.partitions || after.some((position) => Number.isNaN(position))) {
      throw new RangeError(`a cursor needs ${this.partitions} positions`);
    }
    const cursor = new FileCursor(this.store, this.#arrivals, after, (closed) => this.#cursors.delete(closed));
    this.#cursors.add(cursor);
    return cursor;
  }

  /**
   * Also deletes what every group has passed by now. A group that has come further than the log reaches shows that the
   * log has lost its end (a disk that lied, a copy put back). Sequences given a second time would be passed over by that
   * group: acknowledged and never stored.
   */
  override async commit(group: ConsumerGroup, positions: Positions): Promise<void> {
    const { heads } = this.store;
    if (positions.some((position, index) => Number.isFinite(position) && position > (heads[index] ?? 0))) {
      await this.#skipTo(positions);
    }
    this.groups.advance(group, positions, this.store.heads);
    if (this.#closing) return;
    this.groups.save();
    await this.#retain();
  }

  override committed(group: ConsumerGroup): Promise<Positions> {
    return Promise.resolve([...this.groups.of(group)]);
  }

  async status(): Promise<FileUplinkLogStatus> {
    const { segments, truncatedBytes } = this.store;
    const { last } = this.faults;
    return {
      bytes: segments.reduce((total, { length }) => total + length, 0),
      segments: segments.length,
      oldestReceivedAt: segments.find(({ records }) => records > 0)?.oldestReceivedAt ?? null,
      freeBytes: await this.options.files.freeBytes(this.options.directory),
      truncatedBytes,
      lastFault: last && { code: last.code, detail: last.message },
    };
  }

  /** Takes nothing more, finishes what was appended, ends all cursors and lets the directory go. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#pumping) await this.#pumping;
    await this.#retaining;
    const closed = new Fault('log.closed', 'the uplink log is closed', false);
    for (const cursor of [...this.#cursors]) await cursor.close(closed);
    await this.groups.flush();
    await this.store.close();
    await this.lock.release();
  }

  /** One commit after the other, each with everything that came during the one before. Never rejects. */
  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      let bytes = 0;
      const joined = this.#queue.findIndex((append) => (bytes += append.bytes) > COMMIT_BYTES);
      const appends = this.#queue.splice(0, joined < 0 ? this.#queue.length : Math.max(1, joined));
      try {
        await this.#space.claim(bytes);
        this.#sealAged();
        await this.store.write(appends.map(({ uplinks }) => uplinks));
        this.faults.last = null;
        for (const append of appends) append.resolve();
        this.#arrivals.announce();
      } catch (thrown) {
        const fault = ioFault('appending', thrown);
        this.faults.last = fault;
        for (const append of appends) append.reject(fault);
      }
    }
    this.#pumping = undefined;
  }

  /** Between two commits, as if it were one. */
  async #skipTo(positions: Positions): Promise<void> {
    while (this.#pumping) await this.#pumping;
    if (this.#closing) return;
    let failure: Fault | undefined;
    this.#pumping = this.store
      .skipTo(positions)
      .then((count) => {
        const detail = `${count} uplinks that were processed are missing at the end of the log; going on behind them`;
        if (count > 0) this.options.onFault(new Fault('log.lost', detail, false));
      })
      .catch((thrown: unknown) => void (failure = ioFault('passing over lost sequences', thrown)))
      .then(() => {
        this.#pumping = this.#queue.length > 0 ? this.#pump() : undefined;
      });
    await this.#pumping;
    if (failure) throw failure;
  }

  /** Retention deletes whole segments, so one that has old uplinks must not stay open for ever. */
  #sealAged(): void {
    const { records, oldestReceivedAt } = this.store.active;
    const agedAt = this.options.now() - this.options.retainMs;
    if (records > 0 && oldestReceivedAt !== null && oldestReceivedAt < agedAt) this.store.sealNext();
  }

  #retain(): Promise<void> {
    this.#retaining = this.#retaining.then(async () => {
      try {
        const expired = expiredSegments(this.store.segments, this.groups.all, this.options.now(), this.options);
        for (let count = 0; count < expired; count++) await this.store.removeOldest();
      } catch (thrown) {
        this.options.onFault(ioFault('deleting a segment', thrown));
      }
    });
    return this.#retaining;
  }
}
