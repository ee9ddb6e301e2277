import { Fault } from '@stadtfunk/kernel';
import {
  CONSUMER_GROUPS,
  partitionOf,
  UplinkLog,
  type ConsumerGroup,
  type Positions,
  type Uplink,
  type UplinkCursor,
} from '@stadtfunk/uplinks';
import type { Redis } from 'ioredis';
import { connect, isTimeout, loadScripts, runAll, type Call } from './connection.ts';
import { durabilityFault, readDurability } from './durability.ts';
import { redisFault } from './faults.ts';
import type { ForwardTarget, Parcel, SourceMarks } from './forward-target.ts';
import { encodeFrames, fits, MAX_UPLINK_BYTES, uplinkBound } from './frame.ts';
import { readIdentity, type LogIdentity } from './identity.ts';
import { sourceKey, stateKey, streamKey } from './keys.ts';
import { REDIS_UPLINK_LOG_DEFAULTS, type RedisUplinkLogOptions } from './options.ts';
import { LONGEST_BLOCK_MS, RedisCursor } from './redis-cursor.ts';
import { APPEND, BEGIN, COMMIT, TRIM, TRIM_FRAMES } from './scripts.ts';

interface Append {
  readonly uplinks: readonly Uplink[];
  readonly bytes: number;
  resolve(): void;
  reject(fault: Fault): void;
}

/** Appends that wait are joined into one round trip up to this size. */
const ROUND_BYTES = 8 * 1024 * 1024;

type Settings = Required<RedisUplinkLogOptions>;

/** The uplink log as Redis Streams: one per partition, each entry a frame of many uplinks. Any number of processes append. */
export class RedisUplinkLog extends UplinkLog implements ForwardTarget {
  override readonly logId: string;
  override readonly partitions: number;
  readonly #cursors = new Set<RedisCursor>();
  readonly #queue: Append[] = [];
  #pumping: Promise<void> | undefined;
  #trimming: Promise<void> = Promise.resolve();
  #trimmedAt = -Infinity;
  #closed = false;
  #hungUp = false;

  private constructor(
    private readonly settings: Settings,
    private readonly redis: Redis,
    identity: LogIdentity,
  ) {
    super();
    this.logId = identity.logId;
    this.partitions = identity.partitions;
  }

  /**
   * Opens or creates the log. Throws a `Fault`: `log.io` (retryable: Redis is away), `log.denied`, `log.unsafe`,
   * `log.corrupt`. Once open, it finds its way back by itself when Redis was away.
   */
  static async open(options: RedisUplinkLogOptions): Promise<RedisUplinkLog> {
    const onFault = () => undefined;
    const settings: Settings = { ...REDIS_UPLINK_LOG_DEFAULTS, now: Date.now, onFault, ...options };
    const redis = await connect(settings, { name: 'stadtfunk-log', reconnects: true });
    try {
      await checkDurability(redis, settings);
      await loadScripts(redis);
      return new RedisUplinkLog(settings, redis, await readIdentity(redis, settings.partitions, settings.existingOnly));
    } catch (thrown) {
      redis.disconnect();
      throw thrown instanceof RangeError ? thrown : redisFault('opening the uplink log', thrown);
    }
  }

