/** What happened, as the stream tells it: `data` is an alert or a job as the API gives them, or the id of a window. */
export interface LiveEvent {
  /** `alert.raised`, `job.changed` … */
  readonly type: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `stalled`: the connection seems open, but nothing has come through it for longer than the server keeps quiet. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'stalled';

export interface StreamHandlers {
  onEvent(event: LiveEvent): void;
  /** The stream goes on; `isWhole` false: events may be missing, so everything has to be loaded again. */
  onOpen(isWhole: boolean): void;
  onState(state: LiveState): void;
  /** A stream that breaks may mean that the session is over, which the stream itself cannot say. */
  onLost(): void;
}

const EVENT_TYPES = [
  'alert.raised',
  'alert.worsened',
  'alert.acknowledged',
  'alert.suppressed',
  'alert.released',
  'alert.shelved',
  'alert.unshelved',
  'alert.assigned',
  'alert.cleared',
  'alert.escalated',
  'job.created',
  'job.changed',
  'job.overdue',
  'job.unproven',
  'job.escalated',
  'job.left',
  'window.changed',
];
const AGAIN_MS = 2500;
/** The server says something at least every 15 s. */
const QUIET_MS = 40_000;
/** How often it looks whether the stream has gone quiet. */
const CHECK_MS = 5_000;

type Timer = ReturnType<typeof setTimeout>;

/**
 * The event stream, kept open. It goes on behind the last event that was seen; where the server does not know that one any
 * more, it begins anew and says that it is not whole.
 */
export class EventStream {
  #source: EventSource | undefined;
  #lastId: string | undefined;
  #heardAt = 0;
  #again: Timer | undefined;
  #watch: Timer | undefined;
  #refusals = 0;
  #wasOpen: boolean;

  /**
   * @param accountId whose stream it is: the server gives it to nobody else who has signed in meanwhile
   * @param after id of the last event that is known already, to go on behind it
   */
  constructor(
    private readonly accountId: string,
    private readonly handlers: StreamHandlers,
    after?: string,
  ) {
    this.#lastId = after;
    this.#wasOpen = after !== undefined;
  }

  /** Id of the last event that was seen. */
  get lastId(): string | undefined {
    return this.#lastId;
  }

  open(): void {
    this.#connect();
    this.#watch ??= setInterval(() => this.#checkQuiet(), CHECK_MS);
  }

  close(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#disconnect();
  }

  #connect(): void {
    this.#disconnect();
    this.handlers.onState(this.#wasOpen ? 'reconnecting' : 'connecting');
    this.#heardAt = Date.now();
    const query = new URLSearchParams({ account: this.accountId });
    if (this.#lastId !== undefined) query.set('after', this.#lastId);
    const source = new EventSource(`/api/v1/stream?${query.toString()}`);
    this.#source = source;
    source.addEventListener('ready', (event) => this.#begin(event.lastEventId));
    source.addEventListener('beat', () => this.#hear());
    for (const type of EVENT_TYPES) source.addEventListener(type, (event: MessageEvent<string>) => this.#take(event));
    source.addEventListener('error', () => {
      this.handlers.onState('reconnecting');
      this.handlers.onLost();
      // The browser comes back by itself after a broken connection, but not after any answer other than 200.
      if (source.readyState === EventSource.CLOSED) this.#comeBack();
    });
  }

  #disconnect(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = undefined;
  }

  #begin(id: string): void {
    const isWhole = this.#lastId !== undefined;
    this.#refusals = 0;
    this.#lastId = id;
    this.#wasOpen = true;
    this.#hear();
    this.handlers.onOpen(isWhole);
  }

  #hear(): void {
    this.#heardAt = Date.now();
    this.handlers.onState('live');
  }

  #take(event: MessageEvent<string>): void {
    this.#lastId = event.lastEventId;
    this.#hear();
    this.handlers.onEvent(JSON.parse(event.data) as LiveEvent);
  }

  /** A proxy without a server, no session, or an id that the server does not know any more. */
  #comeBack(): void {
    this.#refusals++;
    if (this.#refusals > 1) this.#lastId = undefined;
    this.#again = setTimeout(() => this.#connect(), AGAIN_MS);
  }

  #checkQuiet(): void {
    if (this.#source?.readyState !== EventSource.OPEN || Date.now() - this.#heardAt < QUIET_MS) return;
    this.handlers.onState('stalled');
    this.handlers.onLost();
    this.#disconnect();
    this.#again = setTimeout(() => this.#connect(), AGAIN_MS);
  }
}
