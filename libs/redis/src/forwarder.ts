import { Fault } from '@stadtfunk/kernel';
import { CONSUMER_GROUPS, partitionOf, type Positions, type StoredUplink, type UplinkLog } from '@stadtfunk/uplinks';
import type { ForwardTarget, Parcel } from './forward-target.ts';

/** What is moved from where to where. */
export interface Forwarding {
  /** The log that intake appends to. Nobody else consumes it: the forwarder commits for all groups. */
  readonly local: UplinkLog;
  /** Called until it succeeds, and again when the log behind it was replaced. The forwarder closes what it gives. */
  readonly open: () => Promise<ForwardTarget>;
  /**
   * Where a target that has never seen this source begins: `committed` with what no group has processed locally, `oldest`
   * with everything that is kept, for a Redis that was lost together with its uplinks.
   */
  readonly begin?: 'committed' | 'oldest';
  /** Uplinks read at once; bounds the memory. They make one frame per partition. */
  readonly batchSize?: number;
  /**
   * Time between the beginnings of two batches, ms, as long as batches are not full: what arrives meanwhile shares the cost
   * of a round trip. It is part of a reading's way to its alert.
   */
  readonly paceMs?: number;
  /** Time between two commits to the local log, ms. It only has to know what it may delete. */
  readonly commitEveryMs?: number;
  /** Told of every fault; the work goes on after a pause. */
  readonly onFault: (fault: unknown, attempt: number) => void;
  /** Told of acknowledged uplinks that are neither in the target nor in the local log any more. Where it rejects, it is told again. */
  readonly onLoss?: (uplinks: number) => Promise<void>;
  /** First and longest pause after a fault, ms. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
}

export interface ForwarderStatus {
  /** Uplinks that the local log has taken since its beginning. */
  readonly taken: number;
  /** How many of them are known to be in the target. */
  readonly forwarded: number;
  /** The others. */
  readonly waiting: number;
  /** Those that the target has lost since the start and nobody can forward again. No progress makes up for them. */
  readonly lost: number;
  readonly lastFault: { readonly code: string; readonly detail: string } | null;
}

const DEFAULTS = {
  begin: 'committed',
  batchSize: 4_000,
  paceMs: 30,
  commitEveryMs: 1_000,
  firstPauseMs: 100,
  longestPauseMs: 5_000,
  onLoss: () => Promise.resolve(),
} as const;

/** Where the marks of this source stand, by partition of the target and of the source. */
type Marks = Map<number, number>[];

/**
 * Moves uplinks from the local log into the shared one, in the order of each device, until stopped. What is appended
 * and the mark how far it goes are one step in the target, so a batch that is sent again is not taken again.
 */
export class Forwarder {
  readonly #work: Required<Forwarding>;
  #target: ForwardTarget | undefined;
  #forwarded: Positions | undefined;
  #lastFault: ForwarderStatus['lastFault'] = null;
  #lost = 0;
  /** Up to where losses were told, by partition of the source: a mark is moved only with the next uplinks. */
  readonly #told: number[] = [];
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(work: Forwarding) {
    this.#work = { ...DEFAULTS, ...work };
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends after the batch at hand. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  async status(): Promise<ForwarderStatus> {
    const heads = await this.#work.local.heads();
    const forwarded = this.#forwarded ?? (await this.#committed());
    const taken = heads.reduce((sum, head) => sum + head, 0);
    const waiting = heads.reduce((sum, head, partition) => sum + Math.max(0, head - (forwarded[partition] ?? 0)), 0);
    return { taken, forwarded: taken - waiting, waiting, lost: this.#lost, lastFault: this.#lastFault };
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (!this.#stopping) {
      try {
        await this.#follow(() => {
          attempt = 0;
          this.#lastFault = null;
        });
      } catch (thrown) {
        this.#report(thrown, attempt);
        if (!(thrown instanceof Fault && thrown.retryable)) await this.#leave();
        const { firstPauseMs, longestPauseMs } = this.#work;
        await this.#sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt++, 20)));
      }
    }
    await this.#leave();
  }

