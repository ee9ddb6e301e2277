import { once } from 'node:events';
import { createServer, request, type Server, type ServerResponse } from 'node:http';

/** A reverse proxy on a free port, as stands in front of the platform in a city: with a page of its own while the server is away. */
export class Gateway {
  /** Answers for the server from now on. */
  isServerAway = false;
  readonly #streams = new Set<ServerResponse>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string): Promise<Gateway> {
    const server = createServer((incoming, answer) => {
      if (gateway.isServerAway) {
        incoming.resume();
        answer.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
        return;
      }
      const { method, headers } = incoming;
      if (incoming.url?.startsWith('/api/v1/stream')) gateway.#streams.add(answer);
      const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      answer.on('close', () => {
        gateway.#streams.delete(answer);
        onward.destroy();
      });
      incoming.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const gateway = new Gateway(server, `http://127.0.0.1:${address.port}`);
    return gateway;
  }

  /** Event streams that are open now. */
  get openStreams(): number {
    return this.#streams.size;
  }

  /** Breaks all connections. */
  cut(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
