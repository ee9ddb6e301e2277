import { EventStream, type LiveEvent, type LiveState } from './event-stream.ts';

/** What a page asks of the worker: to be told, how things stand, to be told no more. */
export type ToHub = 'join' | 'ask' | 'leave';

/** What the worker tells its pages. `lastId`: of the last event that it has seen. */
export type FromHub =
  | { readonly kind: 'event'; readonly event: LiveEvent; readonly lastId: string | undefined }
  | { readonly kind: 'open'; readonly isWhole: boolean; readonly lastId: string | undefined }
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'lost' };

/** The worker's end of the line to a page. */
export type HubPort = Pick<MessagePort, 'postMessage' | 'onmessage'>;

/**
 * One event stream for all pages of a browser: over HTTP/1.1 a browser keeps six connections to a server, and each stream
 * takes one for good. Open while there are pages.
 */
export class StreamHub {
  readonly #pages = new Set<HubPort>();
  #stream: EventStream | undefined;
  #state: LiveState = 'connecting';

  constructor(private readonly accountId: string) {}

  connect(port: HubPort): void {
    port.onmessage = ({ data }: MessageEvent<ToHub>) => {
      if (data === 'join') this.#join(port);
      else if (data === 'leave') this.#leave(port);
      else send(port, { kind: 'state', state: this.#state });
    };
  }

  #join(port: HubPort): void {
    this.#pages.add(port);
    if (!this.#stream) {
      this.#stream = this.#newStream();
      this.#stream.open();
    } else if (this.#state === 'live') {
      // It knows nothing of what was before; what it reads from now on, it reads with every event after it.
      send(port, { kind: 'open', isWhole: false, lastId: this.#stream.lastId });
    }
    send(port, { kind: 'state', state: this.#state });
  }

  #leave(port: HubPort): void {
    this.#pages.delete(port);
    if (this.#pages.size > 0) return;
    this.#stream?.close();
    this.#stream = undefined;
    this.#state = 'connecting';
  }

  #newStream(): EventStream {
    const stream: EventStream = new EventStream(this.accountId, {
      onEvent: (event) => this.#tell({ kind: 'event', event, lastId: stream.lastId }),
      onOpen: (isWhole) => this.#tell({ kind: 'open', isWhole, lastId: stream.lastId }),
      onState: (state) => {
        this.#state = state;
        this.#tell({ kind: 'state', state });
      },
      onLost: () => this.#tell({ kind: 'lost' }),
    });
    return stream;
  }

  #tell(message: FromHub): void {
    for (const page of this.#pages) send(page, message);
  }
}

function send(port: HubPort, message: FromHub): void {
  port.postMessage(message);
}
