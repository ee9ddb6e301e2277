import { setTimeout as pause } from 'node:timers/promises';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OidcProvider } from './oidc-provider.ts';
import { CLIENT, startRealProvider, type RealProvider } from './testing.ts';

const REDIRECT = 'http://127.0.0.1:9/api/v1/oidc/callback';
const AFTER = 'http://127.0.0.1:9/';

describe('Sign-in with a real OpenID provider', () => {
  let real: RealProvider;
  const clock = new ManualClock();
  const make = (differences = {}) =>
    new OidcProvider(
      {
        ...{
          issuer: real.issuer,
          clientId: CLIENT.id,
          clientSecret: CLIENT.secret,
          name: 'Stadt',
          allowInsecure: true,
        },
        ...{ redirectUri: REDIRECT, afterSignOutUri: AFTER, scope: 'openid profile email', groupsClaim: 'groups' },
        ...differences,
      },
      clock,
    );
  const groups: Record<string, readonly string[] | null> = { weber: ['waste-crew', 'everybody'], roth: [] };
  const renewalOf = async (provider: OidcProvider, person: string): Promise<string> => {
    const { url, pending } = await provider.begin();
    const finished = await provider.finish(await real.signIn(url, person), pending);
    if (!finished.ok) throw new Error(finished.error.code);
    return finished.value.renewal!;
  };
  beforeAll(async () => {
    real = await startRealProvider({ redirectUri: REDIRECT, afterSignOutUri: AFTER, groups });
  });
  afterAll(() => real.stop());

  it('gives who came back, with what the provider says of him', async () => {
    const provider = make();
    const { url, pending } = await provider.begin();
    const returned = await real.signIn(url, 'weber');

    expect(await provider.finish(returned, pending)).toEqual({
      ok: true,
      value: {
        person: {
          ...{ issuer: real.issuer, subject: 'weber', name: 'weber', displayName: 'Name of weber' },
          ...{ email: 'weber@city.example', groups: ['waste-crew', 'everybody'] },
        },
        renewal: expect.any(String) as string,
      },
    });
  });

  it('asks with PKCE, state and nonce, each new each time', async () => {
    const provider = make();
    const [first, second] = [await provider.begin(), await provider.begin()];
    const query = new URL(first.url).searchParams;

    expect(Object.fromEntries(query)).toMatchObject({
      ...{
        response_type: 'code',
        code_challenge_method: 'S256',
        redirect_uri: REDIRECT,
        scope: 'openid profile email',
      },
      ...{ state: first.pending.state, nonce: first.pending.nonce },
    });
    expect(query.get('code_challenge')).not.toBe(first.pending.verifier);
    expect(new Set(Object.values({ ...first.pending })).size).toBe(3);
    for (const [name, value] of Object.entries(first.pending)) {
      expect(value).not.toBe(second.pending[name as keyof typeof second.pending]);
    }
  });

  it('finds groups inside of other claims, and none where there is no such claim', async () => {
    for (const groupsClaim of ['realm_access.roles', 'toString', '__proto__.x']) {
      const provider = make({ groupsClaim });
      const { url, pending } = await provider.begin();
      const person = await provider.finish(await real.signIn(url, 'weber'), pending);
      expect(person).toMatchObject({ ok: true, value: { person: { groups: [] } } });
    }
  });

  it.each([
    ['the state of somebody else', { state: 'x'.repeat(43) }, 'oidc.stateMismatch'],
    ['a token for another question', { nonce: 'x'.repeat(43) }, 'oidc.nonceMismatch'],
    ['a code that was taken from another browser', { verifier: 'x'.repeat(43) }, 'oidc.codeInvalid'],
  ])('refuses %s', async (_, difference, code) => {
    const provider = make();
    const { url, pending } = await provider.begin();
    const returned = await real.signIn(url, 'weber');

    expect(await provider.finish(returned, { ...pending, ...difference })).toMatchObject({
      ok: false,
      error: { code },
    });
  });

  it('refuses a code that was used, made up, or left out', async () => {
    const provider = make();
    const { url, pending } = await provider.begin();
    const returned = await real.signIn(url, 'weber');
    expect(await provider.finish(returned, pending)).toMatchObject({ ok: true });

    expect(await provider.finish(returned, pending)).toMatchObject({ error: { code: 'oidc.codeInvalid' } });
    const madeUp = new URL(returned);
    madeUp.searchParams.set('code', 'made-up');
    expect(await provider.finish(madeUp, pending)).toMatchObject({ error: { code: 'oidc.codeInvalid' } });
    const denied = new URL(`${REDIRECT}?error=access_denied&state=${pending.state}`);
    denied.searchParams.set('iss', real.issuer);
    expect(await provider.finish(denied, pending)).toMatchObject({ error: { code: 'oidc.denied' } });
  });

  it('says later what somebody is now, each time with another renewal', async () => {
    const provider = make();
    const first = await renewalOf(provider, 'mayer');
    groups['mayer'] = ['office'];
    const again = await provider.renew(first);

    expect(again).toMatchObject({
      ok: true,
      value: { person: { issuer: real.issuer, subject: 'mayer', groups: ['office'], email: 'mayer@city.example' } },
    });
    const second = again.ok ? again.value.renewal! : '';
    expect(second).not.toBe(first);
    expect(await provider.renew(second)).toMatchObject({ ok: true });
    // One that was used is a theft to the provider: it ends all.
    expect(await provider.renew(first)).toMatchObject({ ok: false, error: { code: 'oidc.sessionOver' } });
  });

  it('says that somebody is gone', async () => {
    const provider = make();
    const renewal = await renewalOf(provider, 'gone');
    groups['gone'] = null;

    expect(await provider.renew(renewal)).toMatchObject({ ok: false, error: { code: 'oidc.sessionOver' } });
    expect(await provider.renew('made up')).toMatchObject({ ok: false, error: { code: 'oidc.sessionOver' } });
  });

  it('refuses a code that is too old', async () => {
    const hasty = await startRealProvider({
      ...{ redirectUri: REDIRECT, afterSignOutUri: AFTER, groups: {}, codeSeconds: 1 },
    });
    try {
      const provider = make({ issuer: hasty.issuer });
      const { url, pending } = await provider.begin();
      const returned = await hasty.signIn(url, 'weber');
      await pause(2_100);

      expect(await provider.finish(returned, pending)).toMatchObject({ error: { code: 'oidc.codeInvalid' } });
    } finally {
      await hasty.stop();
    }
  });

  it('says that a provider is away, and works again as soon as it is back, with new keys', async () => {
    const provider = make();
    const before = await provider.begin();
    expect(await provider.finish(await real.signIn(before.url, 'roth'), before.pending)).toMatchObject({ ok: true });

    await real.interrupt();
    const unavailable = { code: 'identityProvider.unavailable', retryable: true };
    await expect(make().begin()).rejects.toMatchObject(unavailable);
    await expect(provider.renew('x')).rejects.toMatchObject(unavailable);
    const lost = new URL(`${REDIRECT}?code=x&state=${before.pending.state}&iss=${encodeURIComponent(real.issuer)}`);
    await expect(provider.finish(lost, before.pending)).rejects.toMatchObject(unavailable);
    await real.resume();

    const after = await provider.begin();
    expect(await provider.finish(await real.signIn(after.url, 'roth'), after.pending)).toMatchObject({ ok: true });
  });

  it('refuses a client secret that the provider does not know as a fault of the settings', async () => {
    const provider = make({ clientSecret: 'another secret altogether' });
    const { url, pending } = await provider.begin();

    const finished = provider.finish(await real.signIn(url, 'weber'), pending);
    await expect(finished).rejects.toMatchObject({ code: 'identityProvider.refused', retryable: false });
    await expect(finished).rejects.not.toThrow('another secret');
  });

  it('knows where to end the session of the provider', async () => {
    const url = new URL((await make().signOutUrl())!);

    expect(url.origin).toBe(real.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      post_logout_redirect_uri: AFTER,
      client_id: CLIENT.id,
    });
  });

  it('goes to no provider without https unless it is told so', async () => {
    await expect(make({ allowInsecure: false }).begin()).rejects.toMatchObject({ code: /identityProvider/ });
  });
});
