import { Fault, messageOf } from '@stadtfunk/kernel';
import {
  backoffMs,
  QUEUE_NAMES,
  QUEUES,
  WorkQueue,
  type NewWork,
  type QueueName,
  type QueuePolicy,
  type WorkHandler,
  type WorkPayloads,
} from '@stadtfunk/maintenance';
import {
  createPostgresBackend,
  Queue,
  runMigrations,
  UnrecoverableError,
  Worker,
  type Job,
  type JobProgress,
  type PgPool,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
} from 'bullmq';
import { Pool, type PoolConfig } from 'pg';

export interface WorkQueueLog {
  warn(fields: object, message: string): void;
}

/** Where the queues are. On PostgreSQL (or PGlite): what a pool of its own is made from. */
export type BullConnection = { readonly postgres: PoolConfig };

export interface BullWorkQueueOptions {
  readonly policies?: { readonly [Q in QueueName]?: Partial<QueuePolicy> };
  /** Each queue that is worked on listens on one connection; the others are for everything else. */
  readonly maxConnections?: number;
  /** 0..1, to spread retries. */
  readonly random?: () => number;
}

/** The namespace that BullMQ keeps its tables in. */
const SCHEMA = 'bullmq';
const DEFAULTS = { maxConnections: 6 };
/**
 * Seconds. Work that is done is remembered, so that adding it again (after a crash) adds nothing. By age only: to keep a
 * number of jobs, BullMQ sorts all of them whenever one ends.
 */
const KEEP_DONE = { age: 24 * 3_600 };
const KEEP_FAILED = { age: 30 * 24 * 3_600 };
/** A worker that was killed does not use up an attempt; by default BullMQ gives a job up after the second kill. */
const MAX_STALLED = 1_000;

type Payload = WorkPayloads[QueueName];
type BullQueue = ReturnType<typeof openQueue>;
type BullWorker = ReturnType<typeof openWorker>;

/** The work queue on BullMQ. */
export class BullWorkQueue extends WorkQueue {
  readonly #connection: BullConnection;
  readonly #log: WorkQueueLog;
  readonly #options: BullWorkQueueOptions;
  readonly #queues = new Map<QueueName, BullQueue>();
  readonly #workers: BullWorker[] = [];
  #pool: Pool | undefined;

  constructor(connection: BullConnection, log: WorkQueueLog, options: BullWorkQueueOptions = {}) {
    super();
    this.#connection = connection;
    this.#log = log;
    this.#options = options;
  }

  override async start(): Promise<void> {
    if (this.#pool) return;
    const pool = new Pool({
      ...this.#connection.postgres,
      max: this.#options.maxConnections ?? DEFAULTS.maxConnections,
      options: `-c search_path=${SCHEMA}`,
    });
    pool.on('error', (error) => this.#log.warn({ err: error }, 'a connection of the work queue was lost'));
    this.#pool = pool;
    try {
      await createTables(pool);
      for (const name of QUEUE_NAMES) {
        const queue = openQueue(name, pool);
        queue.on('error', (error) => this.#log.warn({ err: error, queue: name }, 'the work queue has trouble'));
        this.#queues.set(name, queue);
        await queue.waitUntilReady();
      }
    } catch (thrown) {
      await this.stop();
      throw unavailable(thrown);
    }
  }

  override async work(): Promise<void> {
    const handlers = this.handlers();
    const pool = this.#pool;
    if (!pool) throw notStarted();
    for (const name of QUEUE_NAMES) this.#workers.push(this.#startWorker(pool, name, handlers[name]));
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  override async stop(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#queues.clear();
    await this.#pool?.end();
    this.#pool = undefined;
  }

  override async add<Q extends QueueName>(name: Q, work: readonly NewWork<Q>[]): Promise<void> {
    const queue = this.#queues.get(name);
    if (!queue) throw notStarted();
    if (work.length === 0) return;
    const { attempts } = this.#policy(name);
    const options = {
      attempts,
      backoff: { type: 'capped' },
      removeOnComplete: KEEP_DONE,
      removeOnFail: KEEP_FAILED,
      stackTraceLimit: 1,
    };
    try {
      await queue.addBulk(
        work.map(({ workId, payload }) => ({ name, data: payload, opts: { ...options, jobId: workId } })),
      );
    } catch (thrown) {
      throw unavailable(thrown);
    }
  }

  #policy(name: QueueName): QueuePolicy {
    return { ...QUEUES[name], ...this.#options.policies?.[name] };
  }

  #startWorker<Q extends QueueName>(pool: Pool, name: Q, handler: WorkHandler<Q>): BullWorker {
    const policy = this.#policy(name);
    const random = this.#options.random ?? Math.random;
    const worker = openWorker(name, pool, policy, random, (job) => perform(job, handler));
    worker.on('error', (error) => this.#log.warn({ err: error, queue: name }, 'a worker has trouble'));
    worker.on('failed', (job, error) => {
      const fields = { queue: name, workId: job?.id, attempt: job?.attemptsMade, attempts: policy.attempts };
      this.#log.warn({ ...fields, reason: error.message }, 'work failed');
    });
    return worker;
  }
}

function openQueue(name: QueueName, pool: Pool) {
  return new Queue<Payload, void, string, Payload, void, string, PostgresQueueBackend, PostgresConnectionOptions>(
    name,
    { connection: asBullPool(pool) },
    createPostgresBackend,
  );
}

function openWorker(
  name: QueueName,
  pool: Pool,
  policy: QueuePolicy,
  random: () => number,
  process: (job: Job<Payload, void>) => Promise<void>,
) {
  const options = {
    connection: asBullPool(pool),
    concurrency: policy.concurrency,
    maxStalledCount: MAX_STALLED,
    settings: { backoffStrategy: (attempt: number) => backoffMs(policy, attempt, random()) },
  };
  return new Worker<Payload, void, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>(
    name,
    process,
    options,
    createPostgresBackend,
  );
}

/** BullMQ's own type of a pool is what it says a `pg.Pool` fits, but its lists of parameters are read-only. */
function asBullPool(pool: Pool): PgPool {
  return pool as unknown as PgPool;
}

async function perform<Q extends QueueName>(job: Job<Payload, void>, handler: WorkHandler<Q>): Promise<void> {
  const attempt = job.attemptsMade + 1;
  try {
    await handler({
      workId: job.id ?? '',
      payload: job.data,
      attempt,
      isLastAttempt: attempt >= (job.opts.attempts ?? 1),
    });
  } catch (thrown) {
    if (thrown instanceof Fault && !thrown.retryable) throw new UnrecoverableError(`${thrown.code}: ${thrown.message}`);
    throw thrown;
  }
}

async function createTables(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
}

function unavailable(thrown: unknown): Fault {
  return new Fault('queue.unavailable', `the work queue cannot be used: ${messageOf(thrown)}`, true, thrown);
}

function notStarted(): Fault {
  return new Fault('queue.notStarted', 'the work queue is not started', false);
}
