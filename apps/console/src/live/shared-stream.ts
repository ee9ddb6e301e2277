import { EventStream, type StreamHandlers } from './event-stream.ts';
import type { FromHub, ToHub } from './stream-hub.ts';
import workerUrl from './stream-worker.ts?worker&url';

/** The worker says something at least whenever the server does, which is every 15 s. */
const QUIET_MS = 40_000;
/** A worker answers at once; one that is only being loaded, on a busy machine, takes a while. */
const ANSWER_MS = 10_000;
const CHECK_MS = 5_000;

/**
 * The event stream by way of a worker that all pages of this account share. A browser without such workers, or one whose worker
 * cannot be loaded or does not answer, has a stream for this page alone, which goes on behind the last event that was heard.
 */
export class SharedStream {
  #port: MessagePort | undefined;
  #own: EventStream | undefined;
  #lastId: string | undefined;
  /** When something was last heard, or asked. */
  #heardAt = 0;
  #isAsked = false;
  #watch: number | undefined;

  constructor(
    private readonly accountId: string,
    private readonly handlers: StreamHandlers,
  ) {}

  open(): void {
    const worker = this.#worker();
    if (!worker) return this.#goAlone();
    worker.addEventListener('error', () => this.#goAlone());
    this.#port = worker.port;
    this.#port.onmessage = ({ data }: MessageEvent<FromHub>) => this.#hear(data);
    window.addEventListener('pagehide', this.#leave);
    window.addEventListener('pageshow', this.#comeBack);
    this.#join();
    this.#watch = window.setInterval(() => this.#checkQuiet(), CHECK_MS);
  }

  close(): void {
    this.#hangUp();
    this.#own?.close();
    this.#own = undefined;
  }

  #worker(): SharedWorker | undefined {
    if (!('SharedWorker' in window)) return undefined;
    try {
      return new SharedWorker(workerUrl, { type: 'module', name: this.accountId });
    } catch {
      // A browser that may keep nothing of this server has no workers of it either.
      return undefined;
    }
  }

  #join(): void {
    this.#isAsked = true;
    this.#heardAt = Date.now();
    this.#say('join');
  }

  readonly #leave = (): void => this.#say('leave');

  /** The page was put aside as it was, and is taken up again: what happened meanwhile it has not heard. */
  readonly #comeBack = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#join();
  };

  #say(message: ToHub): void {
    this.#port?.postMessage(message);
  }

  #hear(message: FromHub): void {
    this.#heardAt = Date.now();
    this.#isAsked = false;
    if (message.kind === 'state') return this.handlers.onState(message.state);
    if (message.kind === 'lost') return this.handlers.onLost();
    this.#lastId = message.lastId;
    if (message.kind === 'event') this.handlers.onEvent(message.event);
    else this.handlers.onOpen(message.isWhole);
  }

  #checkQuiet(): void {
    const quietMs = Date.now() - this.#heardAt;
    if (this.#isAsked && quietMs >= ANSWER_MS) return this.#goAlone();
    if (this.#isAsked || quietMs < QUIET_MS) return;
    this.#isAsked = true;
    this.#heardAt = Date.now();
    this.#say('ask');
  }

  #goAlone(): void {
    this.#hangUp();
    if (this.#own) return;
    this.#own = new EventStream(this.accountId, this.handlers, this.#lastId);
    this.#own.open();
  }

  #hangUp(): void {
    this.#leave();
    window.clearInterval(this.#watch);
    window.removeEventListener('pagehide', this.#leave);
    window.removeEventListener('pageshow', this.#comeBack);
    this.#port?.close();
    this.#port = undefined;
  }
}
