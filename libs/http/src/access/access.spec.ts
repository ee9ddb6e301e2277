import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

const HOUR_MS = 3_600_000;

describe('Access', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  const signIn = (body: object, headers: Record<string, string> = {}) =>
    harness.call('POST', '/api/v1/session', { body, headers, anonymous: true });
  const cookieOf = (headers: Headers) => headers.get('set-cookie')!.split(';')[0]!;
  const signedIn = async () => cookieOf((await signIn({ token: 'a-token-for-tests-only' })).headers);
  const read = (cookie: string) => harness.call('GET', '/api/v1/ledger', { anonymous: true, headers: { cookie } });
  const write = (cookie: string, headers: Record<string, string>) =>
    harness.call('POST', '/api/v1/dead-letters/retry', {
      anonymous: true,
      headers: { cookie, ...headers },
      body: { code: 'x' },
    });

  it('admits the bearer token and no other', async () => {
    const get = (authorization: string) =>
      harness.call('GET', '/api/v1/ledger', { anonymous: true, headers: { authorization } });

    expect((await get('Bearer a-token-for-tests-only')).status).toBe(200);
    for (const wrong of ['Bearer a-token-for-tests-onlY', 'Bearer', 'Basic YTpi', 'a-token-for-tests-only']) {
      expect((await get(wrong)).body).toMatchObject({ status: 401, code: 'access.denied' });
    }
  });

  it('opens a session whose cookie only this server and no script can use', async () => {
    const { headers, body } = await signIn({ token: 'a-token-for-tests-only' });

    expect(headers.get('set-cookie')).toMatch(
      /^stadtfunk_session=[\w-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(body).toEqual({ actor: 'admin', expiresAt: '2026-11-22T00:00:00.000Z' });
    expect((await read(cookieOf(headers))).status).toBe(200);
  });

  it('refuses a session that is forged, expired or signed out', async () => {
    const cookie = await signedIn();
    const forged = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await read(forged)).status).toBe(401);
    expect((await read('stadtfunk_session=x')).status).toBe(401);

    const origin = { cookie, origin: harness.url };
    expect((await harness.call('DELETE', '/api/v1/session', { anonymous: true, headers: origin })).status).toBe(204);
    expect((await read(cookie)).status).toBe(401);

    const another = await signedIn();
    harness.city.clock.advance(12 * HOUR_MS);
    expect((await read(another)).status).toBe(401);
  });

  it('accepts changes with a session only from a page of its own', async () => {
    const cookie = await signedIn();

    expect((await write(cookie, { origin: harness.url })).status).toBe(200);
    expect((await write(cookie, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    const foreign = [
      {},
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: harness.url, 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      expect((await write(cookie, headers)).body).toMatchObject({ status: 403, code: 'origin.foreign' });
    }
  });

  it('refuses to sign in from a page of another origin', async () => {
    const answer = await signIn({ token: 'a-token-for-tests-only' }, { origin: 'http://evil.example' });

    expect(answer.body.code).toBe('origin.foreign');
  });

  it('lets a login code open one session, within a quarter of an hour', async () => {
    const { body } = await harness.call('POST', '/api/v1/login-codes');
    expect(body.expiresAt).toBe('2026-11-21T12:15:00.000Z');
    expect((await signIn({ code: body.code })).status).toBe(201);
    expect((await signIn({ code: body.code })).body).toMatchObject({ status: 401, code: 'access.denied' });

    const late = await harness.app.createLoginCode();
    harness.city.clock.advance(15 * 60_000);
    expect((await signIn({ code: late })).status).toBe(401);
  });

  it('gives login codes only for the token', async () => {
    const cookie = await signedIn();
    const answer = await harness.call('POST', '/api/v1/login-codes', {
      anonymous: true,
      headers: { cookie, origin: harness.url },
    });

    expect(answer.status).toBe(401);
  });

  it('slows down who guesses, and forgives after a while', async () => {
    for (let attempt = 0; attempt < 10; attempt++)
      expect((await signIn({ token: `guess-${attempt}` })).status).toBe(401);

    const refused = await signIn({ token: 'a-token-for-tests-only' });
    expect(refused.body).toMatchObject({ status: 429, code: 'access.tooManyFailures' });
    expect(refused.headers.get('retry-after')).toBe('300');

    harness.city.clock.advance(300_000);
    expect((await signIn({ token: 'a-token-for-tests-only' })).status).toBe(201);
  });

  it('gives metrics to this machine, and through a proxy only for the token', async () => {
    const get = (headers: Record<string, string>) => fetch(`${harness.url}/metrics`, { headers });

    expect(await (await get({})).text()).toBe('stadtfunk_up 1\n');
    expect((await get({ 'x-forwarded-for': '192.0.2.7' })).status).toBe(401);
    expect((await get({ 'x-forwarded-for': '192.0.2.7', authorization: 'Bearer a-token-for-tests-only' })).status).toBe(
      200,
    );
  });

  it('never logs a credential', async () => {
    const cookie = await signedIn();
    await read(cookie);
    await signIn({ token: 'wrong-secret' });

    const lines = JSON.stringify(harness.log);
    expect(lines).toContain('/api/v1/session');
    expect(lines).not.toContain('wrong-secret');
    expect(lines).not.toContain(cookie.split('=')[1]!.slice(0, 20));
  });
});
