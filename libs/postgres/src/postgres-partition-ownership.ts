import { Fault, hash32 } from '@stadtfunk/kernel';
import { PartitionOwnership, type ConsumerGroup } from '@stadtfunk/uplinks';
import { Client, type PoolClient } from 'pg';
import type { Sessions } from './commit-batch.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';

/** A live process says so this often. */
const PING_EVERY_MS = 1_000;
/**
 * The server ends the session of a process that was silent for so long (paused, cut off); its partitions are free then. With
 * the 3 s that others need at most to look again, partitions pass on in less than 10 s.
 */
const SILENT_FOR_S = 5;
/** An answer that is not there by then may never come: the server is asked on another connection whether the session lives. */
const DOUBT_AFTER_MS = 5_000;
const ASK_TIMEOUT_MS = 5_000;

/** What tells one session of the server from all others. */
interface SessionName {
  readonly pid: number;
  readonly startedAt: string;
}

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
  #session: SessionName | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** Since when somebody waits for the server, by `performance.now()`; undefined: nobody does. */
  #busySince: number | undefined;
  #ping: Promise<void> | undefined;
  #isAsking = false;

  constructor(database: Database, group: ConsumerGroup, logId: string, partitions: number) {
    super();
    this.#database = database;
    this.#partitions = partitions;
    this.#lockSpace = hash32(`${logId}/${group}`) | 0;
    this.#owned = Array.from({ length: partitions }, () => false);
  }

  override get owned(): number {
    return this.#owned.filter(Boolean).length;
  }

  /** The session that owns, for what is committed. Fault `records.unowned` (retryable) when there is none. */
  async begin(): Promise<PoolClient> {
    await this.#ping;
    if (!this.#client) throw new Fault('records.unowned', 'this process owns no partitions now', true);
    this.#busySince = performance.now();
    return this.#client;
  }

  end(client: PoolClient): void {
    if (client !== this.#client) return;
    this.#busySince = undefined;
    if (client.getTransactionStatus() !== 'I') this.#await(client, 'rollback');
  }

  override async settle(): Promise<readonly boolean[]> {
    await this.#ping;
    try {
      this.#busySince = performance.now();
      const client = this.#client ?? (await this.#connect());
      await this.#endSilent(client);
      const fairShare = Math.ceil(this.#partitions / (await this.#countMembers(client)));
      const own = this.#owned.filter(Boolean).length;
      if (own > fairShare) await this.#giveUp(client, own - fairShare);
      if (own < fairShare) await this.#take(client, fairShare - own);
      this.#busySince = undefined;
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
    client.on('error', () => this.#lose(client));
    this.#client = client;
    this.#watch = setInterval(() => this.#look(client), PING_EVERY_MS);
    const { rows } = await client.query<SessionName>(
      'select pid, backend_start::text as "startedAt" from pg_stat_activity where pid = pg_backend_pid()',
    );
    this.#session = rows[0];
    await client.query(`set idle_session_timeout = '${SILENT_FOR_S}s'`);
    await client.query(`set idle_in_transaction_session_timeout = '${SILENT_FOR_S}s'`);
    await client.query('select pg_advisory_lock_shared($1, $2)', [this.#lockSpace, this.#partitions]);
    return client;
  }

  /** A statement that nobody asked for. Whoever wants the session next waits for its end. */
  #await(client: PoolClient, statement: string): void {
    this.#busySince = performance.now();
    const ping = client
      .query(statement)
      .then(
        () => (this.#busySince = undefined),
        () => this.#lose(client),
      )
      .then(() => {
        if (this.#ping === ping) this.#ping = undefined;
      });
    this.#ping = ping;
  }

  /** Says that this process lives, or doubts that the server still does. */
  #look(client: PoolClient): void {
    if (this.#busySince === undefined) return this.#await(client, 'select 1');
    if (this.#isAsking || performance.now() - this.#busySince < DOUBT_AFTER_MS) return;
    if (!this.#session) return this.#lose(client); // A connection of the pool that was dead already.
    this.#isAsking = true;
    void this.#isGone(this.#session)
      .then((isGone) => isGone && this.#lose(client))
      .finally(() => (this.#isAsking = false));
  }

  /**
   * Whether the server has ended a session without our hearing of it. A slow answer is no reason to end it ourselves: the same
   * work would be as slow again. While the server cannot be reached nobody knows, and nobody can take over either.
   */
  async #isGone({ pid, startedAt }: SessionName): Promise<boolean> {
    const limits = { connectionTimeoutMillis: ASK_TIMEOUT_MS, query_timeout: ASK_TIMEOUT_MS };
    const asking = new Client({ ...this.#database.poolConfig, ...limits });
    asking.on('error', () => undefined); // The query is rejected as well.
    try {
      await asking.connect();
      const { rowCount } = await asking.query(
        'select 1 from pg_stat_activity where pid = $1 and backend_start::text = $2',
        [pid, startedAt],
      );
      return rowCount === 0;
    } catch {
      return false; // Not known. It is asked again.
    } finally {
      void asking.end().catch(() => undefined);
    }
  }

  /**
   * Ends sessions of this group that fell silent within a statement: the server waits for the rest of a message that its client
   * will never send, and its own timeouts do not run then. Whoever needs longer to send one has no use of the partitions.
   */
  async #endSilent(client: PoolClient): Promise<void> {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and state = 'active' and wait_event_type = 'Client'
         and state_change < now() - make_interval(secs => $2)
         and pid in (select pid from pg_locks
           where locktype = 'advisory' and granted and objsubid = 2
             and classid::bigint = $1::bigint & 4294967295
             and database = (select oid from pg_database where datname = current_database()))`,
      [this.#lockSpace, SILENT_FOR_S],
    );
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

  /** Ends the session, and with it all locks. What waits for its answer is rejected. */
  #lose(client = this.#client): void {
    if (client !== this.#client) return;
    clearInterval(this.#watch);
    this.#owned.fill(false);
    this.#busySince = undefined;
    this.#session = undefined;
    this.#client = undefined;
    client?.release(true);
  }
}
