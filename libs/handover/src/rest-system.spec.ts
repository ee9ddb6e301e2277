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
import { PhotoBox } from './testing/photo-box.ts';
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
  let comments: string[];
  let files: { readonly id: string; readonly key: string; readonly body: unknown }[];
  const clock = new ManualClock();
  let records: MemoryHandoverRecords;
  let jobs: JobBook;
  let photos: PhotoBox;

  beforeEach(async () => {
    requests = [];
    tickets = [];
    kept = new Map();
    cut = false;
    links = [];
    comments = [];
    files = [];
    records = new MemoryHandoverRecords(clock);
    jobs = new JobBook(clock);
    photos = new PhotoBox();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const isJson = /json/.test(request.headers['content-type'] ?? '');
        const body: unknown = isJson ? JSON.parse(bytes.toString('utf8')) : bytes.length === 0 ? null : bytes;
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
    const part = /^\/tickets\/[^/]+\/(comments|files)(?:\/(.+))?$/.exec(url.split('?')[0]!);
    if (part) return answerPart(method, part[1]!, part[2], url, key, body, response, reply);
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

  /** Comments and files of tickets; an added file is kept by its key. */
  const answerPart = (
    method: string,
    kind: string,
    id: string | undefined,
    url: string,
    key: string,
    body: unknown,
    response: ServerResponse,
    reply: (json: unknown) => unknown,
  ) => {
    if (kind === 'comments' && method === 'POST') comments.push((body as { text: string }).text);
    if (kind === 'comments') {
      // Two to a page.
      const from = Number(new URL(url, origin).searchParams.get('from') ?? 0);
      const next = from + 2 < comments.length ? `/tickets/x/comments?from=${from + 2}` : null;
      if (method === 'GET') return reply({ items: comments.slice(from, from + 2).map((text) => ({ text })), next });
    } else if (method === 'DELETE') {
      files = files.filter((file) => file.id !== id);
    } else if (!files.some((file) => file.key === key)) {
      files.push({ id: `f${files.length + 1}`, key, body });
    }
    if (cut) {
      cut = false;
      return response.destroy();
    }
    return method === 'DELETE'
      ? response.writeHead(204).end()
      : reply({ id: files.find((file) => file.key === key)?.id });
  };

  const start = (more = '') => {
    const plan = planOf(TICKETS(origin) + more);
    const secrets = secretsOf({ HANDOVER_TICKETS_KEY: 'key-do-not-tell' });
    const system = ticketSystemOf(plan, { clock, secrets, allowPrivate: true, link: 'https://funk.example/' });
    const findAsset = async () => undefined;
    const channel = new HandoverChannel({
      plan,
      system,
      records,
      jobs,
      photos,
      clock,
      holder: 'me',
      link: null,
      findAsset,
    });
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

  describe('with comments', () => {
    const COMMENTS = () => `
    comments:
      list: { url: '${origin}/tickets/{externalId}/comments', items: /items, text: /text, next: /next }
      add: { url: '${origin}/tickets/{externalId}/comments', field: /text }
`;
    const written = async (jobId: string) => (await jobs.jobHistory(jobId)).map(({ actor, note }) => [actor, note]);

    it('carry them both ways, each once and without an echo, over all of their pages', async () => {
      const { channel, poll } = start(COMMENTS());
      const job = jobs.create('bin-1');
      for (const text of ['Schloss klemmt', 'Ersatz bestellt', 'Schloss klemmt']) {
        await jobs.commentJob(job.jobId, 'Anna', clock.now(), text);
      }
      await channel.deliver(last());
      expect(comments).toEqual(['Anna: Schloss klemmt', 'Anna: Ersatz bestellt', 'Anna: Schloss klemmt']);

      comments.push('Kommt am Dienstag', 'Kommt am Dienstag');
      await poll();
      await poll();
      await start(COMMENTS()).channel.deliver(last());
      await poll();

      expect((await written(job.jobId)).slice(3)).toEqual([
        ['handover:tickets', 'Kommt am Dienstag'],
        ['handover:tickets', 'Kommt am Dienstag'],
      ]);
      expect(comments).toHaveLength(5);
    });

    it('write one once whose answer was lost', async () => {
      const job = jobs.create('bin-1');
      await start(COMMENTS()).channel.deliver(last());
      await jobs.commentJob(job.jobId, 'Anna', clock.now(), 'Schloss klemmt');
      cut = true;

      expect(await start(COMMENTS()).channel.deliver(last())).toMatchObject({ ok: false, retryable: true });
      expect(await start(COMMENTS()).channel.deliver(last())).toEqual({ ok: true });

      expect(comments).toEqual(['Anna: Schloss klemmt']);
    });
  });

  describe('with photos', () => {
    const PHOTOS = (add: string, more = '') => `
    photos:
      add: { url: '${origin}/tickets/{externalId}/files?name={fileName}', ${add} }${more}
`;
    const handed = async (add: string, more?: string) => {
      const job = jobs.create(`bin ${add}`);
      const photoId = photos.add(job.jobId, add, Uint8Array.of(0xff, 0xd8, 0, 13, 10, 3));
      const { channel } = start(PHOTOS(add, more));
      expect(await channel.deliver(last())).toEqual({ ok: true });
      return { job, photoId, channel, request: requests.at(-1)! };
    };

    it('send them as a form with the file and what goes with it', async () => {
      const { job, photoId, request } = await handed("field: 'upload[file]', with: { note: 'Foto zu {number}' }");

      const { headers, url, body } = request;
      expect(url).toBe(`/tickets/t%2F0/files?name=stadtfunk-${photoId}.jpeg`);
      expect(headers['idempotency-key']).toBe(`tickets-photo-${photoId}`);
      const form = await new Response(body as Buffer<ArrayBuffer>, {
        headers: { 'content-type': String(headers['content-type']) },
      }).formData();
      expect(form.get('note')).toBe(`Foto zu ${job.number}`);
      const file = form.get('upload[file]') as File;
      expect([file.name, file.type]).toEqual([`stadtfunk-${photoId}.jpeg`, 'image/jpeg']);
      expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0xff, 0xd8, 0, 13, 10, 3]);
    });

    it('send them as they are, or as a link', async () => {
      expect((await handed('as: file')).request).toMatchObject({
        headers: { 'content-type': 'image/jpeg' },
        body: Buffer.from([0xff, 0xd8, 0, 13, 10, 3]),
      });
      requests = [];
      const { job, photoId, request } = await handed('as: link, field: /file/href, with: { /file/kind: photo }');
      const href = `https://funk.example/api/v1/jobs/${job.jobId}/photos/${photoId}`;
      expect(request.body).toEqual({ file: { href, kind: 'photo' } });
    });

    it('are sent once when the answer is lost, and removed there when they are removed here', async () => {
      const remove = `\n      remove: { url: '${origin}/tickets/{externalId}/files/{id}' }`;
      const { job, photoId, channel } = await handed('id: /id', remove);
      photos.add(job.jobId, 'four');
      cut = true;
      expect(await channel.deliver(last())).toMatchObject({ ok: false, retryable: true });
      expect(await start(PHOTOS('id: /id', remove)).channel.deliver(last())).toEqual({ ok: true });
      expect(files.map(({ id }) => id)).toEqual(['f1', 'f2']);

      photos.remove(photoId);
      expect(await channel.deliver(last())).toEqual({ ok: true });
      expect(files.map(({ id }) => id)).toEqual(['f2']);
    });
  });
});
