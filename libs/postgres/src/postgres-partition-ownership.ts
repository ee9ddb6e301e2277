import { Fault, hash32 } from '@stadtfunk/kernel';
import { PartitionOwnership, type ConsumerGroup } from '@stadtfunk/uplinks';
import type { PoolClient } from 'pg';
import type { Sessions } from './commit-batch.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';

/** A live process says so this often. */
const PING_EVERY_MS = 2_000;
/** The server ends the session of a process that was silent for so long (paused, cut off); its partitions are free then. */
const SILENT_FOR_S = 7;

/**
 * Ownership by advisory locks of one PostgreSQL session, which is also the session that commits the work: whoever has lost
 * the locks has lost the connection, and cannot commit. A process that dies frees its partitions at once.
 *
 * Members of a group are counted by a shared lock that each of them holds, so there is no table of members to go stale.
 */
export class PostgresPartitionOwnership extends PartitionOwnership implements Sessions {
  readonly #database: Database;
  readonly #partitions: number;
  /** First key of this group's locks; the second is a partition, or `partitions` for membership. */
  readonly #lockSpace: number;
  readonly #owned: boolean[];
  #client: PoolClient | undefined;
  #pings: NodeJS.Timeout | undefined;

  constructor(database: Database, group: ConsumerGroup, logId: string, partitions: number) {
    super();
    this.#database = database;
    this.#partitions = partitions;
    this.#lockSpace = hash32(`${logId}/${group}`) | 0;
    this.#owned = Array.from({ length: partitions }, () => false);
  }

  /** The session that owns, for what is committed. Fault `records.unowned` (retryable) when there is none. */
  begin(): Promise<PoolClient> {
    if (this.#client) return Promise.resolve(this.#client);
    return Promise.reject(new Fault('records.unowned', 'this process owns no partitions now', true));
  }

  end(client: PoolClient): void {
    if (client === this.#client && client.getTransactionStatus() !== 'I')
      client.query('rollback').catch(() => this.#lose());
  }

  override async settle(): Promise<readonly boolean[]> {
    try {
      const client = this.#client ?? (await this.#connect());
      const fairShare = Math.ceil(this.#partitions / (await this.#countMembers(client)));
      const own = this.#owned.filter(Boolean).length;
      if (own > fairShare) await this.#giveUp(client, own - fairShare);
      if (own < fairShare) await this.#take(client, fairShare - own);
      return [...this.#owned];
    } catch (thrown) {
      this.#lose();
      throw faultOf('records', thrown);
    }
  }

  override release(): Promise<void> {
    this.#lose();
    return Promise.resolve();
  }

  async #connect(): Promise<PoolClient> {
    const client = await this.#database.pool.connect();
    client.on('error', () => this.#lose());
    this.#client = client;
    await client.query(`set idle_session_timeout = '${SILENT_FOR_S}s'`);
    await client.query(`set idle_in_transaction_session_timeout = '${SILENT_FOR_S}s'`);
    await client.query('select pg_advisory_lock_shared($1, $2)', [this.#lockSpace, this.#partitions]);
    this.#pings = setInterval(() => {
      // Waits its turn behind what the session is doing; an answer that never comes is the server's to notice.
      client.query('select 1').catch(() => this.#lose());
    }, PING_EVERY_MS);
    return client;
  }

  async #countMembers(client: PoolClient): Promise<number> {
    const held = await this.#heldLocks(client);
    return Math.max(1, held.filter((key) => key === this.#partitions).length);
  }

  /** Second keys of all locks that anybody holds in this group, one for each holder. */
  async #heldLocks(client: PoolClient): Promise<number[]> {
    const { rows } = await client.query<{ key: number }>(
      `select objid::bigint::int as key from pg_locks
       where locktype = 'advisory' and granted and objsubid = 2
         and classid::bigint = $1::bigint & 4294967295
         and database = (select oid from pg_database where datname = current_database())`,
      [this.#lockSpace],
    );
    return rows.map(({ key }) => key);
  }

  async #take(client: PoolClient, count: number): Promise<void> {
    const held = new Set(await this.#heldLocks(client));
    const free = this.#owned.flatMap((_, partition) => (held.has(partition) ? [] : [partition]));
    let taken = 0;
    for (const partition of free) {
      if (taken === count) break;
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
        this.#lockSpace,
        partition,
      ]);
      if (!rows[0]?.locked) continue;
      this.#owned[partition] = true;
      taken++;
    }
  }

  async #giveUp(client: PoolClient, count: number): Promise<void> {
    const last = this.#owned.flatMap((isOwned, partition) => (isOwned ? [partition] : [])).slice(-count);
    for (const partition of last) {
      this.#owned[partition] = false;
      await client.query('select pg_advisory_unlock($1, $2)', [this.#lockSpace, partition]);
    }
  }

  /** Ends the session, and with it all locks. */
  #lose(): void {
    clearInterval(this.#pings);
    this.#owned.fill(false);
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}