  override append(uplinks: readonly Uplink[]): Promise<void> {
    if (this.#closed) return Promise.reject(closedFault());
    if (!uplinks.every(fits)) return Promise.reject(oversizedFault());
    if (uplinks.length === 0) return Promise.resolve();
    const bytes = uplinks.reduce((total, uplink) => total + uplinkBound(uplink), 0);
    return new Promise((resolve, reject) => {
      this.#queue.push({ uplinks, bytes, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  override heads(): Promise<Positions> {
    return this.#positions('head');
  }

  override floors(): Promise<Positions> {
    return this.#positions('floor');
  }

  override openCursor(after: Positions): UplinkCursor {
    if (after.length !== this.partitions || after.some((position) => Number.isNaN(position))) {
      throw new RangeError(`a cursor needs ${this.partitions} positions`);
    }
    if (this.#closed) throw closedFault();
    const connection = () =>
      connect(this.settings, { name: 'stadtfunk-cursor', reconnects: false, blocksMs: LONGEST_BLOCK_MS });
    const cursor = new RedisCursor(after, connection, (closed) => this.#cursors.delete(closed));
    this.#cursors.add(cursor);
    return cursor;
  }

  /**
   * Partitions at `Infinity` are left alone: they are somebody else's. Fault `log.behind` when the group is ahead of the
   * log, that is when Redis has lost uplinks that it had acknowledged; the partition takes nothing from then on. Also
   * deletes what every group has passed by now.
   */
  override async commit(group: ConsumerGroup, positions: Positions): Promise<void> {
    const moves = positions.flatMap((position, partition): Call[] => {
      if (!(position > 0 && Number.isFinite(position) && partition < this.partitions)) return [];
      return [{ script: COMMIT, keys: [stateKey(partition)], args: [this.logId, group, Math.floor(position)] }];
    });
    await this.#run('committing', moves);
    if (this.#closed || performance.now() - this.#trimmedAt < this.settings.trimEveryMs) return;
    this.#trimmedAt = performance.now();
    this.#trimming = this.#trimming.then(() => this.#trim());
    await this.#trimming;
  }

  override committed(group: ConsumerGroup): Promise<Positions> {
    return this.#positions(`group:${group}`);
  }

  async beginSource(sourceId: string, starts: readonly SourceMarks[]): Promise<readonly SourceMarks[]> {
    const answers = await this.#run(
      'asking for the marks of a source',
      starts.map((marks, partition) => ({
        script: BEGIN,
        keys: [sourceKey(partition, sourceId)],
        args: [...marks].flat(),
      })),
    );
    return answers.map((answer) => {
      const marks = new Map<number, number>();
      const fields = answer as string[];
      for (let at = 0; at < fields.length; at += 2) marks.set(Number(fields[at]), Number(fields[at + 1]));
      return marks;
    });
  }

  /** How many uplinks of a source are in this log, since its beginning; 0 of one that never forwarded. */
  async forwarded(sourceId: string): Promise<number> {
    const marks = await this.#ask('asking for the marks of a source', () =>
      Promise.all(Array.from({ length: this.partitions }, (_, at) => this.redis.hgetall(sourceKey(at, sourceId)))),
    );
    const lowest = new Map<string, number>();
    for (const [sourcePartition, mark] of marks.flatMap((each) => Object.entries(each))) {
      lowest.set(sourcePartition, Math.min(Number(mark), lowest.get(sourcePartition) ?? Infinity));
    }
    return [...lowest.values()].reduce((sum, mark) => sum + mark, 0);
  }

  async forward(sourceId: string, parcels: readonly Parcel[]): Promise<void> {
    if (!parcels.every(({ uplinks }) => uplinks.every(fits))) throw oversizedFault();
    await this.#run(
      'forwarding',
      parcels.map(({ partition, uplinks, moves }) => {
        const marks = moves.flatMap(({ sourcePartition, from, to }) => [sourcePartition, from, to]);
        return this.#appendTo(partition, uplinks, [moves.length, ...marks], [sourceKey(partition, sourceId)]);
      }),
    );
  }

  /** Takes nothing more, finishes what was appended, ends all cursors and hangs up. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pumping;
    await this.#trimming;
    for (const cursor of [...this.#cursors]) await cursor.close();
    this.#hungUp = true;
    this.redis.disconnect();
  }

  /** One round trip after the other, each with everything that came during the one before. Never rejects. */
  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      let bytes = 0;
      const joined = this.#queue.findIndex((append) => (bytes += append.bytes) > ROUND_BYTES);
      const appends = this.#queue.splice(0, joined < 0 ? this.#queue.length : Math.max(1, joined));
      try {
        const byPartition = this.#byPartition(appends);
        const calls = [...byPartition].map(([partition, uplinks]) => this.#appendTo(partition, uplinks, [0], []));
        await this.#run('appending', calls);
        for (const append of appends) append.resolve();
      } catch (thrown) {
        for (const append of appends) append.reject(redisFault('appending', thrown));
      }
    }
    this.#pumping = undefined;
  }

  #byPartition(appends: readonly Append[]): ReadonlyMap<number, readonly Uplink[]> {
    const byPartition = new Map<number, Uplink[]>();
    for (const { uplinks } of appends) {
      for (const uplink of uplinks) {
        const partition = partitionOf(uplink.deviceId, this.partitions);
        const known = byPartition.get(partition);
        if (known) known.push(uplink);
        else byPartition.set(partition, [uplink]);
      }
    }
    return byPartition;
  }

  #appendTo(
    partition: number,
    uplinks: readonly Uplink[],
    marks: readonly number[],
    sourceKeys: readonly string[],
  ): Call {
    const keys = [streamKey(partition), stateKey(partition), ...sourceKeys];
    const frames = encodeFrames(uplinks).flatMap(({ count, bytes }) => [count, bytes]);
    return { script: APPEND, keys, args: [this.logId, ...marks, ...frames] };
  }

  async #positions(field: string): Promise<Positions> {
    const values = await this.#ask(`asking for ${field}`, () =>
      Promise.all(Array.from({ length: this.partitions }, (_, at) => this.redis.hget(stateKey(at), field))),
    );
    return values.map((value) => Number(value ?? 0));
  }

  #run(doing: string, calls: readonly Call[]): Promise<readonly unknown[]> {
    return this.#ask(doing, () => runAll(this.redis, calls));
  }

  async #ask<T>(doing: string, send: () => Promise<T>): Promise<T> {
    if (this.#hungUp) throw closedFault();
    try {
      return await send();
    } catch (thrown) {
      if (isTimeout(thrown)) this.redis.disconnect(true);
      throw redisFault(doing, thrown);
    }
  }

  async #trim(): Promise<void> {
    const { now, retainMs, retainBytes, onFault } = this.settings;
    const limits = [now() - retainMs, Math.floor(retainBytes / this.partitions), ...CONSUMER_GROUPS];
    try {
      for (let partition = 0; partition < this.partitions; partition++) {
        const keys = [streamKey(partition), stateKey(partition)];
        const call: Call = { script: TRIM, keys, args: [this.logId, ...limits] };
        let deleted: unknown = TRIM_FRAMES;
        while (!this.#closed && deleted === TRIM_FRAMES) [deleted] = await runAll(this.redis, [call]);
      }
    } catch (thrown) {
      onFault(redisFault('deleting old frames', thrown));
    }
  }
}

async function checkDurability(redis: Redis, { durability, onFault }: Settings): Promise<void> {
  const { problems, unknown } = await readDurability(redis);
  if (problems.length > 0 && durability === 'require') throw durabilityFault(problems);
  if (problems.length > 0) onFault(durabilityFault(problems));
  else if (unknown) onFault(durabilityFault(['its settings cannot be seen (CONFIG GET is not permitted)']));
}

const closedFault = () => new Fault('log.closed', 'the uplink log is closed', false);
const oversizedFault = () => new Fault('log.oversized', `an uplink is larger than ${MAX_UPLINK_BYTES} bytes`, false);
