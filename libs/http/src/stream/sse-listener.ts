import type { ServerResponse } from 'node:http';
import type { DomainEvent } from '@stadtfunk/maintenance';
import type { EventListener } from './event-hub.ts';
import { eventFrame, HEARTBEAT } from './sse.ts';

/** A listener at the other end of a server-sent event stream. */
export class SseListener implements EventListener {
  constructor(
    private readonly response: ServerResponse,
    private readonly bufferBytes: number,
    /** False when the session that opened the stream has ended. */
    private readonly isWelcome: () => boolean,
  ) {}

  isReady(): boolean {
    return !this.response.writableNeedDrain;
  }

  send(events: readonly DomainEvent[]): void {
    this.response.write(events.map(eventFrame).join(''));
    if (this.response.writableLength > this.bufferBytes) this.response.destroy();
  }

  beat(): void {
    if (this.isWelcome()) this.response.write(HEARTBEAT);
    else this.response.end();
  }

  close(reason: 'shutdown' | 'stalled' | 'fault'): void {
    if (reason === 'stalled') this.response.destroy();
    else this.response.end();
  }
}
