import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from '../testing/city.ts';
import { type CallOptions, type Harness, startHarness } from '../testing/harness.ts';

const LAMP = {
  assetId: 'lamp-1',
  type: 'Streetlight',
  name: 'Leuchte am Markt',
  location: { type: 'Point', coordinates: [8.92, 50.13] },
  district: 'Wolfgang',
  address: { streetAddress: 'Am Markt 1' },
  department: null,
  attributes: { streetPoleNum: 'M-4711' },
} as const;

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
  await harness.city.deviceRegistry.createAsset(LAMP);
  await harness.city.deviceRegistry.createDevice(
    {
      deviceId: 'sensor-9',
      model: 'x',
      lifecycle: 'active',
      imei: null,
      iccid: null,
      uplinkTopic: null,
      reportingIntervalMs: null,
    },
    'hash',
    'lamp-1',
  );
});
afterEach(() => harness.close());

const ask = (body: object, headers: CallOptions['headers'] = {}) =>
  harness.call('POST', '/api/v1/jobs', { body: { title: 'Mast steht schief', ...body }, headers });
const get = async (path: string) => (await harness.call('GET', `/api/v1${path}`)).body;
const items = async (query: string) => (await get(`/jobs?${query}`))['items'] as Record<string, unknown>[];
const KEY = { 'idempotency-key': '6e0f2d0a-1111-4222-8333-444455556666' };

describe('a job that a person asks for', () => {
  it('goes where the organisation says, and is due when it says', async () => {
    const { status, body } = await ask({ assetId: 'lamp-1', description: 'Seit dem Sturm', priority: 'high' });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'repair',
      title: { de: 'Mast steht schief', en: 'Mast steht schief' },
      description: 'Seit dem Sturm',
      department: 'lighting',
      crew: 'south',
      assetId: 'lamp-1',
      place: null,
      state: 'open',
      version: 1,
    });
    expect(body['dueAt']).toEqual(expect.any(String));
    const { history } = await get(`/jobs/${String(body['jobId'])}`);
    expect(history).toMatchObject([{ action: 'create', actor: 'admin', from: null, to: 'open' }]);
    const [event] = await harness.city.maintenanceStore.events(null, 10);
    expect(event).toMatchObject({ type: 'job.created', data: { jobId: body['jobId'] } });
  });

  it('stays with whom the person names, until when the person says', async () => {
    const dueAt = '2026-11-30T10:00:00.000Z';
    const named = { department: 'waste', crew: 'containers', assignee: 'Bernd', dueAt };

    expect((await ask({ assetId: 'lamp-1', ...named })).body).toMatchObject({ ...named, state: 'assigned' });
    expect((await ask({ assetId: 'lamp-1', dueAt: null, crew: null })).body).toMatchObject({
      department: 'lighting',
      crew: null,
      dueAt: null,
    });
  });

  it('is about an asset, a device with its asset, an open alert, or a place', async () => {
    expect((await ask({ deviceId: 'sensor-9' })).body).toMatchObject({ assetId: 'lamp-1', department: 'lighting' });
    const alert = anAlert('alert-7', { assetId: 'lamp-1', deviceId: 'sensor-9' });
    harness.city.maintenanceStore.putAlert(alert, 'alert.raised');
    expect((await ask({ alertId: 'alert-7' })).body).toMatchObject({ assetId: 'lamp-1', alertIds: ['alert-7'] });
    const place = {
      name: 'Spielplatz Süd',
      district: 'Wolfgang',
      location: { type: 'Point', coordinates: [8.9, 50.1] },
    };
    expect((await ask({ place, department: 'waste' })).body).toMatchObject({ assetId: null, place });
    expect((await ask({ place })).body).toMatchObject({ status: 422, code: 'department.missing' });
  });

  it('is refused with a reason where something does not fit', async () => {
    harness.city.maintenanceStore.putAlert(anAlert('over', { clearedAt: 5, clearReason: 'measured' }), 'alert.cleared');
    const code = async (body: object) => (await ask(body)).body['code'];

    expect(await code({ assetId: 'none' })).toBe('asset.unknown');
    expect(await code({ deviceId: 'none' })).toBe('device.unknown');
    expect(await code({ alertId: 'none' })).toBe('alert.closed');
    expect(await code({ alertId: 'over' })).toBe('alert.closed');
    expect(await code({ department: 'opera' })).toBe('department.unknown');
    expect(await code({ assetId: 'lamp-1', crew: 'opera' })).toBe('crew.unknown');
    for (const wrong of [
      { title: ' ' },
      { title: 'x'.repeat(201) },
      { title: 'a\u0000' },
      { kind: 'ein Wort' },
      { priority: 'now' },
      { dueAt: 'tomorrow' },
      { place: {} },
      { place: { name: 'x', location: { type: 'Point', coordinates: [200, 1] } } },
      { description: 'x'.repeat(4001) },
      { state: 'done' },
    ]) {
      expect([wrong, (await ask({ department: 'waste', ...wrong })).status]).toEqual([wrong, 400]);
    }
    expect(await items('')).toEqual([]);
  });
});

