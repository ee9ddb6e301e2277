import type { ServerResponse } from 'node:http';
import type { Caller as Person } from '@stadtfunk/accounts';
import type { DomainEvent } from '@stadtfunk/maintenance';
import type { EventListener } from './event-hub.ts';
import { eventFrame, HEARTBEAT } from './sse.ts';

/** A listener at the other end of a server-sent event stream. */
export class SseListener implements EventListener {
  constructor(
    private readonly response: ServerResponse,
    private readonly bufferBytes: number,
    /** Asked again and again: undefined when the session that opened the stream is over. */
    private readonly whoIsThere: () => Promise<Person | undefined>,
    private person: Person,
  ) {}

  departmentsFor(type: string): readonly string[] | null {
    return this.person.departmentsFor(type.startsWith('job.') ? 'jobs.read' : 'alerts.read');
  }

  isReady(): boolean {
    return !this.response.writableNeedDrain;
  }

  send(events: readonly DomainEvent[]): void {
    this.response.write(events.map(eventFrame).join(''));
    if (this.response.writableLength > this.bufferBytes) this.response.destroy();
  }

  beat(): void {
    this.whoIsThere().then(
      (person) => {
        if (!person) return this.close('shutdown');
        this.person = person;
        if (!this.response.writableEnded) this.response.write(HEARTBEAT);
      },
      // Records that are away say nothing of who may listen: let him come again.
      () => this.close('fault'),
    );
  }

  close(reason: 'shutdown' | 'stalled' | 'fault'): void {
    if (reason === 'stalled') this.response.destroy();
    else this.response.end();
  }
}