  #report(thrown: unknown, attempt: number): void {
    const fault = thrown instanceof Fault ? thrown : new Fault('forwarder.defect', String(thrown), false, thrown);
    this.#lastFault = { code: fault.code, detail: fault.message };
    this.#work.onFault(thrown, attempt);
  }

  async #leave(): Promise<void> {
    await this.#target?.close();
    this.#target = undefined;
  }

  /** Until the time is over, or the work is to stop. */
  async #sleep(ms: number): Promise<void> {
    const wake = this.#wake;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#stopping) this.#wake();
    });
    this.#wake = wake;
  }

  async #follow(onProgress: () => void): Promise<void> {
    const { local, batchSize, paceMs, commitEveryMs } = this.#work;
    const target = (this.#target ??= await this.#work.open());
    const marks = await this.#marks(target);
    const read = lowest(marks, local.partitions);
    this.#forwarded = [...read];
    const cursor = local.openCursor(read);
    this.#wake = () => void cursor.close();
    if (this.#stopping) await cursor.close();
    let committedAt = performance.now();
    let open = true; // Whether something is forwarded and not committed.
    try {
      while (!this.#stopping) {
        const batch = await cursor.read(batchSize, commitEveryMs);
        const begun = performance.now();
        if (batch.length > 0) {
          for (const { partition, sequence } of batch) read[partition] = sequence;
          const parcels = parcelsOf(batch, marks, read);
          await target.forward(local.logId, parcels);
          settle(marks, parcels);
          this.#forwarded = [...read];
          open = true;
        }
        onProgress();
        const due = batch.length === 0 || performance.now() - committedAt >= commitEveryMs;
        if (open && (due || this.#stopping)) {
          await this.#commit(target, marks, read);
          committedAt = performance.now();
          open = false;
        }
        const spareMs = paceMs - (performance.now() - begun);
        if (batch.length > 0 && batch.length < batchSize && spareMs > 1) await this.#sleep(spareMs);
      }
    } finally {
      await cursor.close();
    }
  }

  /** The marks in the target, for every pair of partitions that can have a device in common. */
  async #marks(target: ForwardTarget): Promise<Marks> {
    const { local, begin } = this.#work;
    const [committed, floors] = [await this.#committed(), await local.floors()];
    const starts = floors.map((floor, at) => (begin === 'oldest' ? floor : Math.max(floor, committed[at] ?? 0)));
    const shared = divisor(target.partitions, local.partitions);
    const first = Array.from(
      { length: target.partitions },
      (_, partition) => new Map(starts.flatMap((start, at) => ((at - partition) % shared === 0 ? [[at, start]] : []))),
    );
    const marks = (await target.beginSource(local.logId, first)).map((each) => new Map(each));
    await this.#tellLoss(lowest(marks, local.partitions), committed, floors);
    return marks;
  }

  /** The local log is committed after the target has confirmed: a target that stands before that has lost something. */
  async #tellLoss(marks: Positions, committed: Positions, floors: Positions): Promise<void> {
    const sum = (of: (mark: number, partition: number) => number) =>
      marks.reduce((total, mark, partition) => total + Math.max(0, of(mark, partition)), 0);
    const gone = sum((mark, partition) => (floors[partition] ?? 0) - Math.max(mark, this.#told[partition] ?? 0));
    const again = sum((mark, partition) => (committed[partition] ?? 0) - Math.max(mark, floors[partition] ?? 0));
    if (gone > 0) {
      const detail = `the target has lost ${gone} uplinks that the local log does not keep any more`;
      this.#report(new Fault('forwarder.lost', detail, false), 0);
      await this.#work.onLoss(gone);
      this.#lost += gone;
      floors.forEach((floor, partition) => {
        if ((marks[partition] ?? 0) < floor) this.#told[partition] = floor;
      });
    }
    if (again > 0 && this.#work.begin === 'committed') {
      const detail = `the target has lost ${again} uplinks that it had confirmed; they are forwarded again`;
      this.#report(new Fault('forwarder.behind', detail, false), 0);
    }
  }

  /** Also moves the marks of partitions that had nothing lately, so that every mark covers what is committed. */
  async #commit(target: ForwardTarget, marks: Marks, read: Positions): Promise<void> {
    const { local } = this.#work;
    const quiet = marks.flatMap((_, partition) => {
      const moves = movesOf(marks, partition, read);
      return moves.length > 0 ? [{ partition, uplinks: [], moves }] : [];
    });
    if (quiet.length > 0) await target.forward(local.logId, quiet);
    settle(marks, quiet);
    for (const group of CONSUMER_GROUPS) await local.commit(group, read);
  }

  /** What every group of the local log has passed. */
  async #committed(): Promise<Positions> {
    const groups = await Promise.all(CONSUMER_GROUPS.map((group) => this.#work.local.committed(group)));
    return (groups[0] ?? []).map((_, partition) => Math.min(...groups.map((positions) => positions[partition] ?? 0)));
  }
}

/** The uplinks of a batch that the target does not have, by its partitions, with the marks that go with them. */
function parcelsOf(batch: readonly StoredUplink[], marks: Marks, reached: Positions): Parcel[] {
  const byPartition = new Map<number, StoredUplink[]>();
  const same = marks.length === reached.length;
  for (const uplink of batch) {
    const partition = same ? uplink.partition : partitionOf(uplink.deviceId, marks.length);
    if (uplink.sequence <= (marks[partition]?.get(uplink.partition) ?? 0)) continue;
    const uplinks = byPartition.get(partition);
    if (uplinks) uplinks.push(uplink);
    else byPartition.set(partition, [uplink]);
  }
  return [...byPartition].map(([partition, uplinks]) => ({
    partition,
    uplinks,
    moves: movesOf(marks, partition, reached),
  }));
}

/** Everything up to `reached` that belongs to this partition is in it, or in the parcel. */
function movesOf(marks: Marks, partition: number, reached: Positions): Parcel['moves'] {
  return [...(marks[partition] ?? [])].flatMap(([sourcePartition, from]) => {
    const to = reached[sourcePartition] ?? 0;
    return to > from ? [{ sourcePartition, from, to }] : [];
  });
}

/** Records that parcels are in the target. */
function settle(marks: Marks, parcels: readonly Parcel[]): void {
  for (const { partition, moves } of parcels) {
    for (const { sourcePartition, to } of moves) marks[partition]?.set(sourcePartition, to);
  }
}

/** Per partition of the source, what all partitions of the target have. */
function lowest(marks: Marks, sourcePartitions: number): number[] {
  return Array.from({ length: sourcePartitions }, (_, at) =>
    Math.min(...marks.map((each) => each.get(at) ?? Infinity)),
  );
}

/** Partitions are `hash mod P`: two of them can share a device only if they are equal modulo this. */
function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
