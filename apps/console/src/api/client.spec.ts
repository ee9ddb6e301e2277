import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addRisk, answerLeaving } from '../ui/at-risk.ts';
import { ApiError, call, callAll, callLines } from './client.ts';
import { confirmSession, sessionState, signedIn, signedOut } from './session.ts';
import type { Session } from './types.ts';

const ANNA = { accountId: 'anna' } as Session;
const json = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

describe('A call', () => {
  const asked: [string, string][] = [];
  let answers: (() => Response)[];
  const reload = vi.fn();
  beforeEach(() => {
    asked.length = 0;
    reload.mockClear();
    vi.stubGlobal('location', { reload });
    vi.stubGlobal('fetch', async (path: string, { method }: RequestInit) => {
      asked.push([method ?? 'GET', path]);
      const answer = answers.shift();
      if (!answer) throw new TypeError('Failed to fetch');
      return answer();
    });
    sessionState.set({ kind: 'signedIn', session: ANNA });
  });
  afterEach(() => vi.unstubAllGlobals());

  const over = () => json(401, { code: 'access.denied', detail: 'sign in' });

  it('waits for the person to sign in again when the session is over, and is then made again', async () => {
    answers = [over, () => json(200, { jobId: 'a' })];
    const answer = call('POST', '/jobs/a/start', { version: 1 });
    await vi.waitFor(() => expect(sessionState.get().kind).toBe('expired'));
    expect(asked).toHaveLength(1);
    signedIn(ANNA);

    expect(await answer).toEqual({ jobId: 'a' });
    expect(asked).toEqual([
      ['POST', '/api/v1/jobs/a/start'],
      ['POST', '/api/v1/jobs/a/start'],
    ]);
  });

  it('is not made in the name of another person', async () => {
    answers = [over];
    const answer = call('POST', '/jobs/a/start').catch((thrown: unknown) => thrown);
    await vi.waitFor(() => expect(sessionState.get().kind).toBe('expired'));
    signedIn({ accountId: 'berta' } as Session);

    expect(await answer).toMatchObject({ status: 401 });
    expect(asked).toHaveLength(1);
    expect(reload).toHaveBeenCalledOnce();
  });

  it('is given up when the person signs out instead', async () => {
    answers = [over];
    const answer = call('GET', '/jobs').catch((thrown: unknown) => thrown);
    await vi.waitFor(() => expect(sessionState.get().kind).toBe('expired'));
    signedOut();
    expect(await answer).toMatchObject({ status: 401 });
    expect(sessionState.get().kind).toBe('signedOut');
    // What this person could see must not be there for the next.
    expect(reload).toHaveBeenCalledOnce();
  });

  it('is made no more once somebody else has signed in in another tab', () => {
    confirmSession(ANNA);
    expect(reload).not.toHaveBeenCalled();
    confirmSession({ accountId: 'berta' } as Session);
    expect(reload).toHaveBeenCalledOnce();
  });

  it('is not given up while that would lose what is on the page, until the person says that it may', () => {
    const berta = { accountId: 'berta' } as Session;
    addRisk({ text: 'a password', isInDialog: false });
    for (const leave of [() => confirmSession(berta), () => signedIn(berta), signedOut]) {
      leave();
      answerLeaving(false);
      expect(sessionState.get()).toEqual({ kind: 'expired', session: ANNA });
    }
    expect(reload).not.toHaveBeenCalled();
    signedIn(berta);
    answerLeaving(true);
    expect(reload).toHaveBeenCalledOnce();
  });

  it('tells a server that is away, also behind a proxy, from one that refuses', async () => {
    answers = [];
    await expect(call('GET', '/jobs')).rejects.toMatchObject({ status: 0, code: 'server.away' });
    answers = [() => new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })];
    await expect(call('GET', '/jobs')).rejects.toMatchObject({ status: 0 });
    answers = [() => new Response('{"items": [', { headers: { 'content-type': 'application/json' } })];
    await expect(call('GET', '/jobs')).rejects.toMatchObject({ status: 0, code: 'server.away' });
    answers = [() => new Response('<h1>Welcome to the hotel</h1>', { headers: { 'content-type': 'text/html' } })];
    await expect(call('GET', '/jobs')).rejects.toMatchObject({ status: 0, code: 'server.away' });
    answers = [() => json(409, { code: 'job.conflict', detail: 'changed', job: { version: 3 } })];
    const refusal = await call('POST', '/jobs/a/done').catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({ isConflict: true, body: { job: { version: 3 } } });
  });

  it('tells a body that a proxy does not let through from a server that is away', async () => {
    answers = [() => new Response('<h1>Too large</h1>', { status: 413, headers: { 'content-type': 'text/html' } })];
    await expect(call('POST', '/jobs/a/photos')).rejects.toMatchObject({ status: 413, code: 'body.tooLarge' });
  });

  it('names what is wrong with which field', async () => {
    const errors = [{ path: 'body.location.coordinates.0', message: 'is too large' }];
    answers = [() => json(400, { code: 'request.invalid', detail: 'x', errors })];
    const refusal = (await call('POST', '/assets').catch((thrown: unknown) => thrown)) as ApiError;
    expect([...refusal.fieldErrors]).toEqual([['location.coordinates.0', 'is too large']]);
  });

  it('gives the lines of an answer as they come, and then says that it broke off', async () => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    answers = [over, () => new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })];
    const lines = callLines<object>('POST', '/imports/devices?apply=true', new Blob(['x']));
    const first = lines.next();
    await vi.waitFor(() => expect(sessionState.get().kind).toBe('expired'));
    signedIn(ANNA);
    const bytes = new TextEncoder().encode('{"at":"Süd"}\n{"at":2}\n{"at":');
    // In the middle of the ü.
    for (const part of [bytes.slice(0, 9), bytes.slice(9)]) controller?.enqueue(part);
    expect([await first, await lines.next()]).toEqual([
      { done: false, value: { at: 'Süd' } },
      { done: false, value: { at: 2 } },
    ]);
    controller?.error(new TypeError('network error'));
    await expect(lines.next()).rejects.toMatchObject({ status: 0, code: 'server.away' });

    answers = [() => json(422, { code: 'import.rowErrors', detail: 'x' })];
    await expect(callLines('POST', '/imports/devices').next()).rejects.toMatchObject({ code: 'import.rowErrors' });
  });

  it('reads all pages of a list', async () => {
    answers = [() => json(200, { items: [1, 2], next: 'a b' }), () => json(200, { items: [3], next: null })];
    expect(await callAll('/assets?type=x')).toEqual([1, 2, 3]);
    expect(asked.map(([, path]) => path)).toEqual([
      '/api/v1/assets?type=x&limit=1000',
      '/api/v1/assets?type=x&limit=1000&after=a%20b',
    ]);
  });
});
