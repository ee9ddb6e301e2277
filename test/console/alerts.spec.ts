import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice } from '../platform/device.ts';
import { FlakyProxy } from '../platform/flaky-proxy.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import {
  isTooWide,
  PHONE,
  screenshot,
  signInWithToken,
  tabTo,
  type Tab,
  type TabOptions,
  TestBrowser,
  violations,
} from './browser.ts';

const FULL = 0.97;
const EMPTY = 0.05;
const BINS = {
  'bin-1': ['Papierkorb Am Markt 3', 'Innenstadt'],
  'bin-2': ['Altglas Lamboystraße 40', 'Lamboy'],
  'bin-3': ['Papierkorb Schlossgarten', 'Innenstadt'],
  'bin-4': ['Altglas Freigericht 1', 'Lamboy'],
} as const;
type Bin = keyof typeof BINS;

describe('the alerts', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let proxy: FlakyProxy;
  let browser: TestBrowser;
  const sensors = new Map<Bin, TestDevice>();

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir);
    for (const [id, [name, district]] of Object.entries(BINS)) {
      const asset = { type: 'WasteContainer', name, district, containerHeight: 1.2 };
      const device = await register(platform, id, 'stadtfunk-json', asset);
      sensors.set(id as Bin, await TestDevice.connect(platform.mqttUrl, device));
    }
    proxy = await FlakyProxy.start(platform.apiUrl);
    browser = await TestBrowser.start(proxy.url);
  });
  afterEach(() => browser.closePages());
  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    for (const sensor of sensors.values()) await sensor.end();
    await platform?.stop();
    await folder?.remove();
  });

  const measure = (bin: Bin, fillingLevel: number) =>
    sensors.get(bin)!.publish(JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } }));
  const signedIn = async (path: string, options: TabOptions = {}) => {
    const tab = await browser.openSignedIn(path, platform.token, options);
    await tab.page.getByText('Live', { exact: true }).waitFor();
    return tab;
  };
  const row = ({ page }: Tab, bin: Bin) => page.getByRole('row').filter({ hasText: BINS[bin][0] });
  const openAlerts = () => platform.all<{ alertId: string; assetId: string }>('/api/v1/alerts?open=true');

  it('appear without a reload, are acknowledged, and are worked in a job', async () => {
    const tab = await signedIn('/alerts');
    const { page } = tab;
    await page.getByText('Keine offenen Alarme. Alles ruhig.').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'alerts-empty');

    await measure('bin-1', FULL);
    await row(tab, 'bin-1').getByText(/^#\d+/u).waitFor();
    await eventually('the announcement', async () =>
      /Neuer Alarm/u.test(await page.locator('[data-announcer]').innerText()),
    );
    await row(tab, 'bin-1')
      .getByRole('button', { name: /Quittieren/u })
      .click();
    await row(tab, 'bin-1').getByText('Quittiert von admin').waitFor();

    await row(tab, 'bin-1').getByRole('link', { name: /voll/iu }).click();
    await page.getByRole('heading', { name: 'Warum' }).waitFor();
    await page.getByText('Füllstand mindestens 85').first().waitFor();
    await page.locator('.chart canvas').waitFor();
    await page.getByRole('button', { name: 'Zuweisen …' }).click();
    await page.getByLabel('Wer übernimmt?').fill('Kolonne 3');
    await page.getByRole('button', { name: 'Zuweisen', exact: true }).click();
    await page.getByRole('region', { name: 'Auftrag' }).getByText('Kolonne 3').waitFor();
    const [job] = await platform.all<{ assignee: string }>('/api/v1/jobs');
    expect(job?.assignee).toBe('Kolonne 3');
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'alert');

    await measure('bin-1', EMPTY);
    await page.getByText('Dieser Alarm ist beendet.').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('show what was measured as a table and as CSV too, and can be looked at closer by keyboard', async () => {
    const [alert] = await platform.all<{ alertId: string }>('/api/v1/alerts');
    const tab = await signedIn(`/alerts/${alert!.alertId}`);
    const { page } = tab;
    const chart = page.getByRole('figure', { name: 'Füllstand' });
    await chart.locator('canvas').waitFor();
    await tabTo(tab, '.chart__plot');
    await page.keyboard.press('ArrowRight');
    await chart.getByText(/: 97\s%/u).waitFor();
    const section = () => chart.getByText(/^Ausschnitt/u).innerText();
    await page.keyboard.press('Escape');
    const whole = await section();
    await page.keyboard.press('+');
    await eventually('another section', async () => (await section()) !== whole);
    await page.keyboard.press('0');
    await eventually('the whole again', async () => (await section()) === whole);

    await chart.getByRole('button', { name: 'Als Tabelle zeigen' }).click();
    await chart.getByRole('cell', { name: /97\s%/u }).waitFor();
    const download = page.waitForEvent('download');
    await chart.getByRole('button', { name: 'CSV herunterladen' }).click();
    expect((await download).suggestedFilename()).toBe('Füllstand.csv');
    expect(await violations(tab)).toEqual([]);
    expect(tab.errors).toEqual([]);
  });

  it('are filtered by the address, which outlives a reload', async () => {
    await measure('bin-2', FULL);
    await measure('bin-3', FULL);
    const tab = await signedIn('/alerts');
    const { page } = tab;
    await row(tab, 'bin-2').waitFor();
    await row(tab, 'bin-3').waitFor();
    await page.getByLabel('Stadtteil').selectOption({ label: 'Lamboy (1)' });
    await row(tab, 'bin-3').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Nicht quittiert/u }).click();
    await eventually(
      'both in the address',
      () => /district=Lamboy/u.test(page.url()) && /state=unack/u.test(page.url()),
    );

    await page.reload();
    await row(tab, 'bin-2').waitFor();
    expect(await row(tab, 'bin-3').count()).toBe(0);
    expect(await page.getByLabel('Stadtteil').inputValue()).toBe('Lamboy');
    await page.getByLabel('Suche').fill('gibt es nicht');
    await page.getByText('Zu diesen Filtern passt kein Alarm.').waitFor();
    await page.getByRole('button', { name: 'Filter zurücksetzen' }).click();
    await row(tab, 'bin-3').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('keep still while something is selected, are shelved together, and say what became of each', async () => {
    const tab = await signedIn('/alerts');
    const { page } = tab;
    await page.getByRole('checkbox', { name: new RegExp(BINS['bin-2'][0], 'u') }).check();
    await page.getByRole('checkbox', { name: new RegExp(BINS['bin-3'][0], 'u') }).check();
    await measure('bin-4', FULL);
    await page.getByText('1 neue').waitFor();
    expect(await row(tab, 'bin-4').count()).toBe(0);
    await measure('bin-3', EMPTY);
    await row(tab, 'bin-3').getByText('entfallen').waitFor();
    await screenshot(tab, 'alerts-held');

    await page.getByRole('button', { name: 'Zurückstellen …' }).click();
    await page.getByRole('button', { name: 'Zurückstellen', exact: true }).click();
    await page.getByText('Bitte einen Grund angeben.').waitFor();
    expect(await violations(tab)).toEqual([]);
    await page.getByLabel('Grund').fill('Straßenfest, wird am Montag geleert');
    await page.getByRole('button', { name: '4 Stunden' }).click();
    await screenshot(tab, 'alerts-shelve');
    await page.getByRole('button', { name: 'Zurückstellen', exact: true }).click();
    await page.getByText('1 erledigt, 1 nicht').waitFor();
    await page.getByText('ist inzwischen beendet').waitFor();
    await screenshot(tab, 'alerts-results');
    await page.getByRole('button', { name: 'Liste aktualisieren' }).click();
    await row(tab, 'bin-4').waitFor();
    await row(tab, 'bin-2').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Zurückgestellt' }).click();
    await row(tab, 'bin-2').getByText('Straßenfest, wird am Montag geleert').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'alert-shelves');
    await row(tab, 'bin-2').getByRole('link').click();
    await page.getByText(/admin hat ihn bis .* zurückgestellt: Straßenfest/u).waitFor();
    await page.getByRole('button', { name: 'Zurückstellung beenden' }).click();
    await page.getByText(/zurückgestellt: Straßenfest/u).waitFor({ state: 'detached' });
    expect(tab.errors).toEqual([]);
  });

  it('can be worked through by keyboard alone, and the keys can be switched off', async () => {
    const tab = await signedIn('/alerts');
    const { page } = tab;
    await row(tab, 'bin-2').waitFor();
    await row(tab, 'bin-4').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 ausgewählt').waitFor();
    await page.keyboard.press('a');
    await row(tab, 'bin-2').getByText('Quittiert von admin').waitFor();
    await row(tab, 'bin-4').getByText('Quittiert von admin').waitFor();

    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Tastenkürzel' });
    await help.waitFor();
    expect(await violations(tab)).toEqual([]);
    await help.getByLabel('Tastenkürzel auf dieser Seite verwenden').uncheck();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await tabTo(tab, '[data-alert]');
    await page.keyboard.press('x');
    expect(await page.getByText(/\d ausgewählt/u).count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Warum' }).waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('miss nothing that happened while the stream was broken', async () => {
    const tab = await signedIn('/alerts');
    tab.tolerate(/net::ERR_/u);
    const { page } = tab;
    await row(tab, 'bin-2').waitFor();
    proxy.refuse();
    proxy.cut();
    await page.getByText('Verbindung', { exact: false }).first().waitFor();
    await measure('bin-1', FULL);
    await measure('bin-2', EMPTY);
    await eventually('the platform to know', async () => {
      const assets = (await openAlerts()).map(({ assetId }) => assetId);
      return assets.includes('asset-of-bin-1') && !assets.includes('asset-of-bin-2');
    });
    expect(await row(tab, 'bin-1').count()).toBe(0);
    proxy.heal();
    await row(tab, 'bin-1').waitFor();
    await row(tab, 'bin-2').waitFor({ state: 'detached' });
    expect(tab.errors).toEqual([]);
  });

  it('are held back by planned work that is announced, and ended', async () => {
    const tab = await signedIn('/alerts/windows');
    const { page } = tab;
    await page.getByText('Es sind keine Arbeiten angekündigt.').waitFor();
    // Somebody else does, and ends it.
    const path = '/api/v1/maintenance-windows';
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    const theirs = { district: 'Lamboy', endsAt, reason: 'Kanal wird gespült' };
    const { windowId } = await platform.post<{ readonly windowId: string }>(path, theirs);
    await page.getByRole('row').filter({ hasText: 'Kanal wird gespült' }).waitFor();
    await platform.ask('DELETE', `${path}/${windowId}`);
    await page.getByText('Es sind keine Arbeiten angekündigt.').waitFor();

    await page.getByRole('button', { name: 'Wartungsfenster anlegen' }).click();
    await page.getByRole('button', { name: 'Anlegen', exact: true }).click();
    await page.getByText('Bitte mindestens eines angeben', { exact: false }).waitFor();
    expect(await violations(tab)).toEqual([]);
    await page.getByLabel('Grund').fill('Behälter werden getauscht');
    await page.getByLabel('Stadtteil').selectOption('Innenstadt');
    await screenshot(tab, 'alert-window-new');
    await page.getByRole('button', { name: 'Anlegen', exact: true }).click();
    await page.getByRole('row').filter({ hasText: 'Behälter werden getauscht' }).waitFor();
    await measure('bin-3', FULL);
    await eventually('an alert that is held back', async () => {
      const held = await platform.all<{ assetId: string }>('/api/v1/alerts?state=suppressed');
      return held.some(({ assetId }) => assetId === 'asset-of-bin-3');
    });
    await screenshot(tab, 'alert-windows');
    expect(await violations(tab)).toEqual([]);

    await page.getByRole('button', { name: /Beenden: Behälter/u }).click();
    await page.getByRole('button', { name: 'Jetzt beenden' }).click();
    await page.getByText('Es sind keine Arbeiten angekündigt.').waitFor();
    await page.getByRole('link', { name: 'Alarme', exact: true }).last().click();
    await row(tab, 'bin-3').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('are there at once when one comes back to them, also what was raised while another page was open', async () => {
    await measure('bin-1', FULL);
    await measure('bin-2', EMPTY);
    await eventually('one alert and not the other', async () => {
      const assets = (await openAlerts()).map(({ assetId }) => assetId);
      return assets.includes('asset-of-bin-1') && !assets.includes('asset-of-bin-2');
    });
    const tab = await signedIn('/alerts');
    const { page } = tab;
    const navigation = page.getByRole('navigation', { name: 'Hauptnavigation' });
    await row(tab, 'bin-1').waitFor();
    expect(await row(tab, 'bin-2').count()).toBe(0);
    await page.getByRole('button', { name: /Nicht quittiert/u }).click();
    await page.getByRole('button', { name: /^Offen/u }).click();
    await navigation.getByRole('link', { name: 'Regeln' }).click();
    await page.getByRole('heading', { name: 'Regeln', level: 1 }).waitFor();
    const heard = page.waitForEvent('console', (message) => message.text() === 'raised');
    await page.evaluate(() => {
      const source = new EventSource('/api/v1/stream');
      source.addEventListener('alert.raised', () => console.log('raised'));
      return new Promise((resolve) => source.addEventListener('ready', resolve, { once: true })).then(() => undefined);
    });
    await measure('bin-2', FULL);
    await heard;
    await navigation.getByRole('link', { name: 'Alarme' }).click();
    await row(tab, 'bin-2').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('go on behind the first page', async () => {
    for (const bin of Object.keys(BINS)) await measure(bin as Bin, FULL);
    await eventually('four alerts', async () => (await openAlerts()).length === 4);
    const tab = await signedIn('/rules');
    const { page } = tab;
    // Pages of two instead of a thousand.
    await page.route('**/api/v1/alerts?*', (route) =>
      route.continue({ url: route.request().url().replace('limit=1000', 'limit=2') }),
    );
    await page.goto('/alerts');
    await page.getByText('die ersten 2 Alarme').waitFor();
    await page.getByRole('button', { name: 'Weitere laden' }).click();
    await page.getByText('4 Alarme', { exact: true }).waitFor();
    for (const bin of Object.keys(BINS)) await row(tab, bin as Bin).waitFor();
    expect(await page.getByRole('button', { name: 'Weitere laden' }).count()).toBe(0);

    await page.goto('/alerts?since=hour&text=gibt-es-nicht');
    await page.getByText('Zu diesen Filtern passt kein Alarm.').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('are on the map although the connection broke while its worker was loaded', async () => {
    // In a browser of its own: what the others have loaded is not loaded again.
    const tab = await browser.open('/rules');
    await signInWithToken(tab, platform.token);
    tab.tolerate(/net::ERR_|Worker failed to load/u);
    const { page } = tab;
    let asked = 0;
    await page.context().route(/maplibre-gl-worker/u, (route) => (asked++ === 0 ? route.abort() : route.continue()));
    await page.goto('/');
    await page.locator('.city-map[aria-busy="false"]').waitFor();
    await eventually('another attempt', () => asked > 1);
    await page.locator('.city-map[aria-busy="false"]').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('speak English, fit a phone, and are dark where one wants it', async () => {
    const english = await signedIn('/alerts', { language: 'en', colorScheme: 'dark' });
    await english.page.getByRole('button', { name: /Unacknowledged/u }).waitFor();
    await row(english, 'bin-3').waitFor();
    expect(await violations(english)).toEqual([]);
    await screenshot(english, 'alerts-english-dark');
    await row(english, 'bin-3').getByRole('link', { name: /full/iu }).click();
    await english.page.getByText('Filling level at least 85').first().waitFor();
    await english.page.locator('.chart canvas').waitFor();
    expect(await violations(english)).toEqual([]);
    await screenshot(english, 'alert-english-dark');

    const phone = await signedIn('/alerts', { viewport: PHONE, hasTouch: true });
    await row(phone, 'bin-3').waitFor();
    expect(await isTooWide(phone)).toBe(false);
    expect(await violations(phone)).toEqual([]);
    await screenshot(phone, 'alerts-phone');
    await row(phone, 'bin-3').getByRole('link', { name: /voll/iu }).click();
    await phone.page.locator('.chart canvas').waitFor();
    expect(await isTooWide(phone)).toBe(false);
    await screenshot(phone, 'alert-phone');
    expect([...english.errors, ...phone.errors]).toEqual([]);
  });
});
