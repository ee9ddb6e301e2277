import { Fault } from '@stadtfunk/kernel';
import { failureOf, faultOf, type Failure } from './faults.ts';
import type { InfluxConnection } from './influx-connection.ts';
import type { BucketOptions } from './influx-options.ts';
import { meetServer, type InfluxServer } from './influx-server.ts';
import type { Lines } from './line-protocol.ts';

export interface RefusedLine {
  readonly index: number;
  readonly detail: string;
}

const HEADERS = { 'content-type': 'text/plain; charset=utf-8' };

/** Writes lines until the server has confirmed them, and finds those that it will never take. */
export class InfluxWriter {
  readonly #connection: InfluxConnection;
  readonly #options: BucketOptions;
  #server: Promise<InfluxServer> | undefined;
  /** The server asked to be left alone until then, by `performance.now()`. */
  #notBefore = 0;

  constructor(connection: InfluxConnection, options: BucketOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#untilDone(() => this.#meet());
  }

  /** Parts go one after the other: of two points of one moment the later has to win. */
  async write(lines: Lines): Promise<readonly RefusedLine[]> {
    const { linesPerWrite, bytesPerWrite } = this.#connection.limits;
    const refused: RefusedLine[] = [];
    const parts = lines.parts({ lines: linesPerWrite, bytes: bytesPerWrite });
    for (const [start, end] of parts) await this.#write(lines, start, end, refused);
    return refused;
  }

  /** A server that refuses a line may have taken the others or not, and seldom says which: halves find it. */
  async #write(lines: Lines, start: number, end: number, refused: RefusedLine[]): Promise<void> {
    const failure = await this.#send(lines.text(start, end));
    if (!failure) return;
    if (end - start === 1 || isAbout(failure, end - start)) {
      for (let index = start; index < end; index++) refused.push({ index, detail: failure.detail });
      return;
    }
    const middle = (start + end) >> 1;
    await this.#write(lines, start, middle, refused);
    await this.#write(lines, middle, end, refused);
  }

  /** Resolves when the lines are stored, or with the failure when they never will be, as they are. */
  async #send(body: string): Promise<Failure | undefined> {
    const gzipThreshold = this.#connection.limits.gzipAboveBytes;
    let isMissing = false;
    return this.#untilDone(async () => {
      const { writePath } = await this.#meet();
      try {
        await this.#connection.request(writePath, body, { method: 'POST', headers: HEADERS, gzipThreshold });
        return undefined;
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (failure.kind === 'refused' || failure.kind === 'tooLarge') return failure;
        if (failure.kind !== 'missing' || isMissing) throw thrown;
        // Somebody removed the bucket, or put up another server: look once more.
        isMissing = true;
        this.#server = undefined;
        throw new Fault('telemetry.unavailable', `InfluxDB: ${failure.detail}`, true, thrown);
      }
    });
  }

  #meet(): Promise<InfluxServer> {
    this.#server ??= meetServer(this.#connection, this.#options).catch((thrown: unknown) => {
      this.#server = undefined;
      throw thrown;
    });
    return this.#server;
  }

  /** Tries again with growing pauses while the server is away; after a while says so. */
  async #untilDone<T>(act: () => Promise<T>): Promise<T> {
    const { giveUpAfterMs, firstPauseMs, longestPauseMs, longestRetryAfterMs } = this.#connection.limits;
    const began = performance.now();
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#connection.pause(this.#notBefore - performance.now());
        return await act();
      } catch (thrown) {
        const { isAway, retryAfterMs, fault } = judge(thrown);
        if (retryAfterMs > 0) this.#notBefore = performance.now() + Math.min(retryAfterMs, longestRetryAfterMs);
        const isOver = performance.now() - began >= giveUpAfterMs;
        if (!isAway || isOver || this.#connection.isClosed) throw fault;
        this.#options.log?.warn({ attempt, reason: fault.message }, 'InfluxDB is away; trying again');
        // Half of it by chance, so that several writers do not come back at the same moment.
        const pauseMs = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
        await this.#connection.pause(pauseMs * (0.5 + Math.random() / 2));
      }
    }
  }
}

function judge(thrown: unknown): { readonly isAway: boolean; readonly retryAfterMs: number; readonly fault: Fault } {
  if (thrown instanceof Fault) return { isAway: thrown.retryable, retryAfterMs: 0, fault: thrown };
  const failure = failureOf(thrown);
  return { isAway: failure.kind === 'away', retryAfterMs: failure.retryAfterMs, fault: faultOf(failure, thrown) };
}

/** Whether the server says that it dropped all of them, for one reason (1.x and 2.x: `... dropped=3`). */
function isAbout({ kind, detail }: Failure, lines: number): boolean {
  return kind === 'refused' && Number(/ dropped=(\d+)$/.exec(detail)?.[1]) === lines;
}
