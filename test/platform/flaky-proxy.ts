import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@stadtfunk/device-simulator';

/** What happens to bytes on their way. */
export interface Line {
  /** Added to every piece, in each direction. */
  readonly latencyMs?: number;
  readonly bytesPerSecond?: number;
}

export type Trouble = 'cut' | 'stall' | 'refuse';

export interface Flapping {
  /** The rhythm and the kinds of trouble follow from it. */
  readonly seed: number;
  readonly upMs: readonly [from: number, to: number];
  readonly downMs: readonly [from: number, to: number];
  readonly troubles?: readonly Trouble[];
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, and nobody is told. */
  isLost: boolean;
}

const PIECES_PER_SECOND = 20;

/** A TCP proxy on a free port in front of a server: a network that can be as bad as a test wants it. */
export class FlakyProxy {
  readonly #links = new Set<Link>();
  #line: Line = {};
  #refuses = false;
  #isPulled = false;
  #flows: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;
  #accepted = 0;
  #carriedBytes = 0;

  private constructor(
    private readonly listener: Server,
    private readonly target: URL,
    readonly port: number,
  ) {
    listener.on('connection', (client) => this.#accept(client));
  }

  /** @param target URL of the server behind it */
  static async start(target: string): Promise<FlakyProxy> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new FlakyProxy(listener, new URL(target), address.port);
  }

  /** The server's URL, by way of this proxy. */
  get url(): string {
    const url = this.target.href.replace(this.target.host, `127.0.0.1:${this.port}`);
    return this.target.pathname === '/' && !this.target.protocol.startsWith('postgres') ? url.replace(/\/$/, '') : url;
  }

  /** Connections taken so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** In both directions, so far. */
  get carriedBytes(): number {
    return this.#carriedBytes;
  }

  get connections(): number {
    return this.#links.size;
  }

  /** Slow from now on; `{}` is as fast as can be. */
  behave(line: Line): void {
    this.#line = line;
  }

  /** Breaks all connections, as a router that restarts. New ones pass. */
  cut(): void {
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Closes new connections at once, until `heal`. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Holds all bytes back until `heal`, new connections included. Then they go on as if nothing had happened. */
  stall(): void {
    if (this.#release) return;
    this.#flows = new Promise((resolve) => (this.#release = resolve));
  }

  /**
   * A cable that is pulled until `heal`: connections, those that are tried meanwhile too, never say anything again, not even
   * that they end.
   */
  pull(): void {
    this.#isPulled = true;
    for (const link of this.#links) link.isLost = true;
  }

  /** Ends one direction of all connections: `client` hears nothing more, or `server` does. */
  halfClose(end: 'client' | 'server'): void {
    for (const link of this.#links) link[end].end();
  }

  heal(): void {
    this.#refuses = false;
    this.#isPulled = false;
    this.#release?.();
    this.#release = undefined;
  }

  /** Good and bad times in turn; gives what ends it, in good times. */
  flap({ seed, upMs, downMs, troubles = ['cut', 'stall', 'refuse'] }: Flapping): () => Promise<number> {
    const random = new Random(seed);
    const ending = new AbortController();
    const sleep = ([from, to]: readonly [number, number]) =>
      pause(random.between(from, to), undefined, { signal: ending.signal }).catch(() => undefined);
    const run = async () => {
      let times = 0;
      for (; !ending.signal.aborted; times++) {
        await sleep(upMs);
        const trouble = random.pick(troubles);
        if (trouble === 'stall') this.stall();
        else this.cut();
        if (trouble === 'refuse') this.refuse();
        await sleep(downMs);
        this.heal();
      }
      return times;
    };
    const running = run();
    return () => {
      ending.abort();
      return running;
    };
  }

  async close(): Promise<void> {
    this.heal();
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    this.#accepted++;
    if (this.#refuses) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({
      host: this.target.hostname,
      port: Number(this.target.port),
      allowHalfOpen: true,
      noDelay: true,
    });
    server.on('error', () => undefined);
    const link: Link = { client, server, isLost: this.#isPulled };
    this.#links.add(link);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.once('close', (hadError) => {
        if (link.isLost && this.#links.has(link)) {
          this.#links.delete(link);
          return; // The other end hears nothing of it.
        }
        if (hadError || !one.readableEnded) other.destroy();
        if (other.destroyed) this.#links.delete(link);
      });
      void this.#pump(link, one, other);
    }
  }

  async #pump(link: Link, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (const piece of this.#piecesOf(chunk)) {
          const { latencyMs = 0, bytesPerSecond = Infinity } = this.#line;
          const ms = latencyMs + (1_000 * piece.length) / bytesPerSecond;
          if (ms >= 1) await pause(ms);
          await this.#flows;
          if (link.isLost || to.destroyed) continue;
          this.#carriedBytes += piece.length;
          if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
        }
      }
      await this.#flows;
      if (!link.isLost) to.end();
    } catch {
      if (!link.isLost) to.destroy(); // It was broken off, and so is the other side.
    }
  }

  *#piecesOf(chunk: Buffer): Iterable<Buffer> {
    const { bytesPerSecond = Infinity } = this.#line;
    const size = Math.max(1, Math.ceil(bytesPerSecond / PIECES_PER_SECOND));
    if (size >= chunk.length) yield chunk;
    else for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
}
