import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../api/types.ts';
import type { Entry } from './outbox.ts';
import { send } from './sender.ts';

const entry = (id: string, differences: Partial<Entry> = {}): Entry => ({
  id,
  accountId: 'anna',
  jobId: 'job-1',
  jobNumber: 1,
  deed: { kind: 'comment', note: id },
  madeAt: 0,
  version: null,
  state: 'waiting',
  ...differences,
});
const move = (id: string, version: number | null, jobId = 'job-1') =>
  entry(id, { deed: { kind: 'move', move: 'start', note: '' }, version, jobId });
const answer = (status: number, body: object | string) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' },
  });
const job = (version: number, jobId = 'job-1') => answer(200, { jobId, version, state: 'inProgress' });

describe('What a crew has entered is sent', () => {
  let entries: readonly Entry[];
  let answers: (() => Response | Promise<Response>)[];
  const asked: { path: string; headers: Record<string, string> }[] = [];
  const steps: string[] = [];
  const book = {
    read: async () => entries,
    change: async (change: (entries: readonly Entry[]) => readonly Entry[]) => {
      entries = change(entries);
      steps.push('changed');
    },
  };
  const handlers = {
    onChange: async () => {},
    onSending: () => {},
    onJob: async ({ version }: Job) => {
      steps.push(`kept ${version}`);
    },
  };
  beforeEach(() => {
    asked.length = 0;
    steps.length = 0;
    vi.stubGlobal('fetch', async (path: string, { headers }: RequestInit) => {
      asked.push({ path, headers: headers as Record<string, string> });
      const next = answers.shift();
      if (!next) throw new TypeError('Failed to fetch');
      return next();
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('in order, in the name of whoever entered it, each step on what came of the one before', async () => {
    entries = [move('a', 3), entry('n'), move('b', null)];
    answers = [() => job(4), () => job(4), () => job(5)];

    expect(await send('anna', book, handlers)).toBe('idle');

    expect(entries).toEqual([]);
    expect(asked.map(({ headers }) => [headers['idempotency-key'], headers['if-match']])).toEqual([
      ['a', '"3"'],
      ['n', undefined],
      ['b', '"4"'],
    ]);
    expect(new Set(asked.map(({ headers }) => headers['stadtfunk-account']))).toEqual(new Set(['anna']));
    // Before the entry is gone: a page that ends in between sends it again, with its key.
    expect(steps.slice(0, 2)).toEqual(['kept 4', 'changed']);
  });

  it.each<[string, () => Response]>([
    ['the greeting of something in between', () => answer(200, '<html>Welcome</html>')],
    ['an answer that breaks off', () => new Response('{"jobId', { headers: { 'content-type': 'application/json' } })],
    ['an answer to something else', () => answer(200, {})],
    ['a server that has too much to do', () => answer(429, { code: 'x' })],
    ['a proxy whose server is away', () => answer(502, '<html>Bad Gateway</html>')],
  ])('again after %s', async (_what, first) => {
    entries = [move('a', 3)];
    answers = [first];
    expect(await send('anna', book, handlers)).toBe('away');
    expect(entries).toMatchObject([{ id: 'a', state: 'waiting' }]);

    answers = [() => job(4)];
    expect(await send('anna', book, handlers)).toBe('idle');
    expect(entries).toEqual([]);
  });

  it('not with the session of somebody else, and stays as it is', async () => {
    entries = [move('a', 3)];
    answers = [() => answer(403, { code: 'access.otherAccount', detail: 'somebody else' })];

    expect(await send('anna', book, handlers)).toBe('signedOut');
    expect(entries).toMatchObject([{ id: 'a', state: 'waiting' }]);
  });

  it('also where the server fails at another job again and again', async () => {
    entries = [move('a', 3), entry('n'), move('b', 7, 'job-2')];
    answers = [() => answer(500, { code: 'internal' }), () => job(8, 'job-2')];

    expect(await send('anna', book, handlers)).toBe('idle');
    expect(entries.map(({ id, state }) => [id, state])).toEqual([
      ['a', 'waiting'],
      ['n', 'waiting'],
    ]);
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => Response]>([
    ['the server does not take', () => answer(415, { code: 'photo.unsupported', detail: 'neither JPEG nor PNG' })],
    ['is too large for a proxy on the way', () => answer(413, '<html>Request Entity Too Large</html>')],
  ])('but a photo that %s, which waits for a decision and keeps nothing else back', async (_what, refusal) => {
    const photo = entry('p', { deed: { kind: 'photo', photo: new Blob(['x'], { type: 'image/jpeg' }) } });
    entries = [photo, move('a', 3), entry('o', { jobId: 'job-2' })];
    answers = [refusal, () => job(4), () => job(1, 'job-2')];

    expect(await send('anna', book, handlers)).toBe('idle');
    expect(entries).toMatchObject([{ id: 'p', state: 'refused' }]);
    answers = [];
    expect(await send('anna', book, handlers)).toBe('idle');
    expect(asked).toHaveLength(3);
  });

  it('at most five times where the server fails at it, which then waits for a decision', async () => {
    const photo = entry('p', { deed: { kind: 'photo', photo: new Blob(['x'], { type: 'image/jpeg' }) } });
    entries = [photo];
    const fault = () => answer(500, { code: 'server.fault', detail: 'x' });
    for (let time = 0; time < 8; time++) {
      answers = [fault];
      expect(await send('anna', book, handlers)).toBe('idle');
    }
    expect(asked).toHaveLength(5);
    expect(entries).toMatchObject([{ id: 'p', state: 'refused', problem: { code: 'server.fault' } }]);
  });

  it('again and again while a part of the server is away', async () => {
    entries = [entry('n')];
    for (let time = 0; time < 8; time++) {
      answers = [() => answer(503, { code: 'database.unavailable', detail: 'x' })];
      await send('anna', book, handlers);
    }
    expect(entries).toMatchObject([{ id: 'n', state: 'waiting' }]);
    expect(asked).toHaveLength(8);
  });

  it('not past a decision that a person has to take', async () => {
    entries = [move('a', 3), entry('n'), entry('o', { jobId: 'job-2' })];
    answers = [
      () => answer(409, { code: 'job.conflict', detail: 'newer', job: { jobId: 'job-1', version: 9 } }),
      () => job(1, 'job-2'),
    ];

    expect(await send('anna', book, handlers)).toBe('idle');
    expect(entries).toMatchObject([{ id: 'a', state: 'conflict', problem: { job: { version: 9 } } }, { id: 'n' }]);
  });
});
