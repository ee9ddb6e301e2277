import {
  IdentityProvider,
  type PendingSignIn,
  type RoleAssignment,
  type VouchedPerson,
  type VouchedSignIn,
} from '@stadtfunk/accounts';
import { fail, Fault, ok, type Result } from '@stadtfunk/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

/** Says what it was told to say. */
class TwinProvider extends IdentityProvider {
  override readonly name = 'Stadt';
  answer: Result<VouchedPerson> | Fault = fail('oidc.denied', 'not yet');
  seen: PendingSignIn | undefined;
  /** Whether it lets itself be asked again. */
  gives = true;
  readonly renewed: string[] = [];

  override async begin() {
    return { url: 'https://id.example/auth?x=y', pending: { state: 's', nonce: 'n', verifier: 'v' } };
  }

  override async finish(_returned: URL, pending: PendingSignIn): Promise<Result<VouchedSignIn>> {
    this.seen = pending;
    return this.#vouched();
  }

  override async renew(renewal: string): Promise<Result<VouchedSignIn>> {
    this.renewed.push(renewal);
    return this.#vouched();
  }

  #vouched(): Result<VouchedSignIn> {
    if (this.answer instanceof Fault) throw this.answer;
    const renewal = this.gives ? `renewal ${this.renewed.length + 1}` : null;
    return this.answer.ok ? ok({ person: this.answer.value, renewal }) : this.answer;
  }

  override async signOutUrl() {
    return 'https://id.example/end';
  }
}

const WEBER: VouchedPerson = {
  ...{ issuer: 'https://id.example', subject: 's-1', name: 'M.Weber', displayName: 'Mia Weber', email: null },
  groups: ['abfall'],
};
const CREW: RoleAssignment = { role: 'crew', departments: ['waste'] };
const VIEWER: RoleAssignment = { role: 'viewer', departments: [] };

