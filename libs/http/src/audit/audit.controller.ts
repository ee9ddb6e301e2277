import { Readable } from 'node:stream';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type AuditEntry, type AuditFilter, AuditLog } from '@stadtfunk/accounts';
import type { Page } from '@stadtfunk/readings';
import { csvOf } from '@stadtfunk/tours';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoOf, toPage } from '../schemas.ts';
import { downloadAudit, listAudit } from './audit.schema.ts';

const MOST_ROWS = 50_000;
const PAGE = 1_000;

@Controller('api/v1')
export class AuditController {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  @Get('audit')
  @Needs('audit.read', 'everywhere')
  @Operation(listAudit)
  async list(@Input() { query }: InputOf<typeof listAudit>): Promise<AnswerOf<typeof listAudit>> {
    const { limit, after, ...rest } = query;
    const page = { limit, ...(after !== undefined && { after }) };
    return toPage(await this.log.list({ ...toFilter(rest), ...page }), toBody);
  }

  @Get('audit.csv')
  @Needs('audit.read', 'everywhere')
  @Operation(downloadAudit)
  async download(@Input() { query }: InputOf<typeof downloadAudit>, @Res() reply: FastifyReply): Promise<void> {
    // Asked before anything is sent: what goes wrong with it can still be said.
    const first = await this.log.list({ ...toFilter(query), limit: PAGE });
    await reply
      .header('content-disposition', 'attachment; filename="audit.csv"')
      .type('text/csv; charset=utf-8')
      .send(Readable.from(this.#table(toFilter(query), first)));
  }

  /** Page by page: all of it at once might be a gigabyte. */
  async *#table(filter: Omit<AuditFilter, 'limit'>, first: Page<AuditEntry>): AsyncGenerator<string> {
    yield csvOf([HEAD]);
    let page = first;
    for (let sent = page.items.length; ; sent += page.items.length) {
      // Without the mark at the beginning of a file.
      if (page.items.length > 0) yield csvOf(page.items.map(toRow)).slice(1);
      if (page.next === null || sent >= MOST_ROWS) return;
      page = await this.log.list({ ...filter, limit: PAGE, after: page.next });
    }
  }
}

const HEAD = [
  ...['at', 'actor', 'way', 'address', 'action', 'permission', 'thing', 'outcome', 'code', 'asked', 'before', 'after'],
  'requestId',
];

function toRow({ at, actor, way, address, action, permission, thing, outcome, code, ...rest }: AuditEntry) {
  const about = thing && [thing.kind, thing.id].filter((part) => part !== null).join(' ');
  const json = (value: unknown) => (value === null || value === undefined ? '' : JSON.stringify(value));
  return [
    ...[isoOf(at), actor, way, address ?? '', action, permission ?? '', about ?? '', outcome, code ?? ''],
    ...[json(rest.asked), json(rest.before), json(rest.after), rest.requestId ?? ''],
  ];
}

function toFilter({ kind, thing, ...rest }: InputOf<typeof downloadAudit>['query']): Omit<AuditFilter, 'limit'> {
  return { ...rest, ...(kind !== undefined && { thingKind: kind }), ...(thing !== undefined && { thingId: thing }) };
}

function toBody({ at, thing, ...rest }: AuditEntry) {
  return { ...rest, at: isoOf(at), thing: thing && { kind: thing.kind, id: thing.id } };
}
