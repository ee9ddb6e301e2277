import type { Socket } from 'node:net';
import { FairLanes } from '@stadtfunk/kernel';
import { originOf } from './origin.ts';
import { TokenBucket } from './token-bucket.ts';

export interface DoorOptions {
  readonly maxConnections: number;
  readonly maxUnauthenticated: number;
  readonly connectionsPerSecond: number;
  readonly connectionBurst: number;
  readonly connectTimeoutMs: number;
}

/** A connection that has come to the door. */
export interface Visitor {
  readonly socket: Socket;
  readonly origin: string;
  readonly enter: (visitor: Visitor) => void;
  /** Until its turn. */
  readonly deadline: NodeJS.Timeout;
}

/** Between two looks at how many may come in. */
const LOOK_EVERY_MS = 5;

/**
 * Lets connections in at a rate, unread until it is their turn, and origins in turns: whoever connects faster than that waits for
 * himself. Where there is no room for all who have not authenticated, those go of whom there are most.
 */
export class Door {
  readonly #sockets = new Set<Socket>();
  readonly #strangers = new FairLanes<Visitor>();
  readonly #waiting = new FairLanes<Visitor>();
  readonly #bucket: TokenBucket;
  #look: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    private readonly options: DoorOptions,
    private readonly onTurnedAway: (code: string, from: string) => void,
  ) {
    this.#bucket = new TokenBucket(options.connectionsPerSecond, options.connectionBurst, performance.now());
  }

  /** Open sockets. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Those of them that have not authenticated. */
  get unauthenticated(): number {
    return this.#strangers.size;
  }

  /** Those of them that have not been let in. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls `enter` when it is this connection's turn, or closes it. */
  knock(socket: Socket, enter: (visitor: Visitor) => void): void {
    const origin = originOf(socket.remoteAddress);
    if (this.#isClosed || !this.#hasRoomFor(origin)) {
      socket.destroy();
      return;
    }
    const deadline = setTimeout(() => this.#turnAway(visitor, 'connection.tooFast'), this.options.connectTimeoutMs);
    const visitor: Visitor = { socket, origin, enter, deadline };
    this.#sockets.add(socket);
    this.#strangers.add(origin, visitor);
    this.#waiting.add(origin, visitor);
    socket.once('close', () => this.#forget(visitor));
    this.#letIn();
  }

  /** Its device has authenticated: it makes room for nobody any more. */
  welcome(visitor: Visitor): void {
    this.#strangers.delete(visitor.origin, visitor);
  }

  /** Lets nobody in any more. Who is in may stay. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#look);
    for (let visitor = this.#waiting.take(); visitor; visitor = this.#waiting.take()) visitor.socket.destroy();
  }

  /** Closes what is still open. */
  clear(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #hasRoomFor(origin: string): boolean {
    const { maxConnections, maxUnauthenticated } = this.options;
    const isFull = this.#sockets.size >= maxConnections;
    if (!isFull && this.#strangers.size < maxUnauthenticated) return true;
    // Also so that one address cannot keep a place from devices by connecting and saying nothing.
    const displaced =
      this.#strangers.longest > this.#strangers.lengthOf(origin) ? this.#strangers.takeFromLongest() : undefined;
    if (displaced) this.#turnAway(displaced, 'connection.displaced');
    else this.onTurnedAway(isFull ? 'connection.tooMany' : 'connection.tooManyUnauthenticated', origin);
    return displaced !== undefined;
  }

  #letIn(): void {
    if (this.#look || this.#isClosed) return;
    while (this.#waiting.size > 0) {
      if (!this.#bucket.take(performance.now())) {
        this.#look = setTimeout(() => {
          this.#look = undefined;
          this.#letIn();
        }, LOOK_EVERY_MS);
        return;
      }
      const visitor = this.#waiting.take();
      if (!visitor) return;
      clearTimeout(visitor.deadline);
      visitor.enter(visitor);
    }
  }

  #turnAway(visitor: Visitor, code: string): void {
    this.onTurnedAway(code, visitor.origin);
    visitor.socket.destroy();
    this.#forget(visitor);
  }

  #forget(visitor: Visitor): void {
    this.#sockets.delete(visitor.socket);
    this.#strangers.delete(visitor.origin, visitor);
    this.#waiting.delete(visitor.origin, visitor);
    clearTimeout(visitor.deadline);
  }
}