describe('a request with an Idempotency-Key', () => {
  it('asks for one job, however often it is sent, and for another where it says something else', async () => {
    const first = await ask({ department: 'waste' }, KEY);
    const again = await ask({ department: 'waste' }, KEY);
    const other = await ask({ department: 'waste', title: 'Etwas anderes' }, KEY);

    expect(again.body).toEqual(first.body);
    expect(other.body['jobId']).not.toBe(first.body['jobId']);
    expect(await items('')).toHaveLength(2);
    expect((await ask({ department: 'waste' }, { 'idempotency-key': 'short' })).status).toBe(400);
    expect((await ask({ department: 'waste' }, { 'idempotency-key': `"${'a'.repeat(129)}"` })).status).toBe(400);
  });

  it('moves and comments once, and answers a repeat with the job as it is now', async () => {
    const { jobId } = (await ask({ department: 'waste' })).body;
    const send = (what: string, body: object, headers = KEY) =>
      harness.call('POST', `/api/v1/jobs/${String(jobId)}/${what}`, { body, headers });

    await send('start', { version: 1 });
    expect((await send('start', { version: 1 })).body).toMatchObject({ state: 'inProgress', version: 2 });
    await send('comments', { note: 'Schlüssel fehlt' });
    await send('comments', { note: 'Schlüssel fehlt' });
    await send('comments', { note: 'Schlüssel ist da' });
    expect((await send('done', { note: 'gerichtet', version: 2 })).body).toMatchObject({ state: 'done', version: 3 });
    expect((await send('start', { version: 1 })).body).toMatchObject({ state: 'done', version: 3 });

    const { history } = await get(`/jobs/${String(jobId)}`);
    expect((history as { action: string; note: string | null }[]).map(({ action, note }) => [action, note])).toEqual([
      ['create', null],
      ['start', null],
      ['comment', 'Schlüssel fehlt'],
      ['comment', 'Schlüssel ist da'],
      ['done', 'gerichtet'],
    ]);
  });
});

describe('lists of jobs', () => {
  const HOUR = 3_600_000;
  const put = (jobId: string, differences = {}) => {
    const event = { at: 0, actor: 'rule:x', action: 'create', from: null, to: 'open', note: null } as const;
    harness.city.maintenanceStore.putJob(aJob(jobId, { assetId: null, ...differences }), event);
  };
  const ids = async (query: string) => (await items(query)).map(({ jobId }) => jobId).join(' ');

  beforeEach(() => {
    const now = harness.city.clock.now();
    put('mine', { createdAt: now, assignee: 'admin', state: 'assigned', dueAt: now + 2 * HOUR });
    put('late', { createdAt: now + 1, dueAt: now - HOUR, assetId: 'lamp-1', department: 'lighting' });
    put('over', { createdAt: now + 2, dueAt: now - HOUR, state: 'done', closedAt: now });
    put('someday', { createdAt: now + 3, dueAt: null });
  });

  it('are of whoever asks, of what is late, of a district, or of what a text names', async () => {
    expect(await ids('')).toBe('someday over late mine');
    expect(await ids('mine=true')).toBe('mine');
    expect(await ids('assignee=admin')).toBe('mine');
    expect(await ids('overdue=true')).toBe('late');
    expect(await ids('overdue=true&state=done')).toBe('');
    expect(await ids(`dueBefore=${new Date(harness.city.clock.now()).toISOString()}`)).toBe('over late');
    expect(await ids('district=Wolfgang')).toBe('late');
    expect(await ids('text=m-4711')).toBe('late');
    expect(await ids('order=due')).toBe('late over mine someday');
    for (const wrong of ['order=oldest', 'with=alerts', 'overdue=maybe', 'text=', 'dueBefore=soon']) {
      expect([wrong, (await harness.call('GET', `/api/v1/jobs?${wrong}`)).status]).toEqual([wrong, 400]);
    }
  });

  it('say what each is about where that is asked for', async () => {
    expect(await items('with=asset&text=late&department=lighting')).toEqual([]);
    const [late] = await items('with=asset&department=lighting');

    const asset = {
      assetId: 'lamp-1',
      type: 'Streetlight',
      name: 'Leuchte am Markt',
      publicNumber: 'M-4711',
      district: 'Wolfgang',
      address: { streetAddress: 'Am Markt 1' },
      location: LAMP.location,
    };
    expect(late).toMatchObject({ jobId: 'late', asset });
    expect((await items('department=lighting'))[0]).not.toHaveProperty('asset');
    expect(await get('/jobs/late')).toMatchObject({ asset, handovers: [] });
    expect(await get('/jobs/mine')).toMatchObject({ asset: null });
  });

  it('are counted by state, with what is overdue', async () => {
    expect(await get('/jobs/counts')).toEqual({
      states: { open: 2, assigned: 1, inProgress: 0, waiting: 0, done: 1, verified: 0, cancelled: 0 },
      overdue: 1,
    });
    expect(await get('/jobs/counts?department=lighting')).toMatchObject({ states: { open: 1, done: 0 }, overdue: 1 });
  });
});