describe("Sign-in by the city's identity provider", () => {
  let harness: Harness;
  let provider: TwinProvider;
  beforeEach(async () => {
    provider = new TwinProvider();
    harness = await startHarness({
      provider,
      groupRoles: [
        { group: 'abfall', ...CREW },
        { group: 'lesen', ...VIEWER },
      ],
    });
  });
  afterEach(() => harness.close());

  const get = async (path: string, cookie = '') => {
    const response = await fetch(`${harness.url}/api/v1${path}`, { redirect: 'manual', headers: { cookie } });
    const cookies = response.headers.getSetCookie();
    return { status: response.status, location: response.headers.get('location'), cookies };
  };
  const begin = async () => (await get('/oidc/start')).cookies[0]!.split(';')[0]!;
  const comeBack = async () => get('/oidc/callback?code=c&state=s', await begin());
  const sessionOf = (cookies: readonly string[]) => cookies.find((each) => each.startsWith('stadtfunk_session='))!;
  const whoIs = (cookie: string) =>
    harness.call('GET', '/api/v1/session', { anonymous: true, headers: { cookie: cookie.split(';')[0]! } });

  it('is offered, and sends the browser there with a cookie that nobody can read', async () => {
    const methods = await harness.call('GET', '/api/v1/sign-in-methods', { anonymous: true });
    expect(methods.body).toEqual({ password: true, oidc: { name: 'Stadt', path: '/api/v1/oidc/start' } });

    const { status, location, cookies } = await get('/oidc/start');
    expect(status).toBe(302);
    expect(location).toBe('https://id.example/auth?x=y');
    expect(cookies[0]).toMatch(/^stadtfunk_pending=[\w-]+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('makes an account, with the roles of the groups, and finds it again', async () => {
    provider.answer = ok(WEBER);
    const first = await comeBack();
    expect(first).toMatchObject({ status: 302, location: '/' });
    expect(provider.seen).toMatchObject({ state: 's', nonce: 'n', verifier: 'v' });
    const { body } = await whoIs(sessionOf(first.cookies));
    expect(body).toMatchObject({
      ...{ name: 'm.weber', displayName: 'Mia Weber', roles: [CREW], method: 'oidc', source: 'oidc' },
      signOutUrl: 'https://id.example/end',
    });

    provider.answer = ok({ ...WEBER, name: 'another name', displayName: 'Mia Weber-Roth' });
    const again = await whoIs(sessionOf((await comeBack()).cookies));
    expect(again.body).toMatchObject({ accountId: body.accountId, name: 'm.weber', displayName: 'Mia Weber-Roth' });
  });

  it.each([
    ['/jobs/7?tab=photos', '/jobs/7?tab=photos'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\\\evil.example/', '/'],
    ['/..//evil.example/', '/'],
    ['/a\r\nset-cookie: x=y', '/aset-cookie:%20x=y'],
  ])('goes on to %s as %s', async (to, page) => {
    provider.answer = ok(WEBER);
    const { cookies } = await get(`/oidc/start?to=${encodeURIComponent(to)}`);

    expect(await get('/oidc/callback?code=c&state=s', cookies[0]!.split(';')[0])).toMatchObject({ location: page });
    expect(provider.seen).toMatchObject({ state: 's', nonce: 'n', verifier: 'v' });
  });

  it('takes over no account that is called the same', async () => {
    const { store, passwords } = harness.city.accounts;
    const roles = [{ role: 'administrator', departments: [] }] as const;
    const mine = await store.create({
      ...{ name: 'm.weber', displayName: 'x', email: null, roles, source: 'local', at: 0 },
    });
    if (typeof mine === 'string') throw new Error(mine);
    await store.setPassword(mine.accountId, await passwords.hash('x'));
    provider.answer = ok(WEBER);

    const { body } = await whoIs(sessionOf((await comeBack()).cookies));
    expect(body).toMatchObject({ name: 'm.weber-2', roles: [CREW] });
  });

  it('lets nobody in without a role, and takes what somebody had', async () => {
    provider.answer = ok(WEBER);
    const before = sessionOf((await comeBack()).cookies);
    provider.answer = ok({ ...WEBER, groups: ['everybody', 'administrator'] });

    const after = await comeBack();

    expect(after).toMatchObject({ status: 302, location: '/sign-in?problem=account.noRole' });
    expect(sessionOf(after.cookies)).toBeUndefined();
    expect((await whoIs(before)).body).toMatchObject({ roles: [], permissions: [] });
  });

  it('takes it from the last administrator too', async () => {
    await harness.close();
    harness = await startHarness({
      provider,
      groupRoles: [
        { group: 'chef', role: 'administrator', departments: [] },
        { group: 'abfall', ...CREW },
      ],
    });
    provider.answer = ok({ ...WEBER, groups: ['chef', 'abfall'] });
    await comeBack();
    provider.answer = ok(WEBER);

    expect((await whoIs(sessionOf((await comeBack()).cookies))).body).toMatchObject({ roles: [CREW] });
  });

  it('writes down which roles it gave and took, and whom it did not let in', async () => {
    provider.answer = ok({ ...WEBER, subject: 's-2', groups: [] });
    await comeBack();
    provider.answer = ok(WEBER);
    await comeBack();
    provider.answer = ok({ ...WEBER, groups: [] });
    await comeBack();

    const callback = { action: 'GET /api/v1/oidc/callback' };
    const { entries } = harness.city.accounts.audit;
    const thing = { kind: 'account', id: entries[1]?.accountId };
    expect(entries).toMatchObject([
      { ...callback, actor: '-', outcome: 'refused', code: 'account.noRole', thing: null },
      { ...callback, actor: 'm.weber', outcome: 'done', after: { roles: [CREW] }, thing },
      { action: 'identity provider', actor: 'm.weber', outcome: 'done', after: { roles: [] }, thing },
      { ...callback, actor: 'm.weber', outcome: 'refused', code: 'account.noRole', thing },
    ]);
  });

  it('lets nobody in who is locked here', async () => {
    provider.answer = ok(WEBER);
    const { body } = await whoIs(sessionOf((await comeBack()).cookies));
    await harness.city.accounts.store.change({ accountId: String(body.accountId), locked: true });

    expect(await comeBack()).toMatchObject({ location: '/sign-in?problem=account.locked' });
  });

  it.each([
    ['another browser', async () => '', 'oidc.stateMismatch'],
    [
      'a forged cookie',
      async () => 'stadtfunk_pending=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'oidc.stateMismatch',
    ],
  ])('refuses %s', async (_, cookie, code) => {
    provider.answer = ok(WEBER);
    expect(await get('/oidc/callback?code=c&state=s', await cookie())).toMatchObject({
      location: `/sign-in?problem=${code}`,
    });
    expect(provider.seen).toBeUndefined();
  });

  it('refuses whoever comes back after a quarter of an hour', async () => {
    provider.answer = ok(WEBER);
    const cookie = await begin();
    harness.city.clock.advance(15 * 60_000);

    expect((await get('/oidc/callback?code=c', cookie)).location).toBe('/sign-in?problem=oidc.stateMismatch');
  });

  it('says what the provider said, and that it is away', async () => {
    provider.answer = fail('oidc.nonceMismatch', 'x');
    expect((await comeBack()).location).toBe('/sign-in?problem=oidc.nonceMismatch');
    provider.answer = new Fault('identityProvider.unavailable', 'x', true);
    expect((await comeBack()).location).toBe('/sign-in?problem=identityProvider.unavailable');
  });

  it('stands in the audit log', async () => {
    provider.answer = ok(WEBER);
    await comeBack();
    expect(harness.city.accounts.audit.entries).toMatchObject([
      { actor: 'm.weber', action: 'GET /api/v1/oidc/callback', outcome: 'done', after: { roles: [CREW] } },
    ]);
  });

  describe('while somebody is signed in', () => {
    const MINUTE_MS = 60_000;
    let cookie: string;
    beforeEach(async () => {
      provider.answer = ok(WEBER);
      cookie = sessionOf((await comeBack()).cookies);
    });

    it('is asked every ten minutes, with what it gave the last time', async () => {
      harness.city.clock.advance(10 * MINUTE_MS - 1);
      expect((await whoIs(cookie)).status).toBe(200);
      expect(provider.renewed).toEqual([]);
      harness.city.clock.advance(1);
      await Promise.all([whoIs(cookie), whoIs(cookie), whoIs(cookie)]);
      expect(provider.renewed).toEqual(['renewal 1']);
      harness.city.clock.advance(10 * MINUTE_MS);
      expect((await whoIs(cookie)).body).toMatchObject({ roles: [CREW] });
      expect(provider.renewed).toEqual(['renewal 1', 'renewal 2']);
    });

    it('gives and takes roles', async () => {
      provider.answer = ok({ ...WEBER, groups: ['lesen'] });
      expect((await whoIs(cookie)).body).toMatchObject({ roles: [CREW] });
      harness.city.clock.advance(10 * MINUTE_MS);

      expect((await whoIs(cookie)).body).toMatchObject({ roles: [VIEWER] });
    });

    it.each([
      ['has no group any more', ok({ ...WEBER, groups: [] }), 'account.noRole'],
      ['is not known there any more', fail('oidc.sessionOver', 'x'), 'oidc.sessionOver'],
      ['is somebody else there', ok({ ...WEBER, subject: 's-9' }), 'oidc.sessionOver'],
    ])('ends the session of whoever %s', async (_, answer, code) => {
      provider.answer = answer;
      harness.city.clock.advance(10 * MINUTE_MS);

      expect((await whoIs(cookie)).status).toBe(401);
      provider.answer = ok(WEBER);
      expect((await whoIs(cookie)).status).toBe(401);
      expect(harness.city.accounts.audit.entries.at(-1)).toMatchObject({
        ...{ action: 'identity provider', actor: 'm.weber', outcome: 'refused', code },
      });
    });

    it('ends the stream of events too', async () => {
      await harness.close();
      harness = await startHarness({
        ...{ provider, groupRoles: [{ group: 'abfall', ...CREW }], limits: { streamHeartbeatMs: 20 } },
      });
      cookie = sessionOf((await comeBack()).cookies).split(';')[0]!;
      const stream = await fetch(`${harness.url}/api/v1/stream`, { headers: { cookie } });
      provider.answer = ok({ ...WEBER, groups: [] });
      harness.city.clock.advance(10 * MINUTE_MS);

      expect(await stream.text()).toContain('ready');
    });

    it('keeps nobody from working while it is away, and is asked again', async () => {
      provider.answer = new Fault('identityProvider.unavailable', 'x', true);
      harness.city.clock.advance(10 * MINUTE_MS);
      expect((await whoIs(cookie)).status).toBe(200);
      expect((await whoIs(cookie)).status).toBe(200);
      expect(provider.renewed).toHaveLength(1);
      provider.answer = ok({ ...WEBER, groups: [] });
      harness.city.clock.advance(10 * MINUTE_MS);

      expect((await whoIs(cookie)).status).toBe(401);
    });

    it('is not asked where it gave nothing to ask with', async () => {
      provider.gives = false;
      cookie = sessionOf((await comeBack()).cookies);
      harness.city.clock.advance(60 * MINUTE_MS);

      expect((await whoIs(cookie)).status).toBe(200);
      expect(provider.renewed).toEqual([]);
    });

    it('has what it gave kept sealed', async () => {
      const { sessions } = harness.city.accounts;
      const { items } = (
        await harness.call('GET', '/api/v1/sessions', {
          ...{ anonymous: true, headers: { cookie: cookie.split(';')[0]! } },
        })
      ).body as { items: { sessionId: string }[] };
      const kept = await sessions.claimRenewal(items[0]!.sessionId, harness.city.clock.now(), 0);

      expect(kept).toMatch(/^[\w-]{50,}$/);
      expect(Buffer.from(kept!, 'base64url').toString('latin1')).not.toContain('renewal');
    });
  });

  it('is not there where there is no provider', async () => {
    const without = await startHarness();
    try {
      expect((await without.call('GET', '/api/v1/oidc/start', { anonymous: true })).status).toBe(404);
      const methods = await without.call('GET', '/api/v1/sign-in-methods', { anonymous: true });
      expect(methods.body).toEqual({ password: true, oidc: null });
    } finally {
      await without.close();
    }
  });
});
