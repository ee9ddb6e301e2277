import { Fault } from '@stadtfunk/kernel';
import {
  backoffMs,
  QUEUE_NAMES,
  QUEUES,
  WorkQueue,
  type NewWork,
  type QueueName,
  type QueuePolicy,
  type WorkHandler,
  type WorkHandlers,
  type WorkPayloads,
} from '@stadtfunk/maintenance';
import {
  DelayedError,
  Queue,
  UnrecoverableError,
  Worker,
  type IQueueBackend,
  type Job,
  type JobProgress,
} from 'bullmq';
import type { PoolConfig } from 'pg';
import { loggable, type BackendEvents, type BullBackend } from './bull-backend.ts';
import { openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend } from './redis-backend.ts';

export interface WorkQueueLog {
  warn(fields: object, message: string): void;
}

/** Where the queues are: what a pool of PostgreSQL (or PGlite) is made from, or a URL `redis://user:password@host:port/db`. */
export type BullConnection = { readonly postgres: PoolConfig } | { readonly redis: string };

export interface BullWorkQueueOptions {
  readonly policies?: { readonly [Q in QueueName]?: Partial<QueuePolicy> };
  /** On PostgreSQL: each queue that is worked on listens on one connection; the others are for everything else. */
  readonly maxConnections?: number;
  /** Work of a process that does not show itself for so long is given to another one. */
  readonly lockMs?: number;
  /** How long `stop` waits for the work in hand, which is then left to another process. */
  readonly stopTimeoutMs?: number;
  /** 0..1, to spread retries. */
  readonly random?: () => number;
}

const DEFAULTS = { maxConnections: 6, lockMs: 30_000, stopTimeoutMs: 15_000, policies: {}, random: Math.random };
/**
 * Seconds. Work that is done is remembered, so that adding it again (after a crash) adds nothing. By age only: to keep a
 * number of jobs, BullMQ sorts all of them whenever one ends.
 */
const KEEP_DONE = { age: 24 * 3_600 };
const DISCONNECT_TIMEOUT_MS = 2_000;
/** A worker that was killed does not use up an attempt; by default BullMQ gives a job up after the second kill. */
const MAX_STALLED = 1_000;

type Payload = WorkPayloads[QueueName];
type BullQueue = ReturnType<typeof openQueue>;
type BullWorker = ReturnType<typeof openWorker>;

/** The work queue on BullMQ. */
export class BullWorkQueue extends WorkQueue {
  readonly #connection: BullConnection;
  readonly #log: WorkQueueLog;
  readonly #options: Required<BullWorkQueueOptions>;
  readonly #queues = new Map<QueueName, BullQueue>();
  readonly #workers: BullWorker[] = [];
  readonly #inHand = new Set<Promise<void>>();
  #backend: BullBackend | undefined;
  /** Connections that we close are no trouble. */
  #isStopping = false;

  constructor(connection: BullConnection, log: WorkQueueLog, options: BullWorkQueueOptions = {}) {
    super();
    this.#connection = connection;
    this.#log = log;
    this.#options = { ...DEFAULTS, ...options };
  }

