import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { MaintenanceStore } from '@stadtfunk/maintenance';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { personOf } from '../access/access.guard.ts';
import { callerOf } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { Sessions } from '../access/sessions.ts';
import { HttpSettings } from '../http-options.ts';
import { refuseOtherAccount } from '../jobs/job-access.ts';
import { Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { EventHub } from './event-hub.ts';
import { SseListener } from './sse-listener.ts';
import { readyFrame, START } from './sse.ts';
import { openStream } from './stream.schema.ts';

@Controller('api/v1/stream')
export class StreamController {
  /** How many streams are open, by account. */
  readonly #open = new Map<string, number>();

  constructor(
    @Inject(EventHub) private readonly hub: EventHub,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Get()
  @Needs('situation.read')
  @Operation(openStream)
  async open(
    @Input() { query }: InputOf<typeof openStream>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { session, person, accountId } = callerOf(request);
    refuseOtherAccount(query.account, accountId);
    if (this.hub.isFull) throw new Problem(503, 'stream.full', 'too many listeners', {}, { 'retry-after': '10' });
    const last = headerText(request.headers['last-event-id']) ?? query.after;
    const cursor = last === undefined ? await this.maintenance.lastEvent() : last === START ? null : last;
    // A cursor that cannot be read is refused now, while a problem can still be sent.
    if (last !== undefined) await this.maintenance.events(cursor, 1);

    const ofOne = this.#open.get(accountId) ?? 0;
    if (ofOne >= this.settings.limits.streamClientsOfOne) {
      const detail = 'too many pages of this account listen; close some';
      throw new Problem(503, 'stream.tooMany', detail, {}, { 'retry-after': '10' });
    }
    const { raw } = reply;
    const whoIsThere = async () => {
      if (session === null) return person;
      const known = await this.sessions.of(request);
      return known && personOf(known);
    };
    const listener = new SseListener(raw, this.settings.limits.streamBufferBytes, whoIsThere, person);
    // A stream that ends leaves no connection behind that would keep the server from closing.
    reply.headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    reply.hijack();
    raw.writeHead(200, reply.getHeaders() as Record<string, string>);
    raw.on('error', () => raw.destroy());
    raw.write(readyFrame(cursor));
    const leave = this.hub.subscribe(listener, cursor);
    this.#open.set(accountId, ofOne + 1);
    raw.once('close', () => {
      leave();
      this.#closed(accountId);
    });
    if (raw.destroyed) raw.emit('close');
  }

  #closed(accountId: string): void {
    const left = (this.#open.get(accountId) ?? 1) - 1;
    if (left > 0) this.#open.set(accountId, left);
    else this.#open.delete(accountId);
  }
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' && header.length <= 512 ? header : undefined;
}
