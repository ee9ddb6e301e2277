import { Arrivals, type Waiting } from './arrivals.ts';
import type { Schedule } from './schedule.ts';
import { CONSUMER_GROUPS, UplinkLog, type ConsumerGroup, type Positions, type UplinkCursor } from './uplink-log.ts';
import { partitionOf, type StoredUplink, type Uplink } from './uplink.ts';

export interface MemoryUplinkLogOptions {
  readonly schedule: Schedule;
  readonly logId?: string;
  readonly partitions?: number;
  /** Deletes what every group has passed. */
  readonly forgetPassed?: boolean;
}

/** An uplink log without a disk: the twin that tests and dry runs use. */
export class MemoryUplinkLog extends UplinkLog {
  override readonly logId: string;
  override readonly partitions: number;
  readonly #forgetPassed: boolean;
  readonly #heads: number[];
  readonly #floors: number[];
  readonly #committed = new Map<ConsumerGroup, number[]>();
  readonly #arrivals: Arrivals;
  /** In the order of the appends; the first one kept has the index `#forgotten`. */
  readonly #stored: StoredUplink[] = [];
  #forgotten = 0;

  constructor({ schedule, logId = 'memory', partitions = 4, forgetPassed = false }: MemoryUplinkLogOptions) {
    super();
    this.logId = logId;
    this.partitions = partitions;
    this.#forgetPassed = forgetPassed;
    this.#heads = new Array<number>(partitions).fill(0);
    this.#floors = new Array<number>(partitions).fill(0);
    this.#arrivals = new Arrivals(schedule);
  }

  override append(uplinks: readonly Uplink[]): Promise<void> {
    for (const uplink of uplinks) {
      const partition = partitionOf(uplink.deviceId, this.partitions);
      const sequence = (this.#heads[partition] ?? 0) + 1;
      this.#heads[partition] = sequence;
      this.#stored.push({ ...uplink, payload: uplink.payload.slice(), partition, sequence });
    }
    this.#arrivals.announce();
    return Promise.resolve();
  }

  override heads(): Promise<Positions> {
    return Promise.resolve([...this.#heads]);
  }

  override floors(): Promise<Positions> {
    return Promise.resolve([...this.#floors]);
  }

  override openCursor(after: Positions): UplinkCursor {
    return new MemoryCursor(after, this.#arrivals, (index) => {
      const from = Math.max(index, this.#forgotten);
      return { uplink: this.#stored[from - this.#forgotten], next: from + 1 };
    });
  }

  override commit(group: ConsumerGroup, positions: Positions): Promise<void> {
    const before = this.#committed.get(group);
    this.#committed.set(
      group,
      this.#heads.map((_, partition) => Math.max(before?.[partition] ?? 0, positions[partition] ?? 0)),
    );
    if (this.#forgetPassed) this.#forget();
    return Promise.resolve();
  }

  override committed(group: ConsumerGroup): Promise<Positions> {
    return Promise.resolve([...(this.#committed.get(group) ?? this.#heads.map(() => 0))]);
  }

  #forget(): void {
    const passed = ({ partition, sequence }: StoredUplink) =>
      CONSUMER_GROUPS.every((group) => (this.#committed.get(group)?.[partition] ?? 0) >= sequence);
    for (let oldest = this.#stored[0]; oldest && passed(oldest); oldest = this.#stored[0]) {
      this.#floors[oldest.partition] = oldest.sequence;
      this.#stored.shift();
      this.#forgotten += 1;
    }
  }
}

type At = (index: number) => { readonly uplink: StoredUplink | undefined; readonly next: number };

class MemoryCursor implements UplinkCursor {
  #next = 0;
  #closed = false;
  #waiting: Waiting | undefined;

  constructor(
    private readonly after: Positions,
    private readonly arrivals: Arrivals,
    private readonly at: At,
  ) {}

  async read(limit: number, waitMs: number): Promise<readonly StoredUplink[]> {
    const found = this.#take(limit);
    if (found.length > 0 || this.#closed || waitMs <= 0) return found;
    const waiting = this.arrivals.wait(waitMs);
    this.#waiting = waiting;
    while (await waiting.next()) {
      const late = this.#take(limit);
      if (late.length > 0) {
        waiting.end();
        return late;
      }
    }
    return [];
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#waiting?.end();
    return Promise.resolve();
  }

  #take(limit: number): StoredUplink[] {
    const taken: StoredUplink[] = [];
    while (!this.#closed && taken.length < limit) {
      const { uplink, next } = this.at(this.#next);
      if (!uplink) break;
      this.#next = next;
      if (uplink.sequence > (this.after[uplink.partition] ?? 0)) taken.push(uplink);
    }
    return taken;
  }
}
