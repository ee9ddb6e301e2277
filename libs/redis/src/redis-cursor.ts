import { Fault } from '@stadtfunk/kernel';
import { KnownTexts, type Positions, type StoredUplink, type UplinkCursor } from '@stadtfunk/uplinks';
import type { Redis } from 'ioredis';
import { redisFault } from './faults.ts';
import { FRAME_BYTES, FrameReader } from './frame.ts';
import { streamKey } from './keys.ts';

/** What one answer of Redis holds about: bounds the memory of a cursor. */
const ANSWER_BYTES = 4 * 1024 * 1024;
const ANSWER_FRAMES = 256;
/** Longer waits are made of several: between two of them a connection that is dead is noticed. */
export const LONGEST_BLOCK_MS = 1_000;

interface Pending {
  readonly partition: number;
  readonly frame: FrameReader;
}

type Answer = [key: Buffer, entries: [id: Buffer, fields: Buffer[]][]][] | null;

/** Reads the streams of the wanted partitions over a connection of its own, because a blocked one serves nobody else. */
export class RedisCursor implements UplinkCursor {
  readonly #reached: number[];
  /** By stream key: the partitions that are wanted. */
  readonly #wanted: ReadonlyMap<string, number>;
  /** Per partition, the last entry that was fetched. */
  readonly #fetched: number[];
  readonly #texts = new KnownTexts();
  #pending: Pending[] = [];
  #averageBytes = FRAME_BYTES;
  #redis: Redis | undefined;
  #reading = false;
  #closed = false;

  constructor(
    after: Positions,
    private readonly connect: () => Promise<Redis>,
    private readonly onClose: (cursor: RedisCursor) => void,
  ) {
    this.#reached = [...after];
    this.#fetched = [...after];
    this.#wanted = new Map(
      after.flatMap((position, partition) => (position === Infinity ? [] : [[streamKey(partition), partition]])),
    );
  }

  /** One read at a time. The payloads are views of frames of up to 256 KiB: copy what is kept for long. */
  async read(limit: number, waitMs: number): Promise<readonly StoredUplink[]> {
    if (this.#reading) throw new Fault('cursor.busy', 'the cursor is being read already', false);
    this.#reading = true;
    try {
      return await this.#read(limit, waitMs);
    } finally {
      this.#reading = false;
    }
  }

  /** Also ends a read that waits. */
  close(): Promise<void> {
    if (!this.#closed) this.onClose(this);
    this.#closed = true;
    this.#pending = [];
    this.#hangUp();
    return Promise.resolve();
  }

  async #read(limit: number, waitMs: number): Promise<readonly StoredUplink[]> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const taken = this.#take(limit);
      if (taken.length > 0 || limit <= 0 || this.#closed) return taken;
      const leftMs = Math.max(0, deadline - performance.now());
      const found = await this.#fetch(Math.min(leftMs, LONGEST_BLOCK_MS));
      if (!found && leftMs <= LONGEST_BLOCK_MS && performance.now() >= deadline) return [];
    }
  }

  #take(limit: number): StoredUplink[] {
    const taken: StoredUplink[] = [];
    let used = 0;
    for (const { partition, frame } of this.#pending) {
      if (taken.length >= limit) break;
      frame.take(taken, limit, this.#reached[partition] ?? 0);
      if (frame.done) used += 1;
    }
    this.#pending.splice(0, used);
    return taken;
  }

  /** Gets the next frames of all partitions; false when none came in time. */
  async #fetch(blockMs: number): Promise<boolean> {
    if (this.#wanted.size === 0) {
      await new Promise((wake) => setTimeout(wake, blockMs));
      return false;
    }
    try {
      const redis = (this.#redis ??= await this.connect());
      if (this.#closed) return this.#hangUp();
      const found = this.#queue(await this.#ask(redis, blockMs));
      // A blocked XREAD is woken with one stream only; the other ones of the same transaction are there as well.
      if (found && blockMs >= 1) this.#queue(await this.#ask(redis, 0));
      return found && !this.#closed;
    } catch (thrown) {
      this.#hangUp();
      if (this.#closed) return false;
      throw redisFault('reading', thrown);
    }
  }

  #ask(redis: Redis, blockMs: number): Promise<Answer> {
    const frames = Math.min(ANSWER_FRAMES, ANSWER_BYTES / this.#averageBytes) / this.#wanted.size;
    const keys = [...this.#wanted.keys()];
    const ids = [...this.#wanted.values()].map((partition) => `${this.#fetched[partition] ?? 0}-0`);
    const count = Math.max(1, Math.floor(frames));
    // A block of 0 is one without end.
    return blockMs < 1
      ? redis.xreadBuffer('COUNT', count, 'STREAMS', ...keys, ...ids)
      : redis.xreadBuffer('COUNT', count, 'BLOCK', Math.ceil(blockMs), 'STREAMS', ...keys, ...ids);
  }

  #queue(answer: Answer): boolean {
    if (!answer || this.#closed) return false;
    let bytes = 0;
    let frames = 0;
    for (const [key, entries] of answer) {
      const partition = this.#wanted.get(key.toString()) ?? -1;
      for (const [id, fields] of entries) {
        const last = Number(id.toString('latin1', 0, id.indexOf('-')));
        const frame = fields[1] ?? Buffer.alloc(0);
        this.#pending.push({ partition, frame: new FrameReader(frame, partition, last, this.#texts) });
        this.#fetched[partition] = last;
        bytes += frame.length;
        frames += 1;
      }
    }
    this.#averageBytes = bytes / Math.max(1, frames);
    return true;
  }

  #hangUp(): false {
    this.#redis?.disconnect();
    this.#redis = undefined;
    return false;
  }
}
