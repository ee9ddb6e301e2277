import type { Alert, Job } from './api.ts';

export interface LiveEvent {
  readonly type: string;
  readonly data: Alert | Job;
}

export interface LiveHandlers {
  onEvent(event: LiveEvent): void;
  /** Connected. `resumed` false: events may have been missed, the lists have to be loaded again. */
  onOpen(resumed: boolean): void;
  onLost(): void;
}

const TYPES = [
  'alert.raised',
  'alert.worsened',
  'alert.acknowledged',
  'alert.cleared',
  'job.created',
  'job.changed',
  'job.overdue',
  'job.unproven',
];
const AGAIN_MS = 2500;
/** The server beats every 15 s, but a browser does not show it: a stream that only seems open is renewed at this age. */
const RENEW_MS = 10 * 60_000;

/**
 * The event stream, kept open. It goes on behind the last event that was seen; where the server does not know that
 * one any more, it begins anew and says so.
 */
export class Live {
  #source: EventSource | undefined;
  #lastId: string | undefined;
  #timer: number | undefined;
  #renewal: number | undefined;
  #refusals = 0;

  constructor(private readonly handlers: LiveHandlers) {}

  open(): void {
    this.close();
    const resumes = this.#lastId;
    const source = new EventSource(
      `/api/v1/stream${resumes === undefined ? '' : `?after=${encodeURIComponent(resumes)}`}`,
    );
    this.#source = source;
    source.addEventListener('ready', (event) => {
      const resumed = this.#lastId !== undefined;
      this.#refusals = 0;
      this.#lastId = event.lastEventId;
      this.handlers.onOpen(resumed);
    });
    for (const type of TYPES) source.addEventListener(type, (event: MessageEvent<string>) => this.#take(event));
    source.addEventListener('error', () => {
      this.handlers.onLost();
      if (source.readyState === EventSource.CLOSED) this.#comeBack();
    });
    this.#renewal = window.setTimeout(() => this.open(), RENEW_MS);
  }

  close(): void {
    window.clearTimeout(this.#timer);
    window.clearTimeout(this.#renewal);
    this.#source?.close();
    this.#source = undefined;
  }

  #take(event: MessageEvent<string>): void {
    this.#lastId = event.lastEventId;
    this.handlers.onEvent(JSON.parse(event.data) as LiveEvent);
  }

  /** The browser gives up on any answer but 200: a proxy without a server, no session, or an id that is not known. */
  #comeBack(): void {
    this.#refusals++;
    if (this.#refusals > 1) this.#lastId = undefined;
    this.#timer = window.setTimeout(() => this.open(), AGAIN_MS);
  }
}
