import { Caller, permissionsOf, type Role, ROLES } from '@stadtfunk/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROLLERS } from '../http.module.ts';
import { type Route, routesOf } from '../openapi.ts';
import { aJob, anAlert } from '../testing/city.ts';
import { type Answer, type Harness, startHarness, TOKEN } from '../testing/harness.ts';
import { type SignedIn, signedIn } from '../testing/people.ts';

/** 12 × 8 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAwAAAAICAYAAADN5B7xAAAAMklEQVR4AcTQQQ0AAAgCQDWBUYxgdCLZQAvgw5ds92RjGMKb8UQzJsc8FgqpzOOk7bwBAAD//3Me4zQAAAAGSURBVAMAOfIkC+s7Q9UAAAAASUVORK5CYII=',
  'base64',
);
const DAY = '2026-11-24';
/** Stands in everything of the other department that is not an id. */
const SECRET = 'GEHEIM';

/** What belongs to one department. */
interface Things {
  readonly department: string;
  readonly assetId: string;
  readonly deviceId: string;
  readonly alertId: string;
  readonly jobId: string;
  tourId: string;
  windowId: string;
  photoId: string;
  readonly letterId: string;
  readonly eventId: string;
}

const OWN: Things = {
  ...{ department: 'waste', assetId: 'bin-1', deviceId: 'bin-sensor-1', alertId: 'alert-bin', jobId: 'job-bin' },
  ...{ tourId: '', windowId: '', photoId: '', letterId: 'letter-1', eventId: '1' },
};
const FOREIGN: Things = {
  ...{ department: 'parking', assetId: 'bay-1', deviceId: 'bay-sensor-1', alertId: 'alert-bay', jobId: 'job-bay' },
  ...{ tourId: '', windowId: '', photoId: '', letterId: 'letter-2', eventId: '2' },
};

/** Bodies with which a route would do something, if it were allowed. A new route that takes a body has to stand here. */
const BODIES: Readonly<Record<string, (things: Things) => unknown>> = {
  'POST /api/v1/accounts': () => ({ name: 'x.y', displayName: 'X', roles: [] }),
  'PATCH /api/v1/accounts/:accountId': () => ({ displayName: 'X' }),
  'POST /api/v1/assets': ({ department }) => ({ ...anAssetBody('new-1'), department }),
  'PUT /api/v1/assets/:assetId': ({ assetId, department }) => ({ ...anAssetBody(assetId), department }),
  'PATCH /api/v1/assets/:assetId': () => ({ name: 'another' }),
  'POST /api/v1/assets/:assetId/replacement': () => ({ device: 'stock-1' }),
  'POST /api/v1/devices': ({ assetId }) => ({ deviceId: 'new-1', model: 'dragino-ndds75', assetId }),
  'PATCH /api/v1/devices/:deviceId': () => ({ lifecycle: 'maintenance' }),
  'PUT /api/v1/devices/:deviceId/binding': () => ({ assetId: null }),
  'POST /api/v1/alerts/acknowledge': ({ alertId }) => ({ alertIds: [alertId] }),
  'POST /api/v1/alerts/shelve': ({ alertId }) => ({ alertIds: [alertId], until: '2026-11-21T13:00:00Z', reason: 'x' }),
  'POST /api/v1/alerts/assign': ({ alertId }) => ({ alertIds: [alertId], assignee: 'x' }),
  'POST /api/v1/alerts/:alertId/shelve': () => ({ until: '2026-11-21T13:00:00Z', reason: 'x' }),
  'POST /api/v1/maintenance-windows': ({ assetId }) => ({
    assetIds: [assetId],
    endsAt: '2026-11-21T13:00:00Z',
    reason: 'x',
  }),
  'POST /api/v1/jobs': ({ assetId }) => ({ title: 'New', assetId }),
  'PATCH /api/v1/jobs/:jobId': () => ({ priority: 'low' }),
  'POST /api/v1/jobs/:jobId/assign': () => ({ assignee: 'x' }),
  'POST /api/v1/jobs/:jobId/delegate': () => ({ department: 'lighting', note: 'x' }),
  'POST /api/v1/jobs/:jobId/start': () => ({}),
  'POST /api/v1/jobs/:jobId/wait': () => ({ note: 'x' }),
  'POST /api/v1/jobs/:jobId/done': () => ({}),
  'POST /api/v1/jobs/:jobId/cancel': () => ({}),
  'POST /api/v1/jobs/:jobId/reopen': () => ({}),
  'POST /api/v1/jobs/:jobId/comments': () => ({ note: 'x' }),
  'POST /api/v1/tours': ({ department }) => ({ department, day: DAY }),
  'POST /api/v1/tours/preview': ({ department }) => ({ department, day: DAY }),
  'POST /api/v1/tours/:tourId/assign': () => ({ assignee: 'x' }),
  'POST /api/v1/tours/:tourId/cancel': () => ({}),
  'POST /api/v1/rules/backtest': () => ({ from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }),
  'POST /api/v1/rules/check': () => ({ yaml: 'x' }),
  'POST /api/v1/rules/examples': () => ({ yaml: 'x' }),
  'POST /api/v1/rules/:ruleId/versions': () => ({ yaml: 'x', state: 'draft', reason: 'x', expected: 0 }),
  'POST /api/v1/rules/:ruleId/restore': () => ({ number: 0, reason: 'x', expected: 0 }),
  'POST /api/v1/routing/dry-run': () => ({ last: 5 }),
  'POST /api/v1/dead-letters/discard': ({ letterId }) => ({ code: letterId === 'none' ? 'none' : 'payload.truncated' }),
  'POST /api/v1/dead-letters/retry': ({ letterId }) => ({ code: letterId === 'none' ? 'none' : 'payload.truncated' }),
};

