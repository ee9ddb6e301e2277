import { setTimeout as pause } from 'node:timers/promises';
import type { RoleAssignment } from '@stadtfunk/accounts';
import { anAuditEntry } from '@stadtfunk/accounts/testing';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';
import { PASSWORD, signedIn } from '../testing/people.ts';

const HOUR_MS = 3_600_000;
const ADMIN: readonly RoleAssignment[] = [{ role: 'administrator', departments: [] }];
const CREW: readonly RoleAssignment[] = [{ role: 'crew', departments: ['waste'] }];

describe('Accounts', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    harness.call('POST', `/api/v1${path}`, { body, headers, anonymous: true });
  const cookieOf = (headers: Headers) => headers.get('set-cookie')!.split(';')[0]!;
  const whoIs = (cookie: string) => harness.call('GET', '/api/v1/session', { anonymous: true, headers: { cookie } });
  const invite = async (name: string, roles: readonly RoleAssignment[] = CREW) => {
    const { body } = await harness.call('POST', '/api/v1/accounts', {
      body: { name, displayName: 'Mia Weber', roles },
    });
    const { account, link } = body as { account: { accountId: string }; link: { path: string } };
    return { accountId: account.accountId, code: link.path.split('#code=')[1]! };
  };

  describe('of people who are invited', () => {
    it('begin with a link, good once, by which they set a password and are signed in', async () => {
      const { code } = await invite('M.Weber');
      expect((await post('/session', { name: 'm.weber', password: PASSWORD })).status).toBe(401);
      expect((await post('/session/invitation', { code })).body).toMatchObject({
        ...{ name: 'm.weber', displayName: 'Mia Weber', expiresAt: '2026-11-24T12:00:00.000Z' },
      });

      expect((await post('/session/set-password', { code, password: 'MiaWeber2026!' })).body).toMatchObject({
        ...{ status: 422, code: 'password.likeName' },
      });
      const set = await post('/session/set-password', { code, password: PASSWORD });
      expect(set.status).toBe(201);
      expect((await whoIs(cookieOf(set.headers))).body).toMatchObject({
        ...{ name: 'm.weber', displayName: 'Mia Weber', roles: CREW, departments: ['waste'], source: 'local' },
        permissions: expect.arrayContaining([{ permission: 'jobs.work', departments: ['waste'] }]) as unknown,
      });
      expect((await post('/session/set-password', { code, password: `${PASSWORD}!` })).status).toBe(401);
      expect((await post('/session', { name: ' M.WEBER', password: PASSWORD })).status).toBe(201);
    });

    it('have three days for it', async () => {
      const { code } = await invite('m.weber');
      harness.city.clock.advance(72 * HOUR_MS);
      expect((await post('/session/set-password', { code, password: PASSWORD })).status).toBe(401);
    });

    it('take no link that another one replaced, or that is for signing in', async () => {
      const { accountId, code } = await invite('m.weber');
      const { body } = await harness.call('POST', `/api/v1/accounts/${accountId}/link`);
      const signInCode = await harness.app.createLoginCode();

      expect((await post('/session/set-password', { code, password: PASSWORD })).status).toBe(401);
      expect((await post('/session/set-password', { code: signInCode, password: PASSWORD })).status).toBe(401);
      const fresh = String(body.path).split('#code=')[1]!;
      expect((await post('/session', { code: fresh })).status).toBe(401);
      expect((await post('/session/set-password', { code: fresh, password: PASSWORD })).status).toBe(201);
    });
  });

  it('answer the same for a wrong password, an unknown name and a locked account, after the same work', async () => {
    const { accountId } = await signedIn(harness, 'm.weber', CREW);
    await signedIn(harness, 'k.roth', CREW);
    await harness.city.accounts.store.change({ accountId, locked: true });
    const { passwords } = harness.city.accounts;

    const answers: unknown[] = [];
    for (const [name, password] of [
      ['k.roth', 'falsch geraten, leider'],
      ['nobody', 'falsch geraten, leider'],
      ['m.weber', PASSWORD],
    ]) {
      const before = passwords.checked;
      const { body, status } = await post('/session', { name, password });
      answers.push({
        status,
        code: body.code,
        detail: body.detail,
        keys: Object.keys(body),
        checked: passwords.checked - before,
      });
    }

    expect(answers[0]).toMatchObject({ status: 401, code: 'access.denied', checked: 1 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('give a new session at each sign-in, whatever the browser had before', async () => {
    const { cookie } = await signedIn(harness, 'm.weber', CREW);
    const planted = 'stadtfunk_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const first = await post('/session', { name: 'm.weber', password: PASSWORD }, { cookie: planted });
    expect(cookieOf(first.headers)).not.toBe(planted);
    expect((await whoIs(planted)).status).toBe(401);

    const again = await post('/session', { name: 'm.weber', password: PASSWORD }, { cookie });
    expect(cookieOf(again.headers)).not.toBe(cookie);
    expect((await whoIs(cookie)).status).toBe(401);
    expect((await whoIs(cookieOf(again.headers))).status).toBe(200);
  });

  it('keep no key of a session, and no code', async () => {
    const { cookie } = await signedIn(harness, 'm.weber', CREW);
    const { code } = await invite('k.roth');
    const kept = JSON.stringify([
      await harness.city.accounts.sessions.list('x', 0, 1),
      harness.city.accounts.audit.entries,
      harness.log,
    ]);
    expect(kept).not.toContain(cookie.split('=')[1]);
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(PASSWORD);
  });

  it('slow down whoever guesses at one name, and not the person where he has signed in before', async () => {
    await signedIn(harness, 'm.weber', CREW);
    const { attempts, store } = harness.city.accounts;
    const { account } = (await store.credentials('m.weber', ''))!;
    // Somebody elsewhere: another network than that of the tests.
    const strangers = [...(await attempts.failuresOf(['none'])).keys()];
    expect(strangers).toEqual([]);
    for (let nth = 0; nth < 6; nth++) await post('/session', { name: 'k.roth', password: 'falsch geraten, leider' });
    const refused = await post('/session', { name: 'k.roth', password: 'falsch geraten, leider' });
    expect(refused.body).toMatchObject({ status: 429, code: 'access.tooManyFailures' });
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(2);

    expect(account.state).toBe('active');
    expect((await post('/session', { name: 'm.weber', password: PASSWORD })).status).toBe(201);
    harness.city.clock.advance(2_000);
    expect((await post('/session', { name: 'k.roth', password: 'x' })).status).toBe(401);
  });

  it('are not guessed at faster by many guesses at once', async () => {
    await signedIn(harness, 'm.weber', CREW);
    const { passwords } = harness.city.accounts;
    const before = passwords.checked;
    // As long as a real one takes, so that the others come meanwhile.
    const verify = passwords.verify.bind(passwords);
    passwords.verify = (password, hash) => pause(50).then(() => verify(password, hash));
    const guesses = Array.from({ length: 30 }, (_, nth) =>
      post('/session', { name: 'k.roth', password: `falsch geraten ${nth}` }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);

    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(25);
    expect(passwords.checked - before).toBe(5);
  });

  it('leave an entry of each wrong guess, and of what was typed for a name only if there is one', async () => {
    const { cookie } = await signedIn(harness, 'm.weber', CREW);
    const { entries } = harness.city.accounts.audit;
    const before = entries.length;
    for (const name of ['m.weber', 'mein Kennwort']) await post('/session', { name, password: 'falsch geraten' });
    await post('/session', { token: 'guessed' });
    await post('/session/set-password', { code: 'guessed', password: PASSWORD });
    await harness.call('PUT', '/api/v1/session/password', {
      ...{ anonymous: true, headers: { cookie, origin: harness.url } },
      body: { current: 'falsch geraten', password: 'fünf neue Laternen' },
    });

    const refused = { outcome: 'refused', code: 'access.denied' };
    const nobody = { actor: '-', way: 'none', thing: null, accountId: null, ...refused };
    expect(entries.slice(before)).toMatchObject([
      { action: 'POST /api/v1/session', actor: 'm.weber', ...refused },
      { action: 'POST /api/v1/session', ...nobody },
      { action: 'POST /api/v1/session', ...nobody },
      { action: 'POST /api/v1/session/set-password', ...nobody },
      { action: 'PUT /api/v1/session/password', actor: 'm.weber', ...refused },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Kennwort|geraten|guessed/);
  });

  it('end sessions that nobody uses, and all of them after half a day', async () => {
    const { cookie } = await signedIn(harness, 'm.weber', CREW);
    const other = await post('/session', { name: 'm.weber', password: PASSWORD });
    for (let hour = 0; hour < 11; hour++) {
      harness.city.clock.advance(HOUR_MS);
      expect((await whoIs(cookie)).status).toBe(200);
    }
    expect((await whoIs(cookieOf(other.headers))).status).toBe(401);
    harness.city.clock.advance(HOUR_MS);
    expect((await whoIs(cookie)).status).toBe(401);
  });

  it('change their password with the old one, which ends their other sessions', async () => {
    const here = await signedIn(harness, 'm.weber', CREW);
    const there = await post('/session', { name: 'm.weber', password: PASSWORD });
    const put = (body: object) => here.call('PUT', '/api/v1/session/password', { body });

    expect((await put({ current: 'falsch', password: 'fünf neue Laternen' })).body).toMatchObject({
      code: 'password.wrong',
    });
    expect((await put({ current: PASSWORD, password: 'kurz' })).body).toMatchObject({ code: 'password.tooShort' });
    const changed = await put({ current: PASSWORD, password: 'fünf neue Laternen' });

    expect(changed.status).toBe(200);
    expect((await whoIs(cookieOf(there.headers))).status).toBe(401);
    expect((await whoIs(here.cookie)).status).toBe(401);
    expect((await whoIs(cookieOf(changed.headers))).status).toBe(200);
    expect((await post('/session', { name: 'm.weber', password: PASSWORD })).status).toBe(401);
  });

  it('void the link that they once asked for, when they change their password', async () => {
    const here = await signedIn(harness, 'm.weber', CREW);
    const { body } = await harness.call('POST', `/api/v1/accounts/${here.accountId}/link`);
    const code = String(body.path).split('#code=')[1]!;
    await here.call('PUT', '/api/v1/session/password', { body: { current: PASSWORD, password: 'fünf neue Laternen' } });

    expect((await post('/session/invitation', { code })).status).toBe(401);
    expect((await post('/session/set-password', { code, password: PASSWORD })).status).toBe(401);
    expect((await post('/session', { name: 'm.weber', password: 'fünf neue Laternen' })).status).toBe(201);
  });

  it('see and end their own sessions, and nobody else’s', async () => {
    const here = await signedIn(harness, 'm.weber', CREW);
    const other = await signedIn(harness, 'k.roth', CREW);
    await post('/session', { name: 'm.weber', password: PASSWORD }, { 'user-agent': 'Telefon' });
    const { items } = (await here.call('GET', '/api/v1/sessions')).body as {
      items: { sessionId: string; isThis: boolean; agent: string }[];
    };

    expect(items).toHaveLength(2);
    const there = items.find(({ isThis }) => !isThis)!;
    expect(there).toMatchObject({ agent: 'Telefon', address: '127.0.0.0', method: 'password' });
    expect((await other.call('DELETE', `/api/v1/sessions/${there.sessionId}`)).status).toBe(404);
    expect((await here.call('DELETE', `/api/v1/sessions/${there.sessionId}`)).status).toBe(204);
    expect((await here.call('DELETE', '/api/v1/sessions')).body).toEqual({ ended: 0 });
    expect((await here.call('GET', '/api/v1/session')).status).toBe(200);
  });

  it('lose their sessions and their streams when they are locked', async () => {
    await harness.close();
    harness = await startHarness({ limits: { streamHeartbeatMs: 20 } });
    const admin = await signedIn(harness, 'k.roth', ADMIN);
    const crew = await signedIn(harness, 'm.weber', CREW);
    const stream = await fetch(`${harness.url}/api/v1/stream`, { headers: { cookie: crew.cookie } });
    expect(stream.status).toBe(200);

    const path = `/api/v1/accounts/${crew.accountId}`;
    expect((await admin.call('PATCH', path, { body: { locked: true } })).body).toMatchObject({ state: 'locked' });

    expect((await crew.call('GET', '/api/v1/jobs')).status).toBe(401);
    expect(await stream.text()).toContain('ready');
    expect((await post('/session', { name: 'm.weber', password: PASSWORD })).status).toBe(401);
  });

  it('keep the last administrator, and refuse a change that somebody else overtook', async () => {
    const admin = await signedIn(harness, 'k.roth', ADMIN);
    const path = `/api/v1/accounts/${admin.accountId}`;
    const patch = (body: object, headers = {}) => admin.call('PATCH', path, { body, headers });

    expect((await patch({ locked: true })).body).toMatchObject({ status: 409, code: 'account.lastAdministrator' });
    expect((await patch({ roles: CREW })).body).toMatchObject({ status: 409, code: 'account.lastAdministrator' });
    expect((await patch({ roles: [{ role: 'crew', departments: ['sea'] }] })).body).toMatchObject({
      code: 'department.unknown',
    });
    expect((await patch({ displayName: 'K. Roth' }, { 'if-match': '"1"' })).body).toMatchObject({
      ...{ status: 409, code: 'account.conflict', account: { name: 'k.roth' } },
    });
    expect((await harness.call('GET', path)).body).toMatchObject({ state: 'active', roles: ADMIN });
  });

  it('are listed, and have a name once', async () => {
    await invite('m.weber');
    expect((await harness.call('GET', '/api/v1/accounts?text=WEB')).body).toMatchObject({
      items: [{ name: 'm.weber', state: 'invited' }],
    });
    expect((await post('/accounts', {})).status).toBe(401);
    const again = await harness.call('POST', '/api/v1/accounts', {
      body: { name: 'm.weber', displayName: 'x', roles: [] },
    });
    expect(again.body).toMatchObject({ status: 409, code: 'account.exists' });
    const bad = await harness.call('POST', '/api/v1/accounts', {
      body: { name: 'm weber', displayName: 'x', roles: [] },
    });
    expect(bad.status).toBe(400);
  });

  it('have everything that they do in the audit log, which can be read as a table', async () => {
    const admin = await signedIn(harness, 'k.roth', ADMIN);
    await post('/session', { name: 'k.roth', password: 'falsch geraten, leider' });
    await admin.call('POST', '/api/v1/accounts', { body: { name: 'm.weber', displayName: '=x', roles: [] } });
    await admin.call('DELETE', '/api/v1/session');

    const { items } = (await harness.call('GET', '/api/v1/audit?actor=k.roth')).body as {
      items: Record<string, unknown>[];
    };
    expect(items.map(({ action, outcome, code }) => [action, outcome, code])).toEqual([
      ['DELETE /api/v1/session', 'done', null],
      ['POST /api/v1/accounts', 'done', null],
      ['POST /api/v1/session', 'refused', 'access.denied'],
      ['POST /api/v1/session', 'done', null],
    ]);
    expect(items[1]).toMatchObject({ permission: 'accounts.manage', asked: { name: 'm.weber' }, address: '127.0.0.0' });
    const csv = await harness.call('GET', '/api/v1/audit.csv?kind=account');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text).toContain('POST /api/v1/accounts');
    expect(csv.text).not.toContain('code=');
    expect(csv.text.split('\r\n').filter(Boolean)).toHaveLength(1 + 4);
  });

  it('have an audit log that is sent as a table of any length', async () => {
    const { audit } = harness.city.accounts;
    for (let nth = 0; nth < 2_500; nth++) await audit.record(anAuditEntry({ requestId: `r-${nth}` }));
    const { text } = await harness.call('GET', '/api/v1/audit.csv');
    const rows = text.split('\r\n');

    expect(rows).toHaveLength(2_502);
    expect([rows[1], rows[2_500]].map((row) => row?.split(';').at(-1))).toEqual(['r-2499', 'r-0']);
    expect(text.match(/\ufeff/g)).toBeNull(); // Of the one at the beginning, `fetch` takes care.
  });
});

describe('Behind an address that many share', () => {
  const WRONG = 'falsch geraten, leider';
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  const signIn = (body: object, cookie?: string) =>
    harness.call('POST', '/api/v1/session', { body, anonymous: true, headers: cookie === undefined ? {} : { cookie } });
  const cookieIn = ({ headers }: { readonly headers: Headers }, name: string) =>
    headers
      .getSetCookie()
      .map((each) => each.split(';')[0]!)
      .find((each) => each.startsWith(`${name}=`))!;
  /** A browser on which somebody has signed in. */
  const browserOf = async (name: string) => {
    if (!(await harness.city.accounts.store.findByName(name))) await signedIn(harness, name, CREW);
    return cookieIn(await signIn({ name, password: PASSWORD }), 'stadtfunk_device');
  };
  /** Whoever guesses, each time another name; gives how often he was let try. */
  const guess = async (times: number, cookie?: string) => {
    const statuses: number[] = [];
    for (let nth = 0; nth < times; nth++) {
      statuses.push((await signIn({ name: `nobody-${nth}`, password: WRONG }, cookie)).status);
    }
    return statuses.filter((status) => status === 401).length;
  };

  it('whoever has signed in on a browser before is not kept out by the failures of others', async () => {
    const browser = await browserOf('m.weber');
    expect(await guess(30)).toBe(20);
    for (let nth = 0; nth < 3; nth++) expect((await signIn({ token: 'guessed' })).status).toBe(429);

    expect((await signIn({ name: 'm.weber', password: PASSWORD })).status).toBe(429);
    expect((await signIn({ name: 'm.weber', password: WRONG }, browser)).status).toBe(401);
    expect((await signIn({ name: 'm.weber', password: PASSWORD }, browser)).status).toBe(201);
    const { code } = (await harness.call('POST', '/api/v1/login-codes')).body;
    expect((await signIn({ code }, browser)).status).toBe(201);
  });

  it('nobody guesses more on a browser of somebody than a few times, and at nobody else', async () => {
    const browser = await browserOf('m.weber');
    const another = await browserOf('m.weber');
    await signedIn(harness, 'k.roth', CREW);
    const tries = async (name: string) => {
      let count = 0;
      while ((await signIn({ name, password: WRONG }, browser)).status === 401) count++;
      return count;
    };
    // On this browser, and then as on any other.
    expect(await tries('m.weber')).toBe(10 + 5);
    expect(await tries('k.roth')).toBe(5);
    expect((await signIn({ name: 'm.weber', password: PASSWORD }, browser)).status).toBe(429);
    expect((await signIn({ name: 'm.weber', password: PASSWORD }, another)).status).toBe(201);
    expect(await guess(60, another)).toBeLessThan(30);
    harness.city.clock.advance(5 * 60_000);
    expect((await signIn({ name: 'm.weber', password: PASSWORD }, browser)).status).toBe(201);
  });

  it('more failures are let pass the more people sign in there, up to a limit, and as few as anywhere when they have gone', async () => {
    expect(await guess(120)).toBe(10);
    harness.city.clock.advance(5 * 60_000);
    for (let nth = 0; nth < 3; nth++) await signedIn(harness, `person-${nth}`, CREW);
    expect(await guess(120)).toBe(40);
    harness.city.clock.advance(5 * 60_000);
    for (let nth = 3; nth < 12; nth++) await signedIn(harness, `person-${nth}`, CREW);
    expect(await guess(120)).toBe(100);
    harness.city.clock.advance(31 * 24 * HOUR_MS);
    expect(await guess(120)).toBe(10);
  });

  it('a browser is known by a sealed cookie of this installation, for half a year', async () => {
    const account = await signedIn(harness, 'm.weber', CREW);
    const answer = await signIn({ name: 'm.weber', password: PASSWORD });
    const set = answer.headers.getSetCookie().find((each) => each.startsWith('stadtfunk_device='));
    expect(set).toMatch(/^stadtfunk_device=[\w-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(set).not.toContain(account.accountId);
    expect((await signIn({ token: 'a-token-for-tests-only' })).headers.getSetCookie()).toHaveLength(1);

    const browser = cookieIn(answer, 'stadtfunk_device');
    const value = browser.split('=')[1]!;
    expect(await guess(30)).toBe(20);
    const right = { name: 'm.weber', password: PASSWORD };
    const plain = Buffer.from(JSON.stringify({ deviceId: 'x', accounts: { [account.accountId]: 4e12 } }));
    const forged = [
      value.slice(0, -4),
      `${value.slice(0, -4)}AAAA`,
      plain.toString('base64url'),
      '',
      '%',
      'x'.repeat(3_000),
    ];
    for (const each of forged) {
      expect((await signIn(right, `stadtfunk_device=${each}`)).status).toBe(429);
    }
    expect((await signIn(right, browser)).status).toBe(201);
    harness.city.clock.advance(181 * 24 * HOUR_MS);
    expect(await guess(30)).toBe(10);
    expect((await signIn(right, browser)).status).toBe(429);
  });

  it('a browser in a depot knows all who have signed in on it lately', async () => {
    let browser: string | undefined;
    for (const name of ['a.one', 'b.two', 'c.three']) {
      await signedIn(harness, name, CREW);
      browser = cookieIn(await signIn({ name, password: PASSWORD }, browser), 'stadtfunk_device');
    }
    expect(await guess(60)).toBe(40);
    for (const name of ['a.one', 'b.two', 'c.three']) {
      expect((await signIn({ name, password: PASSWORD }, browser)).status).toBe(201);
    }
  });
});

describe('Behind https', () => {
  it('the cookie is bound to this host', async () => {
    const harness = await startHarness({ secureCookies: true });
    try {
      const { headers } = await harness.call('POST', '/api/v1/session', {
        anonymous: true,
        body: { token: 'a-token-for-tests-only' },
      });
      expect(headers.get('set-cookie')).toMatch(
        /^__Host-stadtfunk_session=[\w-]{32}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      );
      const cookie = headers.get('set-cookie')!.split(';')[0]!;
      expect((await harness.call('GET', '/api/v1/session', { anonymous: true, headers: { cookie } })).status).toBe(200);
      const bare = cookie.replace('__Host-', '');
      expect(
        (await harness.call('GET', '/api/v1/session', { anonymous: true, headers: { cookie: bare } })).status,
      ).toBe(401);
    } finally {
      await harness.close();
    }
  });
});

describe('Behind a proxy that is trusted', () => {
  const fail = async (harness: Harness, address: string) => {
    const { status } = await harness.call('POST', '/api/v1/session', {
      anonymous: true,
      headers: { 'x-forwarded-for': address },
      body: { token: 'guessed' },
    });
    return status;
  };

  it('whoever fails waits alone', async () => {
    const harness = await startHarness({ trustedProxies: ['loopback'] });
    try {
      for (let nth = 0; nth < 10; nth++) await fail(harness, '192.0.2.7');
      expect(await fail(harness, '192.0.2.7')).toBe(429);
      expect(await fail(harness, '192.0.2.8')).toBe(401);
    } finally {
      await harness.close();
    }
  });

  it('whoever sends many guesses at once waits in a row of his own, and neither others nor those known behind his address do', async () => {
    const harness = await startHarness({ trustedProxies: ['loopback'] });
    const { passwords } = harness.city.accounts;
    const signIn = (address: string, name: string, password: string, cookie = '') =>
      harness.call('POST', '/api/v1/session', {
        anonymous: true,
        headers: { 'x-forwarded-for': address, cookie },
        body: { name, password },
      });
    try {
      for (const name of ['m.weber', 'a.brandt']) await signedIn(harness, name, CREW);
      const there = await signIn('192.0.2.7', 'm.weber', PASSWORD);
      const browser = there.headers.getSetCookie().find((each) => each.startsWith('stadtfunk_device='))!;

      // One password is being checked, and forty wait.
      const waiting: (() => void)[] = [];
      const order: string[] = [];
      const verify = passwords.verify.bind(passwords);
      passwords.verify = async (password, hash) => {
        order.push(password);
        await new Promise<void>((go) => waiting.push(go));
        return verify(password, hash);
      };
      let refused = 0;
      const guesses = Array.from({ length: 45 }, async (_, nth) => {
        const { status } = await signIn('192.0.2.7', `nobody-${nth}`, 'falsch geraten, leider');
        if (status === 503) refused++;
      });
      await eventually('the row is full', () => refused === 4);
      const people = [
        signIn('192.0.2.7', 'm.weber', PASSWORD, browser.split(';')[0]),
        signIn('192.0.2.8', 'a.brandt', PASSWORD),
      ];
      await eventually('two have given way', () => refused === 6);
      let isOver = false;
      const over = Promise.all([...guesses, ...people]).finally(() => (isOver = true));
      await eventually('all have had their turn', () => {
        waiting.shift()?.();
        return isOver;
      });
      await over;

      expect((await Promise.all(people)).map(({ status }) => status)).toEqual([201, 201]);
      expect(order.slice(0, 4).filter((password) => password === PASSWORD)).toHaveLength(2);
    } finally {
      await harness.close();
    }
  });

  it('and behind another nobody’s word is taken', async () => {
    const harness = await startHarness();
    try {
      for (let nth = 0; nth < 10; nth++) await fail(harness, `192.0.2.${nth}`);
      expect(await fail(harness, '192.0.2.99')).toBe(429);
    } finally {
      await harness.close();
    }
  });
});
