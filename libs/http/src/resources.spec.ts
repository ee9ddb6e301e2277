import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from './testing/city.ts';
import { type Harness, startHarness } from './testing/harness.ts';

const BIN = {
  assetId: 'bin-1',
  type: 'WasteContainer',
  location: { type: 'Point', coordinates: [8.9169, 50.1328] },
  district: 'Innenstadt',
  containerHeight: 1.2,
  storedWasteKind: 'glass',
  isleId: 'I-7',
};

describe('The API', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  const get = (path: string) => harness.call('GET', `/api/v1${path}`);
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    harness.call('POST', `/api/v1${path}`, { body, headers });
  const withBin = () => post('/assets', BIN);
  const withDevice = async () => {
    await withBin();
    return post('/devices', {
      deviceId: 'sensor-1',
      model: 'dragino-ndds75',
      assetId: 'bin-1',
      reportingInterval: 'PT90M',
    });
  };

  describe('of assets', () => {
    it('keeps further attributes of the Smart Data Models and gives them back flat', async () => {
      const { status, body } = await withBin();

      expect(status).toBe(201);
      expect(body).toEqual({ ...BIN, name: null, address: null, department: 'waste' });
      expect((await harness.city.deviceRegistry.findAsset('bin-1'))?.attributes).toEqual({
        containerHeight: 1.2,
        storedWasteKind: 'glass',
        isleId: 'I-7',
      });
      expect((await withBin()).body).toMatchObject({ status: 409, code: 'asset.exists' });
    });

    it('bounds what an asset can hold', async () => {
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, index]));
      expect((await post('/assets', { ...BIN, ...many })).status).toBe(400);
      expect((await post('/assets', { ...BIN, note: 'x'.repeat(20_000) })).status).toBe(400);
      expect((await post('/assets', { ...BIN, latest: 1 })).status).toBe(400);
      expect((await post('/assets', { ...BIN, maximumParkingDuration: '2h' })).status).toBe(400);
    });

    it('refuses a department that there is not', async () => {
      const { body } = await post('/assets', { ...BIN, department: 'sea' });
      expect(body).toMatchObject({ status: 422, code: 'department.unknown' });
      expect(body.detail).toContain('lighting');
    });

    it('shows an asset with its newest reading, open alerts and devices', async () => {
      await withDevice();
      harness.city.maintenanceStore.putAlert(anAlert('alert-1'), 'alert.raised');
      harness.city.maintenanceStore.putAlert(anAlert('alert-0', { clearedAt: 1 }), 'alert.cleared');
      await writeReadings();

      const { body } = await get('/assets/bin-1');

      expect(body).toMatchObject({
        assetId: 'bin-1',
        latest: { observedAt: '2026-11-21T10:45:00.000Z', values: { fillingLevel: 0.4 } },
        alerts: [{ alertId: 'alert-1', raisedAt: '2026-11-21T11:30:00.000Z' }],
        devices: [{ deviceId: 'sensor-1', reportingInterval: 'PT1H30M', topic: 'stadtfunk/v1/sensor-1/up' }],
      });
    });

    it('replaces and patches an asset', async () => {
      await withBin();
      const patched = await harness.call('PATCH', '/api/v1/assets/bin-1', {
        body: { name: 'Markt', isleId: null, containerHeight: 2 },
      });
      expect(patched.body).toMatchObject({ name: 'Markt', containerHeight: 2, district: 'Innenstadt' });
      expect(patched.body).not.toHaveProperty('isleId');
      expect((await harness.call('PATCH', '/api/v1/assets/bin-1', { body: { containerHeight: 99 } })).status).toBe(400);
      expect((await harness.call('PATCH', '/api/v1/assets/bin-1', { body: { assetId: 'bin-2' } })).body.code).toBe(
        'asset.idFixed',
      );

      const { assetId: _id, district: _district, ...rest } = BIN;
      expect((await harness.call('PUT', '/api/v1/assets/bin-1', { body: rest })).body).toMatchObject({
        district: null,
        name: null,
      });
      expect((await harness.call('PUT', '/api/v1/assets/bin-2', { body: rest })).body).toMatchObject({
        code: 'asset.unknown',
      });
    });

    it('keeps all of many patches at once, and refuses one of a version that is no more', async () => {
      await withBin();
      const patch = (body: object, headers = {}) => harness.call('PATCH', '/api/v1/assets/bin-1', { body, headers });
      const seen = (await get('/assets/bin-1')).headers.get('etag')!;
      await Promise.all([patch({ name: 'Markt' }), patch({ district: 'Nord' }), patch({ binCapacity: 3 })]);
      expect((await get('/assets/bin-1')).body).toMatchObject({ name: 'Markt', district: 'Nord', binCapacity: 3 });

      expect((await patch({ name: 'Kiosk' }, { 'if-match': seen })).body).toMatchObject({
        ...{ status: 412, code: 'asset.conflict', asset: { assetId: 'bin-1', name: 'Markt' } },
      });
      const { assetId: _id, ...rest } = BIN;
      const put = (headers: Record<string, string>) =>
        harness.call('PUT', '/api/v1/assets/bin-1', { body: rest, headers });
      expect((await put({ 'if-match': seen })).body).toMatchObject({ status: 412, code: 'asset.conflict' });
      expect((await patch({ name: 'Kiosk' }, { 'if-match': 'abc' })).status).toBe(400);
      const now = (await get('/assets/bin-1')).headers.get('etag')!;
      const changed = await patch({ name: 'Kiosk' }, { 'if-match': now });
      expect(changed.body).toMatchObject({ name: 'Kiosk', district: 'Nord' });
      expect(changed.headers.get('etag')).toBe((await get('/assets/bin-1')).headers.get('etag'));
      expect((await put({ 'if-match': '*' })).status).toBe(200);
    });

    it('pages through a list by cursor', async () => {
      for (const id of ['c', 'a', 'b']) await post('/assets', { ...BIN, assetId: id });
      const first = (await get('/assets?limit=2')).body as { items: { assetId: string }[]; next: string };
      const second = (await get(`/assets?limit=2&after=${first.next}`)).body as typeof first;

      expect([...first.items, ...second.items].map(({ assetId }) => assetId)).toEqual(['a', 'b', 'c']);
      expect(second.next).toBeNull();
    });
  });

  describe('of devices', () => {
    it('gives a new device its credentials, once', async () => {
      const { status, body } = await withDevice();
      expect(status).toBe(201);
      expect(body).toEqual({
        deviceId: 'sensor-1',
        username: 'sensor-1',
        password: 'password-1',
        topic: 'stadtfunk/v1/sensor-1/up',
      });
      expect((await harness.city.deviceRegistry.findCredential('sensor-1'))?.passwordHash).toBe('$twin$password-1');
      expect((await get('/devices/sensor-1')).text).not.toContain('password');
      expect((await withDevice()).body).toMatchObject({ status: 409, code: 'device.exists' });
    });

    it('names models like the one that it does not know', async () => {
      const { body } = await post('/devices', { deviceId: 'x', model: 'dragino-ndds57' });
      expect(body).toMatchObject({
        status: 422,
        code: 'model.unknown',
        near: expect.arrayContaining(['dragino-ndds75']) as unknown,
      });
      expect(body.detail).toContain("did you mean 'dragino-ndds75'");
    });

    it('refuses ids that cannot be a level of a topic, unknown assets and taken IMEIs', async () => {
      for (const deviceId of ['a/b', 'a+', '#', '', 'x'.repeat(65), 'ä']) {
        expect((await post('/devices', { deviceId, model: 'dragino-ndds75' })).status).toBe(400);
      }
      const device = { deviceId: 'x', model: 'dragino-ndds75', imei: '867787050000001' };
      expect((await post('/devices', { ...device, assetId: 'no' })).body).toMatchObject({
        status: 422,
        code: 'asset.unknown',
      });
      expect((await post('/devices', { ...device, uplinkTopic: 'a/#' })).status).toBe(400);
      expect((await post('/devices', { ...device, uplinkTopic: 'city/up/7' })).body.topic).toBe('city/up/7');
      expect((await post('/devices', { ...device, deviceId: 'y' })).body).toMatchObject({
        status: 409,
        code: 'device.imeiTaken',
      });
    });

    it('changes, binds and gives a new password', async () => {
      await withDevice();
      const patched = await harness.call('PATCH', '/api/v1/devices/sensor-1', {
        body: { lifecycle: 'maintenance', reportingInterval: null },
      });
      expect(patched.body).toMatchObject({
        lifecycle: 'maintenance',
        reportingInterval: null,
        model: 'dragino-ndds75',
        assetId: 'bin-1',
      });

      const put = (assetId: string | null) =>
        harness.call('PUT', '/api/v1/devices/sensor-1/binding', { body: { assetId } });
      expect((await put(null)).body.assetId).toBeNull();
      expect((await put('nowhere')).body).toMatchObject({ status: 422, code: 'asset.unknown' });
      expect((await put('bin-1')).body.assetId).toBe('bin-1');

      expect((await post('/devices/sensor-1/password')).body).toMatchObject({
        username: 'sensor-1',
        password: 'password-2',
      });
      expect((await post('/devices/none/password')).body).toMatchObject({ status: 404, code: 'device.unknown' });
    });

    it('refuses a change of a version of a device that is no more', async () => {
      await withDevice();
      const patch = (body: object, headers = {}) =>
        harness.call('PATCH', '/api/v1/devices/sensor-1', { body, headers });
      const { headers, body } = await get('/devices/sensor-1');
      expect(headers.get('etag')).toBe(`"${String(body.version)}"`);
      const [first, second] = await Promise.all([
        patch({ lifecycle: 'maintenance' }),
        patch({ model: 'dragino-nb-v1' }),
      ]);
      expect([first.status, second.status]).toEqual([200, 200]);

      const ifMatch = { 'if-match': headers.get('etag')! };
      expect((await patch({ lifecycle: 'retired' }, ifMatch)).body).toMatchObject({
        ...{ status: 412, code: 'device.conflict' },
        device: { lifecycle: 'maintenance', model: 'dragino-nb-v1' },
      });
      const { body: now } = await get('/devices/sensor-1');
      const changed = await patch({ lifecycle: 'retired' }, { 'if-match': `"${String(now.version)}"` });
      expect(changed.body).toMatchObject({ lifecycle: 'retired', model: 'dragino-nb-v1' });
      expect(changed.headers.get('etag')).toBe(`"${String(changed.body.version)}"`);
    });

    it('lists models and quantities', async () => {
      expect((await get('/models')).body.items).toMatchObject([
        { id: 'dragino-ndds75', format: 'dragino-nb-v1', reportingInterval: 'PT2H' },
      ]);
      expect((await get('/quantities')).body.items).toContainEqual(
        expect.objectContaining({ name: 'fillingLevel', unit: '1', min: 0, max: 1 }),
      );
    });
  });

  const writeReadings = () =>
    harness.city.telemetryStore.write(
      [0.1, 0.2, 0.3, 0.4].map((fillingLevel, index) => {
        const observedAt = Date.UTC(2026, 10, 21, 10, index * 15);
        return {
          deviceId: 'sensor-1',
          assetId: 'bin-1',
          observedAt,
          receivedAt: observedAt + 5000,
          clock: 'ok',
          quality: 4,
          values: { fillingLevel },
        };
      }),
    );

  describe('of readings', () => {
    it('gives what was measured between two times, in UTC', async () => {
      await withDevice();
      await writeReadings();
      const { body } = await get(
        '/assets/bin-1/readings?from=2026-11-21T11:15:00%2B01:00&to=2026-11-21T10:45:00Z&quantity=fillingLevel',
      );

      expect(body).toEqual({
        items: [
          {
            observedAt: '2026-11-21T10:15:00.000Z',
            receivedAt: '2026-11-21T10:15:05.000Z',
            values: { fillingLevel: 0.2 },
            clock: 'ok',
            quality: 4,
            deviceId: 'sensor-1',
          },
          expect.objectContaining({ values: { fillingLevel: 0.3 } }),
        ],
        next: null,
      });
      expect(((await get('/assets/bin-1/readings?order=desc&limit=1')).body.items as object[])[0]).toMatchObject({
        values: { fillingLevel: 0.4 },
      });
    });

    it('gives means of buckets, page by page', async () => {
      await withDevice();
      await writeReadings();
      const query = '/assets/bin-1/readings?from=2026-11-21T10:00:00Z&every=30m&limit=1';
      const first = (await get(query)).body as { items: object[]; next: string };
      const second = (await get(`${query}&after=${first.next}`)).body;

      expect(first.items).toEqual([
        {
          observedAt: '2026-11-21T10:00:00.000Z',
          receivedAt: null,
          values: { fillingLevel: expect.closeTo(0.15) as unknown },
          clock: null,
          quality: null,
          count: 2,
        },
      ]);
      expect(second).toMatchObject({ items: [{ observedAt: '2026-11-21T10:30:00.000Z', count: 2 }], next: null });
    });

    it('takes a day as a local day', async () => {
      await withDevice();
      await get('/assets/bin-1/readings?every=1d');
      expect(harness.city.telemetryStore.lastAggregate?.bucket).toEqual({ localDay: 'Europe/Berlin' });
      await get('/assets/bin-1/readings?every=1d&zone=America/New_York');
      expect(harness.city.telemetryStore.lastAggregate?.bucket).toEqual({ localDay: 'America/New_York' });
      await get('/assets/bin-1/readings?every=PT15M');
      expect(harness.city.telemetryStore.lastAggregate?.bucket).toEqual({ everyMs: 900_000 });
    });

    it('refuses times, quantities, zones and widths that are none', async () => {
      await withDevice();
      for (const query of [
        'from=yesterday',
        'quantity=fillingLevel,foo',
        'every=1d&zone=Mars/Base',
        'every=7d',
        'every=0m',
        'every=1h&order=desc',
        'every=1h&after=!',
      ]) {
        expect([query, (await get(`/assets/bin-1/readings?${query}`)).status]).toEqual([query, 400]);
      }
      expect((await get('/assets/none/readings')).body).toMatchObject({ status: 404, code: 'asset.unknown' });
      expect((await get('/devices/sensor-1/readings?quantity=batteryLevel,rsrp')).body.items).toEqual([]);
    });
  });

  describe('of alerts and jobs', () => {
    beforeEach(() => {
      const { maintenanceStore } = harness.city;
      maintenanceStore.putAlert(anAlert('alert-1'), 'alert.raised');
      maintenanceStore.putAlert(
        anAlert('alert-2', { severity: 'critical', ruleId: 'waste.fire', clearedAt: 5, clearReason: 'measured' }),
        'alert.cleared',
      );
      maintenanceStore.putJob(aJob('job-1'), {
        at: 0,
        actor: 'rule:waste.full',
        action: 'create',
        from: null,
        to: 'open',
        note: null,
      });
    });
    const alertIds = async (query: string) =>
      ((await get(`/alerts?${query}`)).body.items as { alertId: string }[]).map(({ alertId }) => alertId);

    it('filters alerts', async () => {
      expect(await alertIds('open=true')).toEqual(['alert-1']);
      expect(await alertIds('open=false')).toEqual(['alert-2']);
      expect(await alertIds('severity=critical&rule=waste.fire&asset=bin-1&device=sensor-1')).toEqual(['alert-2']);
      expect((await get('/alerts?open=maybe')).status).toBe(400);
      harness.city.maintenanceStore.putAlert(anAlert('alert-3', { groupAlertId: 'alert-1' }), 'alert.suppressed');
      expect(await alertIds('group=alert-1')).toEqual(['alert-3']);
      expect((await get('/alerts/none')).body).toMatchObject({ status: 404, code: 'alert.unknown' });
    });

    it('acknowledges an alert once, by name', async () => {
      const first = await post('/alerts/alert-1/acknowledge');
      harness.city.clock.advance(60_000);
      const second = await post('/alerts/alert-1/acknowledge');

      expect(first.body).toMatchObject({ acknowledgedBy: 'admin', acknowledgedAt: '2026-11-21T12:00:00.000Z' });
      expect(second.body).toEqual(first.body);
    });

    it('moves a job through its states and keeps the history', async () => {
      expect((await post('/jobs/job-1/assign', { assignee: 'Kolonne 3' })).body).toMatchObject({
        state: 'assigned',
        assignee: 'Kolonne 3',
        version: 2,
      });
      expect((await post('/jobs/job-1/start')).body).toMatchObject({ state: 'inProgress' });
      expect((await post('/jobs/job-1/comments', { note: 'Schlüssel fehlt' })).body).toMatchObject({ version: 3 });
      expect((await post('/jobs/job-1/done', { note: 'geleert', version: 3 })).body).toMatchObject({ state: 'done' });
      const { body, headers } = await get('/jobs/job-1');

      expect(headers.get('etag')).toBe('"4"');
      expect(
        (body.history as { action: string; note: string | null }[]).map(({ action, note }) => [action, note]),
      ).toEqual([
        ['create', null],
        ['assign', null],
        ['start', null],
        ['comment', 'Schlüssel fehlt'],
        ['done', 'geleert'],
      ]);
      expect((await get('/jobs?state=open,done&department=waste&asset=bin-1')).body.items).toHaveLength(1);
      expect((await get('/jobs?state=open')).body.items).toHaveLength(0);
    });

    it('refuses to move a job that somebody else has moved meanwhile, and shows it', async () => {
      await post('/jobs/job-1/assign', { assignee: 'A' });

      expect((await post('/jobs/job-1/start', { version: 1 })).body).toMatchObject({
        status: 409,
        code: 'job.conflict',
        job: { version: 2, assignee: 'A' },
      });
      expect((await post('/jobs/job-1/start', {}, { 'if-match': '"1"' })).body).toMatchObject({
        status: 409,
        code: 'job.conflict',
      });
      expect((await post('/jobs/job-1/start', {}, { 'if-match': 'abc' })).status).toBe(400);
      expect((await post('/jobs/job-1/reopen')).body).toMatchObject({
        status: 409,
        code: 'job.wrongState',
        job: { state: 'assigned' },
      });
      expect((await post('/jobs/job-1/start', {}, { 'if-match': '"2"' })).body).toMatchObject({ state: 'inProgress' });
      expect((await post('/jobs/none/start')).body).toMatchObject({ status: 404, code: 'job.unknown' });
      expect((await post('/jobs/job-1/assign', {})).status).toBe(400);
    });

    it('has a job wait for a reason', async () => {
      expect((await post('/jobs/job-1/wait')).body).toMatchObject({ status: 400, code: 'request.invalid' });
      const { body } = await post('/jobs/job-1/wait', { note: 'Ersatzteil bestellt' });
      expect(body).toMatchObject({ state: 'waiting', waitingFor: 'Ersatzteil bestellt', version: 2 });
      expect((await get('/jobs?state=waiting')).body.items).toEqual([body]);
    });

    it('changes priority, due time and tags of a job', async () => {
      const patch = (body: object, headers = {}) => harness.call('PATCH', '/api/v1/jobs/job-1', { body, headers });

      const { body } = await patch({
        priority: 'urgent',
        dueAt: '2026-11-22T08:00:00+01:00',
        setTags: [' Stadtfest ', 'Glas'],
        note: 'vor dem Fest',
        version: 1,
      });

      const dueAt = '2026-11-22T07:00:00.000Z';
      expect(body).toMatchObject({
        priority: 'urgent',
        dueAt,
        overdueAt: null,
        tags: ['Glas', 'Stadtfest'],
        version: 2,
      });
      expect(((await get('/jobs/job-1')).body.history as object[]).at(-1)).toMatchObject({
        action: 'edit',
        note: 'vor dem Fest',
        changes: { priority: 'urgent', dueAt, setTags: ['Glas', 'Stadtfest'] },
      });
      expect((await patch({ dueAt: null, unsetTags: ['Glas'] })).body).toMatchObject({
        dueAt: null,
        tags: ['Stadtfest'],
      });
      expect(await patch({ priority: 'low' }, { 'if-match': '"1"' })).toMatchObject({
        status: 409,
        body: { code: 'job.conflict', job: { version: 3 } },
      });
      const many = (letter: string) => Array.from({ length: 20 }, (_, index) => `${letter}${index}`);
      expect(await patch({ setTags: many('a') })).toMatchObject({ status: 422, body: { code: 'job.tagsInvalid' } });
      for (const wrong of [
        {},
        { note: 'x' },
        { priority: 'now' },
        { dueAt: 'tomorrow' },
        { setTags: [] },
        { setTags: ['x'.repeat(41)] },
        { setTags: ['a\u0000'] },
        { setTags: ['\ud800'] },
        { setTags: ' ' },
        { tags: ['a'] },
        { setTags: [...many('a'), 'b'] },
      ]) {
        expect([wrong, (await patch(wrong)).status]).toEqual([wrong, 400]);
      }
      await post('/jobs/job-1/done');
      expect((await patch({ priority: 'low' })).body).toMatchObject({ status: 409, code: 'job.wrongState' });
    });

    it('takes comments of any text, up to a length', async () => {
      const comment = async (note: string) => (await post('/jobs/job-1/comments', { note })).status;

      expect(await comment(`<script>alert("x")</script>'; drop table jobs; -- 𝔘 \u202e`)).toBe(200);
      expect(await comment('x'.repeat(2000))).toBe(200);
      expect(await comment('x'.repeat(2001))).toBe(400);
      expect(await comment('  ')).toBe(400);
      const { history } = (await get('/jobs/job-1')).body as { history: { note: string }[] };
      expect(history[1]?.note).toBe(`<script>alert("x")</script>'; drop table jobs; -- 𝔘 \u202e`);
    });

    it('lists departments and rules', async () => {
      expect((await get('/departments')).body.items).toContainEqual({
        departmentId: 'waste',
        name: { de: 'Abfallwirtschaft', en: 'Waste management' },
      });
      expect((await get('/rules')).body.items).toContainEqual(
        expect.objectContaining({ ruleId: 'waste.full', severity: 'major' }),
      );
    });
  });

  describe('of what was rejected', () => {
    beforeEach(() => {
      const { letters, quarantined } = harness.city.deadLetterOffice;
      for (const letterId of ['1', '2']) {
        letters.set(letterId, {
          letterId,
          deviceId: 'sensor-1',
          topic: 't',
          receivedAt: 0,
          payload: Uint8Array.of(0xff, 0x00, 0x41),
          code: 'payload.truncated',
          detail: '3 bytes',
          state: 'open',
          attempts: 1,
        });
      }
      const reading = { deviceId: 'sensor-1', receivedAt: 0, code: 'clock.ahead', values: { fillingLevel: 0.5 } };
      quarantined.push(
        { ...reading, quarantineId: 'q1', deviceTime: 9e15 },
        { ...reading, quarantineId: 'q2', deviceTime: 0 },
      );
    });

    it('gives the original bytes', async () => {
      expect((await get('/dead-letters?code=payload.truncated')).body.items).toHaveLength(2);
      expect((await get('/dead-letters/1')).body).toMatchObject({
        payloadBytes: 3,
        payload: { base64: '/wBB', hex: 'ff0041' },
      });
    });

    it('tries again or discards what is open, and nothing else', async () => {
      expect((await post('/dead-letters/1/retry')).body).toMatchObject({ letterId: '1', state: 'retry' });
      expect((await post('/dead-letters/1/retry')).body).toMatchObject({ status: 409, code: 'letter.notOpen' });
      expect((await post('/dead-letters/retry', { code: 'payload.truncated' })).body).toEqual({
        retried: 1,
        more: false,
      });
      expect((await post('/dead-letters/2/discard')).body).toMatchObject({ status: 409, code: 'letter.notOpen' });
      expect((await post('/dead-letters/9/discard')).body).toMatchObject({ status: 404, code: 'letter.unknown' });
    });

    it('lists quarantined readings, with device times that no calendar has', async () => {
      expect(
        ((await get('/quarantine')).body.items as { deviceTime: string }[]).map(({ deviceTime }) => deviceTime),
      ).toEqual(['9000000000000000', '1970-01-01T00:00:00.000Z']);
    });

    it('gives the ledger, in total and per device', async () => {
      expect((await get('/ledger')).body).toEqual(harness.city.ledger.report);
      await withDevice();
      expect((await get('/devices/sensor-1/ledger')).body).toMatchObject({ uplinks: { received: 3 } });
      expect((await get('/devices/none/ledger')).status).toBe(404);
    });
  });
});