/** Queries that lists want, and that do what is else only tried. */
const QUERIES: Readonly<Record<string, string>> = {
  'GET /api/v1/search': '?q=b',
  'POST /api/v1/imports/:kind': '?apply=true',
  'GET /api/v1/key-figures': '?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z',
  'GET /api/v1/key-figures.csv': '?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z',
  'GET /api/v1/assets/:assetId/readings': '?from=2026-11-20T00:00:00Z&to=2026-11-22T00:00:00Z',
  'GET /api/v1/devices/:deviceId/readings': '?from=2026-11-20T00:00:00Z&to=2026-11-22T00:00:00Z',
};

/** Never ends: tested by itself. */
const STREAM = 'GET /api/v1/stream';

const anAssetBody = (assetId: string) => ({
  ...{ assetId, type: 'WasteContainer', name: assetId },
  location: { type: 'Point', coordinates: [8.92, 50.12] },
});

const ROUTES = routesOf(CONTROLLERS).filter(({ need }) => need !== null);
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
/** Of a thing that belongs to a department. */
const isSingle = ({ path }: Route) =>
  /:(?:assetId|deviceId|alertId|jobId|tourId|windowId|photoId|letterId|eventId)\b/.test(path);

function addressOf({ method, path }: Route, things: Things): string {
  const values: Readonly<Record<string, string>> = {
    ...(things as unknown as Readonly<Record<string, string>>),
    ...{ ruleId: 'waste.full', rotaId: `${things.department}-rota`, accountId: 'nobody' },
    ...{ channel: 'mail', number: '1', kind: 'assets', target: 'desk' },
  };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? `no-${name}`);
  return filled + (QUERIES[`${method} ${path}`] ?? '');
}

