import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryHandoverRecords } from '@stadtfunk/maintenance/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandoverChannel } from './handover-channel.ts';
import { ticketSystemOf } from './handover.ts';
import { secretsOf } from './secrets.ts';
import { pollTask } from './status-poll.ts';
import { JobBook } from './testing/job-book.ts';
import { planOf } from './testing/plans.ts';

const TICKETS = (origin: string) => `
version: '1'
targets:
  - id: tickets
    kind: rest
    make: { url: '${origin}/tickets', record: /data }
    change: { method: PUT, url: '${origin}/tickets/{externalId}', record: /data }
    changes: { url: '${origin}/changes?since={since}&limit={limit}', items: /data, next: /links/next }
    headers:
      X-Api-Key: { env: HANDOVER_TICKETS_KEY }
      Authorization: { env: HANDOVER_TICKETS_KEY, prefix: 'Token ' }
      X-Tenant: hanau
    idempotencyHeader: Idempotency-Key
    record: { externalId: /id, number: /key, state: /fields/status, updatedAt: /updated }
    fields:
      /fields/summary: '{title.de} ({assetId})'
      /fields/tags: { from: tags }
      /fields/due: { from: dueAt, as: seconds }
      /fields/team: { from: department, map: { waste: 17 }, otherwise: 1 }
    state:
      field: /fields/status
      out: { open: new, assigned: new, inProgress: busy, waiting: hold, done: closed, verified: closed, cancelled: void }
      in: { new: open, busy: inProgress, hold: waiting, closed: done, void: cancelled }
    status: { every: 5 }
`;

interface Ticket {
  readonly id: string;
  readonly key: string;
  readonly updated: string;
  readonly fields: Record<string, unknown>;
}

describe('jobs handed over to a system with a REST interface', () => {
  let server: Server;
  let origin: string;
  let requests: { method: string; url: string; headers: Record<string, unknown>; body: unknown }[];
  let tickets: Ticket[];
  let kept: Map<string, Ticket>;
  let cut: boolean;
  let links: (string | null)[];
  const clock = new ManualClock();
  let records: MemoryHandoverRecords;
  let jobs: JobBook;

  beforeEach(async () => {
    requests = [];
    tickets = [];
    kept = new Map();
    cut = false;
    links = [];
    records = new MemoryHandoverRecords(clock);
    jobs = new JobBook(clock);
    server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (more: string) => (text += more));
      request.on('end', () => {
        const body: unknown = text === '' ? null : JSON.parse(text);
        requests.push({ method: request.method!, url: request.url!, headers: { ...request.headers }, body });
        answer(request.method!, request.url!, String(request.headers['idempotency-key']), body as Ticket, response);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const answer = (method: string, url: string, key: string, body: Ticket, response: ServerResponse) => {
    const reply = (json: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (method === 'GET') return reply({ data: tickets, links: { next: links.shift() ?? null } });
    if (method === 'POST') {
      const ticket = kept.get(key) ?? { ...body, id: `t/${kept.size}`, key: 'T-1', updated: '2026-11-21T12:00:00Z' };
      if (!kept.has(key)) tickets.push(ticket);
      kept.set(key, ticket);
      if (!cut) return reply({ data: ticket });
      cut = false;
      return response.destroy();
    }
    const id = decodeURIComponent(url.split('/').at(-1)!);
    const index = tickets.findIndex((ticket) => ticket.id === id);
    tickets[index] = { ...tickets[index]!, ...body };
    return reply({ data: tickets[index] });
  };

  const start = () => {
    const plan = planOf(TICKETS(origin));
    const secrets = secretsOf({ HANDOVER_TICKETS_KEY: 'key-do-not-tell' });
    const system = ticketSystemOf(plan, { clock, secrets, allowPrivate: true });
    const findAsset = async () => undefined;
    const channel = new HandoverChannel({ plan, system, records, jobs, clock, holder: 'me', link: null, findAsset });
    const run = { name: 'x', dueAt: 0, attempt: 1, signal: new AbortController().signal };
    return { channel, poll: () => pollTask(plan, system, { records, jobs, clock })(run) };
  };
  const last = () => jobs.events.at(-1)!;

  it('have the body that the file describes, with the headers whose secrets are in the environment', async () => {
    const job = jobs.create('bin-1', { tags: ['eilig'] });

    expect(await start().channel.deliver(last())).toEqual({ ok: true });

    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/tickets',
      headers: {
        'x-api-key': 'key-do-not-tell',
        authorization: 'Token key-do-not-tell',
        'x-tenant': 'hanau',
        'idempotency-key': `tickets-${job.jobId}`,
      },
      body: {
        fields: { summary: 'Behälter leeren (bin-1)', tags: ['eilig'], due: 1_795_266_000, team: 17, status: 'new' },
      },
    });
  });

  it('are made once when the connection is cut, by the key that every attempt has', async () => {
    jobs.create('bin-1');
    cut = true;

    expect(await start().channel.deliver(last())).toMatchObject({ ok: false, retryable: true });
    expect(await start().channel.deliver(last())).toEqual({ ok: true });

    expect(tickets).toHaveLength(1);
  });

  it('are said as a whole where that system replaces what it has', async () => {
    const { channel } = start();
    const job = jobs.create('bin-1');
    await channel.deliver(last());
    await jobs.move(job.jobId, 'start');
    await channel.deliver(last());

    expect(requests[1]).toMatchObject({
      method: 'PUT',
      url: '/tickets/t%2F0',
      body: { fields: { summary: 'Behälter leeren (bin-1)', status: 'busy', team: 17 } },
    });
  });

  it('are moved as that system says, over all of its pages', async () => {
    const { channel, poll } = start();
    const job = jobs.create('bin-1');
    await channel.deliver(last());
    tickets[0] = { ...tickets[0]!, updated: '2026-11-21T12:05:00Z', fields: { status: 'closed' } };
    links = ['/changes?page=2', null];

    await poll();

    expect(await jobs.findJob(job.jobId)).toMatchObject({ state: 'done' });
    expect(requests.slice(1).map(({ url }) => url)).toEqual([
      '/changes?since=2026-11-20T11%3A58%3A00.000Z&limit=100',
      '/changes?page=2',
    ]);
    expect(await channel.deliver(last())).toEqual({ ok: true });
    expect(requests).toHaveLength(3);
  });

  it('are not asked for where else a page may lead', async () => {
    const { channel, poll } = start();
    jobs.create('bin-1');
    await channel.deliver(last());
    links = ['http://169.254.169.254/latest'];

    await expect(poll()).rejects.toMatchObject({ code: 'handover.answer' });
    expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });
});