  override async start(): Promise<void> {
    if (this.#backend) return;
    this.#isStopping = false;
    try {
      const backend = await this.#open();
      this.#backend = backend;
      for (const name of QUEUE_NAMES) {
        const queue = openQueue(name, backend);
        queue.on('error', (error) => this.#trouble(error, name, 'the work queue has trouble'));
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
    const backend = this.#backend;
    if (!backend) throw notStarted();
    for (const name of QUEUE_NAMES) this.#workers.push(this.#startWorker<QueueName>(backend, name, handlers[name]));
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  override async stop(): Promise<void> {
    const backend = this.#backend;
    this.#backend = undefined;
    this.#isStopping = true;
    if (!backend) return;
    const closing = this.#close(this.#workers.splice(0), [...this.#queues.values()], backend.isAway());
    this.#queues.clear();
    if (!(await isWithin(this.#options.stopTimeoutMs, closing))) {
      this.#log.warn({ works: this.#inHand.size }, 'work was still in hand when the work queue stopped');
    }
    // What is in hand may hold a connection.
    await isWithin(DISCONNECT_TIMEOUT_MS, backend.close());
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
      removeOnFail: true,
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

  /** Whether its server was lost and is not back yet. */
  isAway(): boolean {
    return this.#backend?.isAway() ?? true;
  }

  #open(): Promise<BullBackend> {
    const events: BackendEvents = {
      trouble: (err, message) => {
        if (!this.#isStopping) this.#log.warn({ err }, message);
      },
      returned: () => this.returned(),
    };
    const connection = this.#connection;
    if ('redis' in connection) return openRedisBackend(connection.redis, events);
    return openPostgresBackend(connection.postgres, this.#options.maxConnections, events);
  }

  /** Without its server a worker would wait for ever to say what it did. */
  async #close(workers: readonly BullWorker[], queues: readonly BullQueue[], isAway: boolean): Promise<void> {
    if (isAway) await Promise.allSettled(this.#inHand);
    await Promise.all(workers.map((worker) => worker.close(isAway)));
    await Promise.all(queues.map((queue) => queue.close()));
  }

  #policy(name: QueueName): QueuePolicy {
    return { ...QUEUES[name], ...this.#options.policies[name] };
  }

  #startWorker<Q extends QueueName>(backend: BullBackend, name: Q, handler: WorkHandlers[Q]): BullWorker {
    const policy = this.#policy(name);
    const { lockMs, random } = this.#options;
    const worker = openWorker(name, backend, policy, { lockMs, random }, (job, token) => {
      const work = perform(job, token, handler);
      const done = () => this.#inHand.delete(work);
      this.#inHand.add(work);
      work.then(done, done);
      return work;
    });
    worker.on('error', (error) => this.#trouble(error, name, 'a worker has trouble'));
    worker.on('failed', (job, error) => {
      const fields = { queue: name, workId: job?.id, attempt: job?.attemptsMade, attempts: policy.attempts };
      this.#log.warn({ ...fields, reason: error.message }, 'work failed');
    });
    return worker;
  }

  /** Says nothing while the server is away: that was said once, and all connections try again and again. */
  #trouble(error: Error, queue: QueueName, message: string): void {
    if (this.#backend && !this.#backend.isAway()) this.#log.warn({ err: loggable(error), queue }, message);
  }
}

function openQueue(name: QueueName, { create }: BullBackend) {
  return new Queue<Payload, void, string, Payload, void, string, IQueueBackend, object>(
    name,
    { connection: {} },
    create,
  );
}

function openWorker(
  name: QueueName,
  { create }: BullBackend,
  policy: QueuePolicy,
  { lockMs, random }: Pick<Required<BullWorkQueueOptions>, 'lockMs' | 'random'>,
  process: (job: Job<Payload, void>, token: string | undefined) => Promise<void>,
) {
  const options = {
    connection: {},
    concurrency: policy.concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: MAX_STALLED,
    settings: { backoffStrategy: (attempt: number) => backoffMs(policy, attempt, random()) },
  };
  return new Worker<Payload, void, string, IQueueBackend, JobProgress, object>(name, process, options, create);
}

async function perform<Q extends QueueName>(
  job: Job<Payload, void>,
  token: string | undefined,
  handler: WorkHandler<Q>,
): Promise<void> {
  const attempt = job.attemptsMade + 1;
  try {
    const postponed = await handler({
      workId: job.id ?? '',
      payload: job.data as WorkPayloads[Q],
      attempt,
      isLastAttempt: attempt >= (job.opts.attempts ?? 1),
    });
    if (!postponed) return;
    await job.moveToDelayed(Date.now() + postponed.postponedMs, token);
    // BullMQ's way to say that a job is neither done nor failed.
    throw new DelayedError();
  } catch (thrown) {
    if (thrown instanceof Fault && !thrown.retryable) throw new UnrecoverableError(`${thrown.code}: ${thrown.message}`);
    throw thrown;
  }
}

/** Whether something ended in time. */
async function isWithin(timeoutMs: number, ending: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
  try {
    return await Promise.race([ending.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const cause = loggable(thrown);
  return new Fault('queue.unavailable', `the work queue cannot be used: ${cause.message}`, true, cause);
}

function notStarted(): Fault {
  return new Fault('queue.notStarted', 'the work queue is not started', false);
}
