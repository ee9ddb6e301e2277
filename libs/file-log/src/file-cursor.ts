import { Fault } from '@stadtfunk/kernel';
import {
  KnownTexts,
  type Arrivals,
  type Positions,
  type StoredUplink,
  type UplinkCursor,
  type Waiting,
} from '@stadtfunk/uplinks';
import { codeOf, readFully, type LogFile } from './file-layer.ts';
import { checkRecord, FRAME_BYTES, partitionAt, passRecord, readRecord, recordLength, sequenceAt } from './record.ts';
import type { SegmentStore } from './segment-store.ts';
import { corrupt, ioFault, type Segment } from './segment.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A read ends early behind this many bytes of records, whatever its limit. */
const READ_BYTES = 8 * 1024 * 1024;

/** Reads the segments one after the other in large chunks. Sees nothing that is not durable. */
export class FileCursor implements UplinkCursor {
  readonly #position: number[];
  readonly #texts = new KnownTexts();
  #segment: Segment | undefined;
  #file: LogFile | undefined;
  /** Where the next record begins, in the segment. */
  #at = 0;
  #chunk = Buffer.alloc(0);
  #chunkStart = 0;
  #reading: Promise<unknown> | undefined;
  #waiting: Waiting | undefined;
  #closed = false;
  #fault: Fault | undefined;

  constructor(
    private readonly store: SegmentStore,
    private readonly arrivals: Arrivals,
    after: Positions,
    private readonly onClose: (cursor: FileCursor) => void,
  ) {
    this.#position = [...after];
  }

  /** One read at a time. The payloads are views of a chunk of up to 1 MiB: copy what is kept for long. */
  async read(limit: number, waitMs: number): Promise<readonly StoredUplink[]> {
    if (this.#reading) throw new Fault('cursor.busy', 'the cursor is being read already', false);
    if (this.#closed && this.#fault) throw this.#fault;
    const reading = this.#read(limit, waitMs);
    this.#reading = reading;
    try {
      return await reading;
    } finally {
      this.#reading = undefined;
    }
  }

  /** `fault` is what later reads give; without it they give empty lists. */
  async close(fault?: Fault): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#fault = fault;
    this.onClose(this);
    this.#waiting?.end();
    await this.#reading?.catch(() => undefined); // Whoever reads gets it.
    await this.#file?.close();
    this.#chunk = Buffer.alloc(0);
  }

  async #read(limit: number, waitMs: number): Promise<readonly StoredUplink[]> {
    const found = await this.#take(limit);
    if (found.length > 0 || this.#closed || waitMs <= 0) return found;
    const waiting = this.arrivals.wait(waitMs);
    this.#waiting = waiting;
    try {
      do {
        const late = await this.#take(limit);
        if (late.length > 0) return late;
      } while (await waiting.next());
      return [];
    } finally {
      waiting.end();
    }
  }

  async #take(limit: number): Promise<StoredUplink[]> {
    const taken: StoredUplink[] = [];
    let budget = READ_BYTES;
    while (!this.#closed && taken.length < limit && budget > 0) {
      // The object in the store: a commit replaces it by a longer one.
      const segment = this.#segment && this.#current(this.#segment.ordinal);
      if (!segment || this.#at >= segment.length) {
        if (!(await this.#enterNext())) break;
        continue;
      }
      this.#segment = segment;
      if (this.#at - this.#chunkStart >= this.#chunk.length) await this.#load(segment, CHUNK_BYTES);
      const passed = this.#decode(segment, taken, limit);
      // What is passed over holds no memory; a read that ended here would look like one at the end of the log.
      if (taken.length > 0) budget -= passed;
      const left = this.#chunk.length - (this.#at - this.#chunkStart);
      if (taken.length < limit && left > 0) await this.#completeRecord(segment);
    }
    return taken;
  }

  /** A segment keeps what this cursor knows of it when retention deletes it meanwhile: the open file can still be read. */
  #current(ordinal: number): Segment | undefined {
    return this.store.segments.find((segment) => segment.ordinal === ordinal) ?? this.#segment;
  }

  /** Takes records from the chunk until the limit, the end of the chunk, or a record that is cut off by it. */
  #decode(segment: Segment, taken: StoredUplink[], limit: number): number {
    const { seed } = this.store.options.identity;
    const chunk = this.#chunk;
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    const from = this.#at - this.#chunkStart;
    let at = from;
    while (taken.length < limit) {
      const length = passRecord(chunk, at, chunk.length);
      if (length === 0) break;
      const isWhole = length > 0;
      const partition = isWhole ? partitionAt(chunk, at) : -1;
      const sequence = isWhole ? sequenceAt(chunk, at) : 0;
      const isWanted = sequence > (this.#position[partition] ?? 0);
      // To check everything that is passed over would be most of the cost of a search.
      if (!isWhole || (isWanted && checkRecord(chunk, at, chunk.length, seed) < 0)) {
        throw corrupt(segment.name, this.#chunkStart + at, 'a record is damaged');
      }
      if (isWanted) {
        taken.push(readRecord(chunk, bytes, at, length, this.#texts));
        this.#position[partition] = sequence;
      }
      at += length;
      this.#at += length;
    }
    return at - from;
  }

  async #completeRecord(segment: Segment): Promise<void> {
    const at = this.#at - this.#chunkStart;
    if (this.#chunkStart + this.#chunk.length >= segment.length) {
      throw corrupt(segment.name, this.#at, 'a record reaches beyond the end of the segment');
    }
    const whole = this.#chunk.length - at >= FRAME_BYTES ? recordLength(this.#chunk, at) : 0;
    await this.#load(segment, Math.max(CHUNK_BYTES, whole));
  }

  async #load(segment: Segment, most: number): Promise<void> {
    const chunk = Buffer.allocUnsafeSlow(Math.min(most, segment.length - this.#at));
    let read = 0;
    try {
      if (this.#file) read = await readFully(this.#file, chunk, this.#at);
    } catch (thrown) {
      throw ioFault(`reading ${segment.name}`, thrown);
    }
    if (read < chunk.length) throw corrupt(segment.name, this.#at + read, 'the file is shorter than its records');
    this.#chunk = chunk;
    this.#chunkStart = this.#at;
  }

  /** Goes to the next segment with something that is wanted, or waits at the end of the newest one. */
  async #enterNext(): Promise<boolean> {
    const ordinal = this.#segment?.ordinal ?? 0;
    const later = this.store.segments.filter((segment) => segment.ordinal > ordinal);
    const wanted = later.find(({ last }) => last.some((sequence, index) => sequence > (this.#position[index] ?? 0)));
    const next = wanted ?? later.at(-1);
    if (!next) return false;
    let file: LogFile;
    try {
      file = await this.store.options.layer.open(this.store.pathOf(next), 'read');
    } catch (thrown) {
      // Retention was faster, or an empty segment gave way to its successor: look again.
      const gone =
        codeOf(thrown) === 'ENOENT' && !this.store.segments.some((segment) => segment.ordinal === next.ordinal);
      if (gone) return true;
      throw ioFault(`opening ${next.name}`, thrown);
    }
    await this.#file?.close();
    this.#file = file;
    this.#segment = next;
    this.#at = wanted ? next.headerBytes : next.length;
    this.#chunk = Buffer.alloc(0);
    this.#chunkStart = this.#at;
    return true;
  }
}
