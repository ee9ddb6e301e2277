import { readFile } from 'node:fs/promises';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { isTooWide, PHONE, screenshot, type Tab, type TabOptions, TestBrowser, violations } from './browser.ts';
import { writeSchematicMap } from './schematic-map.ts';

const HOUR_MS = 3_600_000;
const SENSOR = 'lamp-sensor';
const LAMP = `asset-of-${SENSOR}`;

interface Device extends RegisteredDevice {
  readonly assetId: string | null;
  readonly lifecycle: string;
}

describe('assets, devices and data quality in the console', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let sensor: TestDevice;
  let spare: RegisteredDevice;

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir, { BASE_MAP_FILE: await writeSchematicMap(folder.dataDir) });
    const lamp = await register(platform, SENSOR, 'stadtfunk-json', {
      type: 'Streetlight',
      name: 'Leuchte Am Markt',
      district: 'Innenstadt',
      address: { streetAddress: 'Am Markt 14', postalCode: '63450', addressLocality: 'Hanau' },
      streetPoleNum: '12-07',
      powerRating: 38,
    });
    await platform.post('/api/v1/assets', {
      assetId: 'bin-1',
      type: 'WasteContainer',
      name: 'Papierkorb Schlossplatz',
      location: { type: 'Point', coordinates: [8.93, 50.13] },
    });
    const registered = await platform.post<Device>('/api/v1/devices', {
      deviceId: 'spare-7',
      model: 'ucifi-streetlight',
      lifecycle: 'planned',
      imei: '867724031234567',
    });
    spare = registered;
    sensor = await TestDevice.connect(platform.mqttUrl, lamp);
    await fillHistory();
    await sensor.publish('no json');
    browser = await TestBrowser.start(platform.apiUrl);
  });
  afterEach(() => browser.closePages());
  afterAll(async () => {
    await browser?.close();
    await sensor?.end();
    await platform?.stop();
    await folder?.remove();
  });

  /** Two days by the half hour, with a gap of six hours in the middle. */
  async function fillHistory(): Promise<void> {
    const now = Date.now();
    const times = Array.from({ length: 96 }, (_, index) => now - 48 * HOUR_MS + index * (HOUR_MS / 2)).filter(
      (time) => time < now - 27 * HOUR_MS || time > now - 21 * HOUR_MS,
    );
    for (let at = 0; at < times.length; at += 24) {
      const history = times.slice(at, at + 24).map((time, index) => ({
        observedAt: new Date(time).toISOString(),
        values: { activePower: 30 + (index % 8), rsrp: -90 - (index % 30), snr: 5, batteryVoltage: 3.6 },
      }));
      await sensor.publish(JSON.stringify({ history }));
    }
    const values = { activePower: 36.5, rsrp: -98, snr: 7, batteryVoltage: 3.6 };
    await sensor.publish(JSON.stringify({ observedAt: new Date(now).toISOString(), values }));
    await eventually('the history is stored', async () => {
      const ledger = await platform.get<{ readings: { stored: number } }>('/api/v1/ledger');
      return ledger.readings.stored > times.length;
    });
  }

  const signedIn = (path: string, options: TabOptions = {}) => browser.openSignedIn(path, platform.token, options);
  const device = (deviceId: string) => platform.get<Device>(`/api/v1/devices/${deviceId}`);
  const seen = async (tab: Tab, name: string) => {
    await screenshot(tab, name);
    expect(await violations(tab)).toEqual([]);
    expect(await isTooWide(tab)).toBe(false);
  };

  it('find a lamp by the number on its pole, with the keyboard alone, and show its course', async () => {
    const tab = await signedIn('/assets');
    const { page } = tab;
    await page.getByRole('heading', { name: 'Objekte', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Papierkorb Schlossplatz' }).waitFor();
    await seen(tab, 'assets');

    const search = page.getByRole('combobox', { name: /Mastnummer/u });
    await search.focus();
    await page.keyboard.type('12-07');
    await page.getByRole('option', { name: /12-07.*Leuchte Am Markt/u }).waitFor();
    await seen(tab, 'assets-search');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Leuchte Am Markt', level: 1 }).waitFor();

    // As a scanner types, with Enter before anything could be found; what was found for the text before is not meant.
    await page.goBack();
    await search.fill('bin-1');
    await page.getByRole('option', { name: /Papierkorb/u }).waitFor();
    await search.fill('12-07');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Leuchte Am Markt', level: 1 }).waitFor();
    const chart = page.getByRole('figure', { name: 'Leistung' });
    await chart.locator('canvas').waitFor();
    await seen(tab, 'asset');
    // The same values as a table: what was measured last is in it, and the hours in which nothing was are not.
    await chart.getByRole('button', { name: /Tabelle/u }).click();
    expect(await chart.getByRole('row').count()).toBeGreaterThan(20);
    expect(tab.errors).toEqual([]);
  });

  it('replace a sensor in three clicks, and show the first message of the new one', async () => {
    const tab = await signedIn(`/assets/${LAMP}`);
    const { page } = tab;
    await page.getByRole('button', { name: 'Sensor tauschen' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /spare-7/u }).waitFor();
    await seen(tab, 'asset-replace');
    await dialog.getByRole('radio', { name: /spare-7/u }).click();
    // What is not in sight any more is not what one means.
    await dialog.getByRole('searchbox').fill('999');
    await dialog.getByText('Kein freier Sensor passt.').waitFor();
    await dialog.getByRole('button', { name: 'Tauschen' }).click();
    await dialog.getByText('Bitte einen Sensor wählen.').waitFor();
    await dialog.getByRole('searchbox').fill('234567');
    await dialog.getByRole('radio', { name: /spare-7/u }).waitFor();
    await dialog.getByRole('button', { name: 'Tauschen' }).click();

    await page.getByText('Warten auf die erste Meldung von spare-7').waitFor();
    expect(await device('spare-7')).toMatchObject({ assetId: LAMP, lifecycle: 'active' });
    expect(await device(SENSOR)).toMatchObject({ assetId: null, lifecycle: 'maintenance' });

    const fresh = await TestDevice.connect(platform.mqttUrl, spare);
    await fresh.publish(JSON.stringify([{ n: '3418/0/4', u: 'W', v: 29.25 }]));
    await page.getByText('spare-7 hat sich gemeldet.').waitFor();
    await fresh.end();
    await eventually('the new sensor measures the old lamp', async () => {
      const asset = await platform.get<{ latest: { values: { activePower?: number } } }>(`/api/v1/assets/${LAMP}`);
      return asset.latest.values.activePower === 29.25;
    });
    await screenshot(tab, 'asset-replaced');
    expect(tab.errors).toEqual([]);
  });

  it('show how a device fares, and what it sent, byte by byte', async () => {
    const tab = await signedIn(`/devices/${SENSOR}`);
    const { page } = tab;
    await page.getByRole('heading', { name: SENSOR, level: 1 }).waitFor();
    await page.getByRole('figure', { name: 'RSRP' }).locator('canvas').waitFor();
    await page.getByRole('button', { name: 'Rohmeldungen zeigen' }).click();
    await page.getByText('Weiter zurück reicht das Meldungsprotokoll nicht.').waitFor();
    expect(await page.locator('details.uplink').count()).toBe(6);
    await page.locator('details.uplink').first().locator('summary').click();
    await page.getByText('payload.notJson').first().waitFor();
    await page.locator('details.uplink').nth(1).locator('summary').click();
    await page.getByText('"activePower": 36.5').first().waitFor();
    await seen(tab, 'device');

    // Going through the choices changes nothing before one says so.
    await page.getByLabel('Stand ändern').selectOption({ label: 'ausgemustert' });
    expect(await device(SENSOR)).toMatchObject({ lifecycle: 'maintenance' });
    await page.getByLabel('Stand ändern').selectOption({ label: 'in Betrieb' });
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Gespeichert.').waitFor();
    expect(await device(SENSOR)).toMatchObject({ lifecycle: 'active' });
    await page.getByRole('button', { name: 'Speichern' }).waitFor({ state: 'detached' });
    expect(tab.errors).toEqual([]);
  });

  it('refuse a file with errors by line and column, and take it when it is right', async () => {
    const tab = await signedIn('/imports');
    const { page } = tab;
    const choose = async (content: string) => {
      const file = { name: 'leuchten.csv', mimeType: 'text/csv', buffer: Buffer.from(content, 'latin1') };
      await page.getByLabel('CSV-Datei').setInputFiles(file);
      await page.getByRole('button', { name: 'Prüfen' }).click();
    };
    await choose(
      'Kennung;Typ;Name;Länge;Breite;Mastnummer\nL-1;Leuchte;Königsplatz;8,91;50,13;31-01\nL-2;Leuchte;Ring;8,91;fünfzig;31-02\n',
    );
    await page.getByText('Zeilen mit Fehlern: 1.', { exact: false }).waitFor();
    await page.getByText(/ist keine Zahl .*fünfzig/u).waitFor();
    expect(await page.getByRole('button', { name: 'Übernehmen' }).count()).toBe(0);
    await seen(tab, 'import-errors');

    await choose(
      'Kennung;Typ;Name;Länge;Breite;Mastnummer\nL-1;Leuchte;Königsplatz;8,91;50,13;31-01\nL-2;Leuchte;Ring;8,91;50,13;31-02\n',
    );
    await page.getByRole('button', { name: 'Übernehmen' }).click();
    await page.getByText('Übernommen: 2 neu, 0 geändert.').waitFor();
    await seen(tab, 'import-done');
    expect(await platform.get('/api/v1/assets/L-1')).toMatchObject({ name: 'Königsplatz', streetPoleNum: '31-01' });
    expect(tab.errors).toEqual([]);
  });

  it('take in a fleet, say how far they are, and hand out each password once, also where the connection breaks', async () => {
    const tab = await signedIn('/imports?kind=devices');
    const { page } = tab;
    const count = 120;
    // Behind all others in the lists, of which the first page is looked at below.
    const rows = Array.from({ length: count }, (_, index) => `zone-${index};dragino-ndds75`);
    const file = Buffer.from(['Gerät;Modell', ...rows].join('\n'));
    const check = async () => {
      await page.getByLabel('CSV-Datei').setInputFiles({ name: 'geraete.csv', mimeType: 'text/csv', buffer: file });
      await page.getByRole('button', { name: 'Prüfen' }).click();
    };
    // At first the connection breaks behind a device.
    const lost = { deviceId: 'told-before', username: 'told-before', password: 'kept', topic: 'x' };
    const line = { progress: { written: 100, rows: count }, credentials: [lost] };
    await page.route('**/api/v1/imports/devices?apply=true', (route) =>
      route.fulfill({ contentType: 'application/x-ndjson', body: `${JSON.stringify(line)}\n` }),
    );
    await check();
    await page.getByRole('button', { name: 'Übernehmen' }).click();
    await page.getByText('Die Übernahme wurde nicht fertig').waitFor();
    await page.getByText('Die Verbindung ist abgebrochen, als 100 Zeilen übernommen waren.').waitFor();
    await page.getByText('Zugangsdaten der neuen Geräte: 1', { exact: true }).waitFor();
    await seen(tab, 'import-broken');

    await page.unroute('**/api/v1/imports/devices?apply=true');
    await check();
    await page.getByRole('button', { name: 'Übernehmen' }).click();
    await page.getByText(`0 von ${count} Zeilen sind übernommen.`).waitFor();
    await screenshot(tab, 'import-progress');
    await page.getByText(`Übernommen: ${count} neu, 0 geändert.`).waitFor();
    await page.getByText(`Zugangsdaten der neuen Geräte: ${count + 1}`).waitFor();
    await seen(tab, 'import-credentials');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Zugangsdaten herunterladen' }).click();
    const [, ...told] = (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\r\n');
    const cells = told.map((row) => row.split(';'));
    expect(cells.map(([deviceId]) => deviceId)).toEqual(['told-before', ...rows.map((row) => row.split(';')[0])]);
    const [deviceId = '', username = '', password = '', topic = ''] = cells.at(-1)!;
    const device = await TestDevice.connect(platform.mqttUrl, { deviceId, username, password, topic });
    await device.end();
    expect(tab.errors).toEqual([]);
  });

  it('let nobody leave the passwords of new devices behind unasked', async () => {
    const tab = await signedIn('/devices');
    const { page } = tab;
    await page.getByRole('link', { name: 'Importieren' }).click();
    await page.getByLabel('Was steht in der Datei?').selectOption('devices');
    const buffer = Buffer.from('Gerät;Modell\nzone-left-1;dragino-ndds75\nzone-left-2;dragino-ndds75\n');
    await page.getByLabel('CSV-Datei').setInputFiles({ name: 'geraete.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Prüfen' }).click();
    // Nothing is lost yet: nobody is asked.
    await page.getByRole('link', { name: 'Objekte' }).click();
    await page.getByRole('heading', { name: 'Objekte', level: 1 }).waitFor();
    await page.goBack();
    await page.getByLabel('CSV-Datei').setInputFiles({ name: 'geraete.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Prüfen' }).click();
    await page.getByRole('button', { name: 'Übernehmen' }).click();
    const kept = page.getByText('Zugangsdaten der neuen Geräte: 2', { exact: true });
    await kept.waitFor();

    const question = page.getByRole('alertdialog', { name: 'Diese Seite verlassen?' });
    const isStillThere = async () => {
      await question.waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe('/imports');
      expect(await kept.isVisible()).toBe(true);
    };
    // By a link, with the keyboard.
    await page.getByRole('link', { name: 'Objekte' }).focus();
    await page.keyboard.press('Enter');
    await question.getByText('noch nicht heruntergeladen sind: 2.').waitFor();
    await seen(tab, 'import-leave');
    await page.keyboard.press('Escape');
    await isStillThere();
    // By the browser's own button, also after the link to the content, and when asked in English.
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'English' }).click();
    await page.evaluate(() => history.back());
    const asked = page.getByRole('alertdialog', { name: 'Leave this page?' });
    await asked.getByText('Credentials of new devices that have not been downloaded: 2.').waitFor();
    await asked.getByRole('button', { name: 'Stay here' }).click();
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await isStillThere();
    // By loading it anew, or closing it: the browser asks.
    const warned = page.waitForEvent('dialog');
    await page.evaluate(() => void setTimeout(() => location.reload()));
    const warning = await warned;
    expect(warning.type()).toBe('beforeunload');
    await warning.dismiss();
    await isStillThere();
    // By signing out.
    await page.getByRole('button', { name: 'Abmelden' }).click();
    await question.getByRole('button', { name: 'Hier bleiben' }).click();
    await isStillThere();

    // When the session is over.
    await page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }));
    await page.getByRole('button', { name: 'Prüfen' }).click();
    const expired = page.getByRole('dialog', { name: 'Ihre Sitzung ist abgelaufen' });
    await expired.getByRole('button', { name: 'Abmelden' }).click();
    await question.getByRole('button', { name: 'Hier bleiben' }).click();
    await expired.getByRole('button', { name: /API-Token/u }).click();
    await expired.getByLabel('API-Token').fill(platform.token);
    await expired.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await expired.waitFor({ state: 'detached' });
    await isStillThere();

    await page.getByRole('link', { name: 'Objekte' }).click();
    await question.getByRole('button', { name: 'Trotzdem verlassen' }).click();
    await page.getByRole('heading', { name: 'Objekte', level: 1 }).waitFor();
    expect(await question.count()).toBe(0);
    expect(tab.errors).toEqual([]);
  });

  it('say how good the data is, and try a dead letter again once its cause is gone', async () => {
    const late = await platform.post<Device>('/api/v1/devices', { deviceId: 'late-1', model: 'dragino-ndds75' });
    const sender = await TestDevice.connect(platform.mqttUrl, late);
    await sender.publish(JSON.stringify({ values: { batteryVoltage: 3.5 } }));
    await sender.end();
    await eventually('the letter is filed', async () => {
      const letters = await platform.get<{ items: readonly object[] }>('/api/v1/dead-letters?device=late-1');
      return letters.items.length === 1;
    });
    const tab = await signedIn('/quality');
    const { page } = tab;
    await page.getByRole('heading', { name: 'Datenqualität', level: 1 }).waitFor();
    await page.getByRole('figure', { name: 'Anteile am Tag' }).locator('canvas').waitFor();
    await seen(tab, 'quality');

    await page.getByRole('link', { name: /Abgelehnte Meldungen/u }).click();
    const row = page.getByRole('row').filter({ hasText: 'late-1' });
    await row.getByRole('button', { name: /Zeigen/u }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Ein neuer Versuch würde wieder scheitern.').waitFor();
    await seen(tab, 'dead-letter');

    await platform.ask('PATCH', '/api/v1/devices/late-1', { model: 'stadtfunk-json' });
    await page.reload();
    await dialog.getByText('Ein neuer Versuch würde gelingen.').waitFor();
    await dialog.getByRole('button', { name: 'Erneut versuchen' }).click();
    await dialog.getByText('gelöst').waitFor();
    const readings = await platform.get<{ items: readonly object[] }>('/api/v1/devices/late-1/readings');
    expect(readings.items).toMatchObject([{ values: { batteryVoltage: 3.5 } }]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    for (const [name, picture, shown] of [
      ['Zustellungen', 'deliveries', 'Keine Zustellung wurde aufgegeben.'],
      ['Regelmäßige Arbeiten', 'schedules', 'täglich um 03:40 Uhr'],
    ] as const) {
      await page.getByRole('link', { name }).click();
      await page.getByText(shown).first().waitFor();
      await seen(tab, picture);
    }
    expect(tab.errors).toEqual([]);
  });

  it('show how jobs fared, by department and district, as a page and as a table to take along', async () => {
    await platform.post('/api/v1/jobs', { kind: 'repair', assetId: LAMP, title: 'Leuchte flackert' });
    const dueAt = new Date(Date.now() + HOUR_MS).toISOString();
    for (const assetId of [LAMP, 'bin-1']) {
      const body = { kind: 'repair', assetId, title: 'Abdeckung fehlt', dueAt };
      const { jobId } = await platform.post<{ readonly jobId: string }>('/api/v1/jobs', body);
      for (const step of ['start', 'done']) await platform.post(`/api/v1/jobs/${jobId}/${step}`);
    }
    const tab = await signedIn('/key-figures');
    const { page } = tab;
    await page.getByRole('heading', { name: 'Kennzahlen', level: 1 }).waitFor();
    const table = page.getByRole('table', { name: /Nach Monat/u });
    await table.getByRole('cell', { name: 'Straßenbeleuchtung' }).first().waitFor();
    await page.getByRole('figure', { name: 'Frist gehalten' }).locator('canvas').waitFor();
    await page
      .getByRole('figure', { name: /^Zeit bis zur Behebung/u })
      .locator('canvas')
      .waitFor();
    await seen(tab, 'key-figures');
    await page.getByLabel('Nach', { exact: true }).selectOption('district');
    await table.getByRole('columnheader', { name: 'Stadtteil' }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /herunterladen/u }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('key-figures-by-district.csv');
    expect(tab.errors).toEqual([]);
  });

  it('speak English, fit a phone, and say what there is not', async () => {
    const tab = await signedIn(`/assets/${LAMP}`, { viewport: PHONE, language: 'en', hasTouch: true });
    const { page } = tab;
    await page.getByRole('button', { name: 'Replace sensor' }).waitFor();
    await seen(tab, 'asset-phone');
    await page.goto('/devices');
    await page.getByRole('link', { name: 'spare-7' }).waitFor();
    await seen(tab, 'devices-phone');
    await page.goto('/quality');
    await page.getByRole('heading', { name: 'By model and firmware' }).waitFor();
    await seen(tab, 'quality-phone');
    await page.goto('/assets/nowhere');
    await page.getByText('This does not exist (any more).').waitFor();
    await seen(tab, 'asset-missing');
    expect(tab.errors).toEqual([]);
  });
});
