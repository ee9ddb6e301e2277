import { Worker } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { Fault } from '@stadtfunk/kernel';
import { pgliteScript } from '../files.ts';
import { SessionStream } from './session-stream.ts';

const IDLE_IN_TRANSACTION_MS = 60_000;
const TIDY_EVERY_MS = 10_000;
const CHECKPOINT_BYTES = 128 * 1024 * 1024;

/**
 * Commits reach the disk: fsync is on (by default PGlite runs with `-F`), and by O_SYNC, because fdatasync does nothing
 * in PGlite's file system. 32 MB of buffers take 100 MB less memory than the default.
 */
const DURABLE = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...['-c', 'wal_sync_method=open_datasync', '-c', 'shared_buffers=32MB'],
  ...['-c', 'min_wal_size=32MB', '-c', 'max_wal_size=256MB'],
];
const IN_MEMORY = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

/** Limits that tests make small. */
export interface PgliteLimits {
  readonly idleInTransactionMs?: number;
  readonly tidyEveryMs?: number;
  readonly checkpointBytes?: number;
}

type Answer = readonly [id: number | 'ready' | 'closed', bytes: Uint8Array | null];

/** PGlite in a thread of its own, speaking the wire protocol with any number of sessions. */
export class PgliteServer {
  readonly #sessions = new Map<number, SessionStream>();
  #lastId = 0;
  #ended = false;

  private constructor(
    private readonly worker: Worker,
    private readonly onCrash: (error: Error) => void,
  ) {}

  /**
   * @param dataDir undefined: in memory
   * @param from a tar file of a data folder that one in memory begins with
   */
  static async start(
    dataDir: string | undefined,
    onCrash: (error: Error) => void,
    limits: PgliteLimits = {},
    from?: string,
  ): Promise<PgliteServer> {
    const worker = new Worker(pgliteScript('worker.mjs'), {
      // Flags of the parent (loaders of a test runner) are not for this plain script.
      execArgv: [],
      workerData: {
        dataDir,
        from,
        startParams: dataDir ? DURABLE : IN_MEMORY,
        idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
        tidyEveryMs: TIDY_EVERY_MS,
        checkpointBytes: CHECKPOINT_BYTES,
        ...limits,
      },
    });
    const server = new PgliteServer(worker, onCrash);
    await new Promise<void>((ready, failed) => {
      worker.on('message', (answer: Answer) => (answer[0] === 'ready' ? ready() : server.#receive(answer)));
      worker.on('error', (error) => {
        failed(new Fault('database.unavailable', `PGlite did not start: ${error.message}`, false, error));
        server.#crash(error);
      });
      worker.on('exit', (code) => server.#crash(new Error(`the thread of PGlite ended with code ${code}`)));
    });
    return server;
  }

  /** How a data folder is opened. */
  static readonly durableParams: readonly string[] = DURABLE;

  /** A session, in the place of a socket. */
  openStream(): SessionStream {
    const id = ++this.#lastId;
    const stream = new SessionStream((bytes) => {
      if (!this.#ended) this.worker.postMessage([id, bytes], bytes ? [bytes.buffer] : []);
    });
    if (this.#ended) stream.destroy(new Error('PGlite has ended'));
    this.#sessions.set(id, stream);
    return stream;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise<void>((done) => {
      this.worker.on('message', ([id]: Answer) => id === 'closed' && done());
      this.worker.on('exit', () => done());
    });
    this.worker.postMessage(['close', null]);
    await closed;
    this.#ended = true;
    await this.worker.terminate();
  }

  /** Ends the thread where it is, as a crash would. */
  async abort(): Promise<void> {
    await this.worker.terminate();
  }

  #receive([id, bytes]: Answer): void {
    if (typeof id !== 'number') return;
    const stream = this.#sessions.get(id);
    stream?.push(bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (bytes === null) this.#sessions.delete(id);
  }

  #crash(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stream of this.#sessions.values()) stream.destroy(error);
    this.#sessions.clear();
    this.onCrash(error);
  }
}