describe('What somebody may do over the API', () => {
  let harness: Harness;
  const people = new Map<string, SignedIn>();
  beforeAll(async () => {
    harness = await startHarness();
    harness.city.clock.set(Date.UTC(2026, 10, 21, 12));
    await furnish(harness, OWN, 'Eigenes');
    await furnish(harness, FOREIGN, SECRET);
    await harness.call('POST', '/api/v1/devices', {
      body: { deviceId: 'stock-1', model: 'dragino-ndds75', assetId: null },
    });
    for (const role of ROLES) {
      people.set(
        `${role} of waste`,
        await signedIn(harness, `${role.toLowerCase()}.waste`, [{ role, departments: ['waste'] }]),
      );
      people.set(`${role} of all`, await signedIn(harness, `${role.toLowerCase()}.all`, [{ role, departments: [] }]));
    }
    people.set('nobody', await signedIn(harness, 'no.role', []));
  });
  afterAll(() => harness.close());

  async function request(who: string, route: Route, things: Things): Promise<Answer> {
    const person = people.get(who)!;
    const { method, spec } = route;
    const address = addressOf(route, things);
    const make = BODIES[nameOf(route)];
    if (spec.upload) {
      const isPhoto = spec.upload.some((type) => type.startsWith('image/'));
      const headers = {
        ...{ cookie: person.cookie, origin: harness.url },
        'content-type': isPhoto ? 'image/png' : 'text/csv',
      };
      const body = isPhoto ? PNG : Buffer.from(`assetId;type;latitude;longitude\nbay-1;ParkingSpot;50,1;8,9\n`);
      const response = await fetch(harness.url + address, { method, headers, body });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: JSON.parse(text || '{}') as Answer['body'],
      };
    }
    return person.call(method, address, make ? { body: make(things) } : {});
  }

  it('has a body here for every route that takes one', () => {
    const without = ROUTES.filter(({ spec }) => spec.body && !spec.bodyOptional).map(nameOf);
    expect(without.filter((name) => !(name in BODIES))).toEqual([]);
  });

  const WHO: readonly (readonly [string, Role | null, readonly string[]])[] = [
    ...ROLES.map((role) => [`${role} of waste`, role, ['waste']] as const),
    ...ROLES.map((role) => [`${role} of all`, role, []] as const),
    ['nobody', null, []],
  ];

  it.each(WHO)('is refused to a %s where the role has not got it, and only there', async (who, role, departments) => {
    const caller = new Caller('x', 'x', role === null ? [] : [{ role, departments }]);
    const wrong: string[] = [];
    for (const route of ROUTES) {
      if (nameOf(route) === STREAM || route.spec.access === 'token') continue;
      // What is allowed is tried on things that there are not, so that one person leaves the next what there is.
      const { permission, reach } = route.need!;
      const may = reach === 'everywhere' ? caller.mayEverywhere(permission) : caller.may(permission);
      const { status, body } = await request(who, route, may ? { ...OWN, ...NOWHERE } : OWN);
      const isForbidden = status === 403 && body.code === 'access.forbidden';
      if (isForbidden === may) wrong.push(`${nameOf(route)}: ${status} ${String(body.code)}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(['crew of waste', 'viewer of waste', 'departmentLead of waste', 'administrator of waste'])(
    'shows and gives a %s nothing of another department',
    async (who) => {
      const before = await stateOf(harness, FOREIGN);
      const wrong: string[] = [];
      for (const route of ROUTES) {
        if (nameOf(route) === STREAM || route.spec.access === 'token') continue;
        const { status, text } = await request(who, route, FOREIGN);
        if (text.includes(SECRET)) wrong.push(`${nameOf(route)} tells: ${text.slice(0, 300)}`);
        if (isSingle(route) && status !== 404 && status !== 403) wrong.push(`${nameOf(route)} answers ${status}`);
        if (status >= 500) wrong.push(`${nameOf(route)} fails`);
      }
      expect(wrong).toEqual([]);
      expect(await stateOf(harness, FOREIGN)).toEqual(before);
    },
  );

  it('shows a crew what is of its own department', async () => {
    const crew = people.get('crew of waste')!;
    const found: string[] = [];
    for (const route of ROUTES.filter(({ method, need }) => method === 'GET' && need!.reach === 'anywhere')) {
      if (
        nameOf(route) === STREAM ||
        !permissionsOf([{ role: 'crew', departments: [] }]).includes(route.need!.permission)
      )
        continue;
      const { status } = await crew.call('GET', addressOf(route, OWN));
      if (status !== 200 && isSingle(route)) found.push(`${nameOf(route)} answers ${status}`);
    }
    expect(found).toEqual([]);
    expect((await crew.call('GET', '/api/v1/assets')).text).toContain('Eigenes');
    expect((await crew.call('GET', '/api/v1/jobs')).text).toContain('Eigenes');
    expect((await crew.call('GET', '/api/v1/alerts')).text).toContain('Eigenes');
  });

  it('shows the lead of a department what did not arrive, was handed over and was only tried there', async () => {
    const lead = people.get('departmentLead of waste')!;
    // Others may have tried them again before.
    const { letters } = harness.city.deadLetterOffice;
    for (const [letterId, letter] of letters) letters.set(letterId, { ...letter, state: 'open' });
    const dead = { channel: 'mail', attempts: 12, deliveredAt: null, lastError: 'x', givenUpAt: 1 };
    for (const eventId of [1, 2]) await harness.city.outbox.recordDelivery({ eventId, ...dead });
    for (const path of ['dead-letters', 'quarantine', 'shadow-alerts', 'handovers', 'deliveries']) {
      const { body } = await lead.call('GET', `/api/v1/${path}`);
      expect([path, (body.items as unknown[]).length]).toEqual([path, 1]);
      expect((await harness.call('GET', `/api/v1/${path}`)).body.items).toHaveLength(2);
    }
    expect((await lead.call('GET', '/api/v1/dead-letters/letter-1')).text).toContain('Eigenes');
    const retried = await lead.call('POST', '/api/v1/dead-letters/retry', { body: { code: 'payload.truncated' } });
    expect(retried.body).toEqual({ retried: 1, more: false });
    expect((await lead.call('POST', '/api/v1/deliveries/1/mail/retry')).body).toMatchObject({ state: 'waiting' });
  });

  it('tells a crew on its stream of its own department only', async () => {
    const { cookie } = people.get('crew of waste')!;
    const gone = new AbortController();
    const response = await fetch(`${harness.url}/api/v1/stream?after=start`, {
      headers: { cookie },
      signal: gone.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('job.created') || !text.includes('alert.raised')) text += (await reader.read()).value ?? '';
    harness.city.maintenanceStore.putAlert(
      anAlert('alert-last', { title: { de: 'Ende', en: 'End' }, assetId: 'bin-1' }),
      'alert.raised',
    );
    while (!text.includes('Ende')) text += (await reader.read()).value ?? '';
    gone.abort();
    await reader.cancel().catch(() => undefined);

    expect(text).toContain('Eigenes');
    expect(text).not.toContain(SECRET);
  });

  it('leaves an entry of everything that was done', async () => {
    const { audit } = harness.city.accounts;
    const missing: string[] = [];
    let done = 0;
    for (const route of ROUTES) {
      const { method, spec } = route;
      if (method === 'GET' || spec.access === 'token' || spec.audited === 'never') continue;
      const before = audit.entries.length;
      const { status } = await request('administrator of all', route, OWN);
      if (status >= 300) continue;
      done++;
      const added = audit.entries.slice(before);
      const entry = added.find(({ action }) => action === nameOf(route));
      if (added.length !== 1 || entry?.actor !== 'administrator.all' || entry.outcome !== 'done')
        missing.push(nameOf(route));
      if (JSON.stringify(added).includes('password-')) missing.push(`${nameOf(route)} tells a password`);
    }
    expect(missing).toEqual([]);
    expect(done).toBeGreaterThan(15);
  });

  it('says of every change that it is written down, or why it is not', () => {
    const silent = routesOf(CONTROLLERS)
      .filter(({ method, spec }) => method !== 'GET' && (spec.audited ?? 'always') !== 'always')
      .map((route) => `${nameOf(route)} ${String(route.spec.audited)}`);
    expect(silent.sort()).toEqual([
      'DELETE /api/v1/session itself',
      'POST /api/v1/routing/dry-run never',
      'POST /api/v1/rules/backtest never',
      'POST /api/v1/rules/check never',
      'POST /api/v1/rules/examples never',
      'POST /api/v1/session itself',
      'POST /api/v1/session/invitation never',
      'POST /api/v1/session/set-password itself',
      'POST /api/v1/tours/preview never',
      'PUT /api/v1/session/password itself',
    ]);
  });

  it('keeps what was refused, too', async () => {
    const { audit } = harness.city.accounts;
    const before = audit.entries.length;
    await people.get('crew of waste')!.call('POST', '/api/v1/jobs/job-bin/cancel', { body: {} });

    expect(audit.entries.slice(before)).toEqual([
      expect.objectContaining({
        ...{ actor: 'crew.waste', way: 'session', outcome: 'refused', code: 'access.forbidden', address: '127.0.0.0' },
        ...{ permission: 'jobs.dispatch', thing: { kind: 'job', id: 'job-bin' } },
      }),
    ]);
  });
});

const NOWHERE = {
  ...{ assetId: 'none', deviceId: 'none', alertId: 'none', jobId: 'none', tourId: 'none', windowId: 'none' },
  ...{ photoId: 'none', letterId: 'none', eventId: '999' },
};

/** An asset, its device, an alert, a job with a photo, a tour and a maintenance window; all of them say `word`. */
async function furnish(harness: Harness, things: Things, word: string): Promise<void> {
  const { department, assetId, deviceId, alertId, jobId } = things;
  const { deviceRegistry, maintenanceStore } = harness.city;
  const title = { de: word, en: word };
  await deviceRegistry.createAsset({
    ...{ assetId, type: 'WasteContainer', name: word, district: word, address: null, department, attributes: {} },
    location: { type: 'Point', coordinates: [8.92, 50.12] },
  });
  const device = { deviceId, model: 'dragino-ndds75', lifecycle: 'active', imei: null, iccid: word } as const;
  await deviceRegistry.createDevice({ ...device, uplinkTopic: null, reportingIntervalMs: null }, 'hash', assetId);
  maintenanceStore.putAlert(
    anAlert(alertId, { title, assetId, deviceId, subject: `asset:${assetId}` }),
    'alert.raised',
  );
  const job = aJob(jobId, { title, assetId, deviceId, department, alertIds: [alertId] });
  const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: word } as const;
  maintenanceStore.putJob(job, { ...created, to: 'open' });

  const {
    acknowledgedAt: _at,
    acknowledgedBy: _by,
    ...shadow
  } = anAlert(`${alertId}-shadow`, { title, assetId, deviceId });
  harness.city.shadowAlerts.alerts.push({ ...shadow, job: null });
  const { letterId, eventId } = things;
  const failed = { deviceId, receivedAt: 1, code: 'payload.truncated' };
  harness.city.deadLetterOffice.letters.set(letterId, {
    ...failed,
    ...({ letterId, topic: word, payload: Uint8Array.of(), detail: word, state: 'open', attempts: 0 } as const),
  });
  harness.city.deadLetterOffice.quarantined.push({ ...failed, deviceTime: null, values: {}, quarantineId: letterId });
  await harness.city.handoverRecords.open({ target: word, jobId }, 1);
  harness.city.outbox.putEvent({ eventId: Number(eventId), type: 'job.created', at: 1, data: { ...job, number: 1 } });
  const dead = { eventId: Number(eventId), channel: 'mail', attempts: 12, deliveredAt: null, givenUpAt: 1 };
  await harness.city.outbox.recordDelivery({ ...dead, lastError: word });

  const post = (path: string, body: unknown) => harness.call('POST', `/api/v1${path}`, { body });
  const window = { assetIds: [assetId], endsAt: '2026-11-21T13:00:00Z', reason: word };
  things.windowId = String((await post('/maintenance-windows', window)).body.windowId);
  await post(`/alerts/${alertId}/shelve`, { until: '2026-11-21T13:00:00Z', reason: word });
  const photo = await fetch(`${harness.url}/api/v1/jobs/${jobId}/photos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'image/png' },
    body: PNG,
  });
  things.photoId = ((await photo.json()) as { photoId: string }).photoId;
  const { body } = await post('/tours', { department, day: DAY });
  things.tourId = (body.tours as { tourId: string }[])[0]!.tourId;
}

/** Everything that might have been changed. */
async function stateOf(harness: Harness, things: Things) {
  const { assetId, deviceId, alertId, jobId, tourId, windowId, letterId, eventId } = things;
  const { deadLetterOffice, outbox } = harness.city;
  const { deviceRegistry, maintenanceStore, tourStore, alertSuppressions, photoStore } = harness.city;
  return {
    asset: await deviceRegistry.findAsset(assetId),
    device: await deviceRegistry.findDevice(deviceId),
    credential: await deviceRegistry.findCredential(deviceId),
    alert: await maintenanceStore.findAlert(alertId),
    job: await maintenanceStore.findJob(jobId),
    history: await maintenanceStore.jobHistory(jobId),
    photos: await photoStore.list(jobId),
    tour: await tourStore.find(tourId),
    window: await alertSuppressions.findWindow(windowId),
    letter: await deadLetterOffice.find(letterId),
    delivery: await outbox.find(Number(eventId), 'mail'),
  };
}
