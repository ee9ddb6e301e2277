import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness, TOKEN } from '../testing/harness.ts';
import { importLine } from './import.schema.ts';

interface Report {
  readonly applied: boolean;
  readonly encoding: string;
  readonly errors: readonly { code: string; column: string }[];
  readonly columns: readonly { header: string; field: string | null }[];
  readonly counts: Readonly<Record<'rows' | 'new' | 'changed' | 'unchanged' | 'error', number>>;
  readonly rows: readonly {
    line: number;
    id: string | null;
    outcome: string;
    changes: readonly { field: string; before: unknown; after: unknown }[];
    errors: readonly { column: string | null; code: string }[];
  }[];
  readonly credentials: readonly { deviceId: string; password: string }[];
}

const ASSETS = [
  'Kennung;Typ;Name;Länge;Breite;Straße;Mastnummer;Behälterhöhe;Farbe',
  'L-1;Leuchte;Marktplatz;8,9169;50,1328;Am Markt 14;12-07;;blau',
  'B-1;WasteContainer;Süd;8.92;50.13;;;1,45;',
].join('\r\n');

describe('The import of CSV files', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.close());

  const send = (kind: string, file: string | Uint8Array, apply = false) =>
    harness.call('POST', `/api/v1/imports/${kind}?apply=${String(apply)}`, {
      upload: typeof file === 'string' ? Buffer.from(file) : file,
    });
  const check = async (kind: string, file: string | Uint8Array) => (await send(kind, file)).body as unknown as Report;
  const take = async (kind: string, file: string | Uint8Array) =>
    (await send(kind, file, true)).body as unknown as Report;
  const outcomes = ({ rows }: Report) => rows.map(({ line, outcome }) => [line, outcome]);
  const codes = ({ rows }: Report) =>
    rows.flatMap(({ line, errors }) => errors.map(({ column, code }) => [line, column, code]));

  it('leaves an entry of what it was done to, and none of a dry run', async () => {
    const { entries } = harness.city.accounts.audit;
    await check('assets', ASSETS);
    expect(entries).toEqual([]);
    await take('assets', ASSETS);
    expect(entries).toMatchObject([{ thing: { kind: 'import', id: 'assets' }, outcome: 'done' }]);
  });

  it('says at first what it would do, and does nothing', async () => {
    const report = await check('assets', ASSETS);

    expect(report).toMatchObject({ applied: false, encoding: 'utf-8', separator: ';', errors: [] });
    expect(report.counts).toEqual({ rows: 2, new: 2, changed: 0, unchanged: 0, error: 0 });
    expect(report.columns.at(-1)).toEqual({ header: 'Farbe', field: null });
    expect(await harness.city.deviceRegistry.findAsset('L-1')).toBeUndefined();
  });

  it('takes assets as a German spreadsheet writes them, and the same file again without a change', async () => {
    expect((await take('assets', ASSETS)).counts).toMatchObject({ new: 2 });
    expect(await harness.city.deviceRegistry.findAsset('L-1')).toEqual({
      assetId: 'L-1',
      type: 'Streetlight',
      name: 'Marktplatz',
      location: { type: 'Point', coordinates: [8.9169, 50.1328] },
      district: null,
      address: { streetAddress: 'Am Markt 14' },
      department: null,
      attributes: { streetPoleNum: '12-07' },
    });
    expect((await harness.city.deviceRegistry.findAsset('B-1'))?.attributes).toEqual({ containerHeight: 1.45 });

    const again = await take('assets', Buffer.from(ASSETS, 'latin1'));
    expect(again).toMatchObject({ applied: true, encoding: 'windows-1252' });
    expect(again.counts).toEqual({ rows: 2, new: 0, changed: 0, unchanged: 2, error: 0 });
  });

  it('changes what cells say, and leaves what they do not', async () => {
    await take('assets', ASSETS);
    const report = await take('assets', 'assetId,name,district\nL-1,,Altstadt\nB-1,Süd,');

    expect(outcomes(report)).toEqual([
      [2, 'changed'],
      [3, 'unchanged'],
    ]);
    expect(report.rows[0]?.changes).toEqual([{ field: 'district', before: null, after: 'Altstadt' }]);
    expect(await harness.city.deviceRegistry.findAsset('L-1')).toMatchObject({
      name: 'Marktplatz',
      district: 'Altstadt',
      address: { streetAddress: 'Am Markt 14' },
      attributes: { streetPoleNum: '12-07' },
    });
  });

  it('tells what is wrong by line and column, all of it, and then takes nothing', async () => {
    const file = [
      'Kennung;Typ;Länge;Breite;Dienststelle;Leistung',
      'L-1;Leuchte;8,9;50,1;lighting;38',
      'L 2;Leuchte;8,9;50,1;;',
      'L-3;Laterne;190;;;',
      ';Leuchte;8,9;50,1;;',
      'L-1;Leuchte;8,9;50,1;;',
      'L-5;Leuchte;8,9;50,1;fire;viel',
      'L-6;Leuchte;8,9;50,1;fire;',
      'L-7;Leuchte;8,9;50,1;;;;mehr',
    ].join('\n');
    const report = await check('assets', file);

    expect(report.counts).toMatchObject({ rows: 8, new: 1, error: 7 });
    expect(codes(report)).toEqual([
      [3, 'assetId', 'cell.invalid'],
      [4, 'type', 'cell.invalid'],
      [4, 'longitude', 'cell.invalid'],
      [4, 'latitude', 'cell.invalid'],
      [5, 'assetId', 'cell.missing'],
      [6, 'assetId', 'row.twice'],
      [7, 'Leistung', 'cell.notNumber'],
      [8, 'department', 'department.unknown'],
      [9, null, 'row.tooLong'],
    ]);
    const refused = await send('assets', file, true);
    expect(refused).toMatchObject({ status: 422, body: { code: 'import.rowErrors' } });
    expect(await harness.city.deviceRegistry.findAsset('L-1')).toBeUndefined();
  });

  it('tells of a header that it cannot work with', async () => {
    const missing = await check('assets', 'Name;Typ\nx;Leuchte');
    expect(missing.errors).toMatchObject([{ column: 'assetId', code: 'column.missing' }]);
    expect(missing.counts.rows).toBe(0);
    const twice = await check('assets', 'Kennung;ID\na;b');
    expect(twice.errors).toMatchObject([{ column: 'ID', code: 'column.twice' }]);
    expect((await send('assets', 'Name\nx', true)).body).toMatchObject({ code: 'import.rowErrors' });
  });

  it('registers devices with passwords that are shown once, and binds them', async () => {
    await take('assets', ASSETS);
    const file =
      'Gerät;Modell;IMEI;Anlage;Status\nd-1;dragino-ndds75;867724031234567;B-1;aktiv\nd-2;dragino-ndds75;;;geplant';
    const report = await take('devices', file);

    expect(report.credentials.map(({ deviceId, password }) => [deviceId, password !== ''])).toEqual([
      ['d-1', true],
      ['d-2', true],
    ]);
    expect(await harness.city.deviceRegistry.findDevice('d-1')).toMatchObject({ assetId: 'B-1', lifecycle: 'active' });
    expect(await harness.city.deviceRegistry.findDevice('d-2')).toMatchObject({ assetId: null, lifecycle: 'planned' });
    const hash = (await harness.city.deviceRegistry.findCredential('d-1'))?.passwordHash;
    expect(hash).toContain(report.credentials[0]?.password);

    const again = await take('devices', file);
    expect(again.counts).toMatchObject({ unchanged: 2, new: 0 });
    expect(again.credentials).toEqual([]);
    expect((await harness.city.deviceRegistry.findCredential('d-1'))?.passwordHash).toBe(hash);
  });

  it('refuses devices of unknown models, IMEIs that are taken, and places that there are not', async () => {
    await take('devices', 'deviceId;model;imei\nd-1;dragino-ndds75;111111111111111');
    const report = await check(
      'devices',
      [
        'deviceId;model;imei;assetId',
        'd-2;no-such;;',
        'd-3;dragino-ndds75;111111111111111;',
        'd-4;dragino-ndds75;12;',
        'd-5;dragino-ndds75;;nowhere',
        'd-6;dragino-ndds75;222222222222222;',
        'd-7;dragino-ndds75;222222222222222;',
      ].join('\n'),
    );

    expect(codes(report)).toEqual([
      [2, 'model', 'model.unknown'],
      [3, 'imei', 'device.imeiTaken'],
      [4, 'imei', 'cell.invalid'],
      [5, 'assetId', 'asset.unknown'],
      [7, 'imei', 'device.imeiTaken'],
    ]);
  });

  it('lets devices exchange their IMEIs within a file', async () => {
    const [one, two] = ['1'.repeat(15), '2'.repeat(15)];
    await take('devices', `deviceId;model;imei\nd-1;dragino-ndds75;${one}\nd-2;dragino-ndds75;${two}`);
    const report = await take('devices', `deviceId;imei\nd-1;${two}\nd-2;${one}`);

    expect(report.counts).toMatchObject({ changed: 2 });
    expect((await harness.city.deviceRegistry.findDevice('d-1'))?.imei).toBe(two);
  });

  it('binds devices, and takes them off where the cell of the asset is empty', async () => {
    await take('assets', ASSETS);
    await take('devices', 'deviceId;model;assetId\nd-1;dragino-ndds75;B-1\nd-2;dragino-ndds75;');
    const file = 'Gerät;Anlage\nd-1;\nd-2;B-1\nd-3;B-1';
    expect(codes(await check('bindings', file))).toEqual([[4, 'deviceId', 'device.unknown']]);

    const report = await take('bindings', 'Gerät;Anlage\nd-1;\nd-2;B-1');
    expect(report.counts).toMatchObject({ changed: 2 });
    expect((await harness.city.deviceRegistry.findDevice('d-1'))?.assetId).toBeNull();
    expect((await harness.city.deviceRegistry.findDevice('d-2'))?.assetId).toBe('B-1');
  });

  it('writes a large file some rows at a time, and what was written before something changed stays', async () => {
    const { deviceRegistry, registryBatch } = harness.city;
    const rows = Array.from({ length: 1_200 }, (_, index) => `L-${index};Leuchte;Leuchte ${index};8,9;50,1`);
    const file = ['Kennung;Typ;Name;Länge;Breite', ...rows].join('\n');
    const sizes: number[] = [];
    const change = registryBatch.change.bind(registryBatch);
    registryBatch.change = async (needs, decide) => {
      sizes.push(needs.assetIds.length);
      const isWritten = await change(needs, decide);
      // Others come in between; one of them has what is still to come.
      if (sizes.length === 1) {
        await deviceRegistry.createAsset({ ...(await deviceRegistry.findAsset('L-0'))!, assetId: 'L-700' });
      }
      return isWritten;
    };

    const { status, body } = await send('assets', file, true);
    expect([status, body]).toMatchObject([409, { code: 'import.outdated', written: 500, credentials: [] }]);
    expect(await deviceRegistry.findAsset('L-499')).toMatchObject({ name: 'Leuchte 499' });
    expect(await deviceRegistry.findAsset('L-500')).toBeUndefined();

    const again = await take('assets', file);
    expect(again.counts).toEqual({ rows: 1_200, new: 699, changed: 1, unchanged: 500, error: 0 });
    expect(again.rows).toHaveLength(500);
    expect(again.rows[0]).toMatchObject({ id: 'L-700', outcome: 'changed' });
    expect(await deviceRegistry.findAsset('L-1199')).toMatchObject({ name: 'Leuchte 1199' });
    // What has not changed is not written.
    expect(sizes).toEqual([500, 500, 500, 200]);
  });

  it('tells the passwords of devices that were registered before it was interrupted', async () => {
    const { deviceRegistry, registryBatch } = harness.city;
    const rows = Array.from({ length: 700 }, (_, index) => `d-${index};dragino-ndds75`);
    const file = ['deviceId;model', ...rows].join('\n');
    let changes = 0;
    const change = registryBatch.change.bind(registryBatch);
    registryBatch.change = async (needs, decide) => {
      if (++changes === 2) throw new Fault('records.unavailable', 'gone', true);
      return change(needs, decide);
    };

    const { status, body } = await send('devices', file, true);
    const credentials = body.credentials as Report['credentials'];
    expect([status, body.code, body.written]).toEqual([503, 'import.interrupted', 500]);
    expect(credentials.map(({ deviceId }) => deviceId)).toEqual(rows.slice(0, 500).map((row) => row.split(';')[0]));
    const { passwordHash } = (await deviceRegistry.findCredential('d-499'))!;
    expect(passwordHash).toContain(credentials[499]?.password);

    const again = await take('devices', file);
    expect(again.counts).toMatchObject({ new: 200, unchanged: 500 });
    expect(again.credentials.map(({ deviceId }) => deviceId)).toContain('d-699');
    expect((await deviceRegistry.findCredential('d-499'))?.passwordHash).toBe(passwordHash);
  });

  describe('that tells how far it is', () => {
    const devices = (count: number) =>
      ['deviceId;model', ...Array.from({ length: count }, (_, index) => `d-${index};dragino-ndds75`)].join('\n');
    const ask = (file: string, signal?: AbortSignal) =>
      fetch(`${harness.url}/api/v1/imports/devices?apply=true`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'text/csv', accept: 'application/x-ndjson' },
        body: file,
        ...(signal && { signal }),
      });
    const linesOf = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => importLine.parse(JSON.parse(line)));
    const told = (lines: ReturnType<typeof linesOf>) => ({
      written: lines.flatMap((line) => ('progress' in line ? line.progress.written : [])),
      credentials: lines.flatMap((line) => ('progress' in line ? line.credentials : [])),
      end: lines.at(-1)!,
    });
    const hashOf = async (deviceId: string) =>
      (await harness.city.deviceRegistry.findCredential(deviceId))?.passwordHash;

    it('takes the fleet of a city in one file, with each password once', async () => {
      const count = 10_000;
      const answer = await ask(devices(count));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        ...[200, 'application/x-ndjson; charset=utf-8'],
      ]);
      const { written, credentials, end } = told(linesOf(await answer.text()));
      expect(written).toEqual(Array.from({ length: count / 500 + 1 }, (_, index) => index * 500));
      expect(credentials.map(({ deviceId }) => deviceId)).toEqual(Array.from({ length: count }, (_, n) => `d-${n}`));
      for (const { deviceId, password } of credentials) expect(await hashOf(deviceId)).toBe(`$twin$${password}`);
      expect(new Set(credentials.map(({ password }) => password)).size).toBe(count);
      expect(end).toMatchObject({ report: { applied: true, counts: { new: count }, credentials: [] } });

      const again = told(linesOf(await (await ask(devices(count))).text()));
      expect([again.credentials, again.end]).toMatchObject([[], { report: { counts: { unchanged: count } } }]);
    });

    it('tells the passwords of some hundred devices before it makes those of the next, two at a time', async () => {
      const hasher = harness.city.passwordHasher;
      const hash = hasher.hash.bind(hasher);
      let [made, atOnce, most] = [0, 0, 0];
      let goOn = () => undefined as void;
      const isHeld = new Promise<void>((done) => (goOn = done));
      hasher.hash = async (password) => {
        most = Math.max(most, ++atOnce);
        if (++made > 500) await isHeld;
        const hashed = await hash(password);
        atOnce--;
        return hashed;
      };
      const answer = await ask(devices(1_000));
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!text.includes('"written":500')) text += (await reader.read()).value ?? '';
      expect(made).toBeLessThanOrEqual(502);
      goOn();
      for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
      expect(told(linesOf(text)).credentials).toHaveLength(1_000);
      expect(most).toBe(2);
    });

    it('ends when nobody waits for the passwords any more, and the same file takes the rest', async () => {
      const { registryBatch } = harness.city;
      const change = registryBatch.change.bind(registryBatch);
      const controller = new AbortController();
      let changes = 0;
      registryBatch.change = async (needs, decide) => {
        const isWritten = await change(needs, decide);
        if (++changes !== 2) return isWritten;
        controller.abort();
        // Who answers this has heard of the connection that was closed before.
        await harness.call('GET', '/health/live');
        return isWritten;
      };
      await expect(ask(devices(2_500), controller.signal).then((answer) => answer.text())).rejects.toThrow('abort');
      await eventually('it says so', () => harness.log.some(({ message }) => message.includes('nobody waited')));
      expect(changes).toBe(2);

      registryBatch.change = change;
      const rest = told(linesOf(await (await ask(devices(2_500))).text()));
      expect(rest.end).toMatchObject({ report: { counts: { new: 1_500, unchanged: 1_000 } } });
      expect(rest.credentials).toHaveLength(1_500);
    });

    it('says why the rest is not written, after the passwords of what is', async () => {
      const { registryBatch } = harness.city;
      const change = registryBatch.change.bind(registryBatch);
      let changes = 0;
      registryBatch.change = async (needs, decide) => {
        if (++changes === 3) throw new Fault('records.unavailable', 'gone', true);
        return change(needs, decide);
      };
      const { credentials, end } = told(linesOf(await (await ask(devices(2_500))).text()));
      expect(credentials).toHaveLength(1_000);
      expect(await hashOf('d-999')).toContain(credentials[999]?.password);
      expect(end).toMatchObject({ problem: { status: 503, code: 'import.interrupted', written: 1_000 } });
      expect(await hashOf('d-1000')).toBeUndefined();
    });

    it('refuses as any other what cannot be begun, and to keep more than 2,000 passwords for the end', async () => {
      const wrong = await ask('deviceId;model\nd-1;no-such');
      expect([wrong.status, await wrong.json()]).toMatchObject([422, { code: 'import.rowErrors' }]);
      expect(await send('devices', devices(2_001), true)).toMatchObject({
        status: 413,
        body: { code: 'import.tooManyDevices' },
      });
      expect(harness.city.deviceRegistry.everyDevice).toEqual([]);
      expect((await take('devices', devices(2_000))).credentials).toHaveLength(2_000);
    });
  });

  it('lets devices exchange their IMEIs, however far apart they stand', async () => {
    const imei = (index: number) => String(867_724_031_000_000 + index);
    const file = (imeiOf: (index: number) => string) =>
      ['deviceId;model;imei', ...Array.from({ length: 1_100 }, (_, n) => `d-${n};dragino-ndds75;${imeiOf(n)}`)].join(
        '\n',
      );
    await take('devices', file(imei));
    const turned = file((index) => imei((index + 1) % 1_100));
    expect((await check('devices', turned)).counts).toMatchObject({ changed: 1_100, error: 0 });
    expect((await take('devices', turned)).counts).toMatchObject({ changed: 1_100 });

    const { deviceRegistry } = harness.city;
    expect((await deviceRegistry.findDevice('d-0'))?.imei).toBe(imei(1));
    expect((await deviceRegistry.findDevice('d-1099'))?.imei).toBe(imei(0));
    expect((await take('devices', turned)).counts).toMatchObject({ unchanged: 1_100 });
    // Where it is not written to the end, those that nobody has got by then stay with whom they had.
    const { registryBatch } = harness.city;
    const change = registryBatch.change.bind(registryBatch);
    let changes = 0;
    registryBatch.change = async (needs, decide) => {
      if (++changes === 5)
        await deviceRegistry.changeDevice('d-700', (device) => ({ ...device, imei: '9'.repeat(15) }));
      return change(needs, decide);
    };
    expect(await send('devices', file(imei), true)).toMatchObject({ status: 409, body: { written: 500 } });
    registryBatch.change = change;
    expect((await deviceRegistry.findDevice('d-0'))?.imei).toBe(imei(0));
    expect((await deviceRegistry.findDevice('d-800'))?.imei).toBe(imei(801));
    expect(new Set(deviceRegistry.everyDevice.map((device) => device.imei)).size).toBe(1_100);
    // One that somebody else has is not given away.
    const taken = await check('devices', `deviceId;model;imei\nnew;dragino-ndds75;${imei(7)}`);
    expect(codes(taken)).toEqual([[2, 'imei', 'device.imeiTaken']]);
  });

  it('is done one at a time', async () => {
    const { registryBatch } = harness.city;
    const present = registryBatch.present.bind(registryBatch);
    let goOn = () => undefined as void;
    const isAsked = new Promise<void>((resolve) => {
      registryBatch.present = async (needs) => {
        resolve();
        await new Promise<void>((done) => (goOn = done));
        return present(needs);
      };
    });
    const first = check('assets', ASSETS);
    await isAsked;
    expect(await send('assets', ASSETS)).toMatchObject({ status: 503, body: { code: 'import.busy' } });
    registryBatch.present = present;
    goOn();
    expect((await first).counts).toMatchObject({ new: 2 });
    expect((await check('assets', ASSETS)).counts).toMatchObject({ new: 2 });
  });

  it('refuses what is too large, no file, or unreadable', async () => {
    expect(await send('assets', Buffer.alloc(32 * 1024 * 1024 + 1, 97))).toMatchObject({ status: 413 });
    expect(await send('assets', '"open')).toMatchObject({ status: 422, body: { code: 'csv.quote' } });
    const rows = Array.from({ length: 150_002 }, (_, index) => `a-${index}`).join('\n');
    expect(await send('assets', rows)).toMatchObject({ status: 413, body: { code: 'csv.tooManyRows' } });
    expect(await harness.call('POST', '/api/v1/imports/assets', { body: {} })).toMatchObject({ status: 415 });
    expect((await send('people', 'a')).status).toBe(400);
  });

  it('gives templates that it can read itself', async () => {
    for (const kind of ['assets', 'devices', 'bindings']) {
      for (const language of ['de', 'en']) {
        const { text, headers } = await harness.call('GET', `/api/v1/imports/${kind}/template?language=${language}`);
        expect(headers.get('content-disposition')).toContain(`stadtfunk-${kind}.csv`);
        const report = await check(kind, text);
        expect(report.errors).toEqual([]);
        expect(report.columns.every(({ field }) => field !== null)).toBe(true);
        if (kind === 'assets') expect(report.counts).toMatchObject({ new: 2, error: 0 });
      }
    }
  });
});
