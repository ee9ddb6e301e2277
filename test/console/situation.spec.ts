import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
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
import { writeSchematicMap } from './schematic-map.ts';

const FULL = 0.97;
const EMPTY = 0.05;

describe('the situation', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let bin: RegisteredDevice;
  let sensor: TestDevice;

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir, {
      BASE_MAP_FILE: await writeSchematicMap(folder.dataDir),
      ACCESSIBILITY_FEEDBACK_URL: 'mailto:barrierefrei@hanau.example',
      LEGAL_NOTICE_URL: 'https://www.hanau.example/impressum',
    });
    const asset = (name: string, district: string) => ({
      type: 'WasteContainer',
      name,
      district,
      containerHeight: 1.2,
    });
    bin = await register(platform, 'bin-1', 'stadtfunk-json', asset('Papierkorb Am Markt 3', 'Innenstadt'));
    await register(platform, 'bin-2', 'stadtfunk-json', asset('Altglas Lamboystraße 40', 'Lamboy'));
    sensor = await TestDevice.connect(platform.mqttUrl, bin);
    browser = await TestBrowser.start(platform.apiUrl);
  });
  afterEach(() => browser.closePages());
  afterAll(async () => {
    await browser?.close();
    await sensor?.end();
    await platform?.stop();
    await folder?.remove();
  });

  const measure = (fillingLevel: number) =>
    sensor.publish(JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } }));
  const signedIn = (path: string, options: TabOptions = {}) => browser.openSignedIn(path, platform.token, options);
  /** Once it is drawn: where the processor draws, on a busy machine, that takes a while. */
  const mapOf = ({ page }: Tab) => page.locator('.city-map[aria-busy="false"]');
  const row = ({ page }: Tab, name: string) => page.getByRole('row').filter({ hasText: name });

  it('asks to sign in, says what is wrong, and then shows the page that was asked for', async () => {
    const tab = await browser.open('/?district=Lamboy');
    const { page } = tab;
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor({ state: 'attached' });
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'sign-in');

    await page.getByLabel('Kontoname').fill('anna');
    await page.getByLabel('Kennwort').fill('not-her-password');
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await page.getByText('Kontoname oder Kennwort stimmt nicht.').waitFor();
    await screenshot(tab, 'sign-in-refused');

    await signInWithToken(tab, platform.token);
    await row(tab, 'Altglas Lamboystraße 40').waitFor();
    expect(await page.getByLabel('Stadtteil').inputValue()).toBe('Lamboy');
    expect(await row(tab, 'Papierkorb').count()).toBe(0);
    expect(tab.errors).toEqual([]);
  });

  it('shows an alert without being loaded again, in the list and on the map, and lets go of it when it is over', async () => {
    const tab = await signedIn('/');
    const { page } = tab;
    await row(tab, 'Papierkorb Am Markt 3').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await mapOf(tab).waitFor();

    await measure(FULL);
    await row(tab, 'Papierkorb Am Markt 3')
      .getByText(/Leicht|Schwer|Kritisch|Hinweis/u)
      .waitFor();
    expect(await page.getByRole('button', { name: /Ohne Alarm/u }).innerText()).toContain('1');
    await page.getByRole('button', { name: 'Papierkorb Am Markt 3' }).click();
    const details = page.getByRole('region', { name: 'Einzelheiten zu Papierkorb Am Markt 3' });
    await details.getByRole('link', { name: /voll/iu }).first().waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'situation-details');

    await measure(EMPTY);
    await eventually('quiet', async () => (await row(tab, 'Papierkorb').getByText('–').count()) > 0);
    await details.getByText('Keine offenen Alarme.').waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('can be used by keyboard alone', async () => {
    const tab = await signedIn('/');
    const { page } = tab;
    await row(tab, 'Papierkorb Am Markt 3').waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Zum Inhalt springen');
    await page.keyboard.press('Enter');

    await tabTo(tab, '.asset-list__name');
    const first = await page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.textContent)).not.toBe(first);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: /Einzelheiten/u }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: /Einzelheiten/u }).waitFor({ state: 'detached' });
    await tabTo(tab, '.maplibregl-canvas');
    expect(tab.errors).toEqual([]);
  });

  it('speaks English as well', async () => {
    const tab = await signedIn('/', { language: 'en', colorScheme: 'dark' });
    const { page } = tab;
    await page.getByRole('heading', { name: 'Situation' }).waitFor();
    await row(tab, 'Papierkorb Am Markt 3').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'situation-dark-en');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Lage' }).waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('fits on a phone', async () => {
    const tab = await signedIn('/', { viewport: PHONE, hasTouch: true });
    const { page } = tab;
    await row(tab, 'Papierkorb Am Markt 3').waitFor();
    expect(await isTooWide(tab)).toBe(false);
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'situation-phone-list');
    await page.getByRole('group', { name: 'Ansicht' }).getByRole('button', { name: 'Karte' }).click();
    await mapOf(tab).waitFor();
    expect(await isTooWide(tab)).toBe(false);
    await screenshot(tab, 'situation-phone-map');
    expect(tab.errors).toEqual([]);
  });

  it('keeps what was typed when an asset is chosen before the page has followed the address', async () => {
    const tab = await signedIn('/');
    const { page } = tab;
    const name = page.locator('.asset-list__name', { hasText: 'Altglas Lamboystraße 40' });
    await name.waitFor();
    await name.evaluate((found: HTMLElement) => {
      const replaceState = history.replaceState.bind(history);
      history.replaceState = (...state) => {
        history.replaceState = replaceState;
        replaceState(...state);
        // Before the page can be drawn anew.
        queueMicrotask(() => found.click());
      };
    });
    await page.getByRole('searchbox', { name: 'Suche' }).fill('Lamboystr');
    await page.getByRole('region', { name: /Einzelheiten zu Altglas/u }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Suche' }).inputValue()).toBe('Lamboystr');
    expect([...new URL(page.url()).searchParams.keys()].sort()).toEqual(['asset', 'q']);
    expect(tab.errors).toEqual([]);
  });

  it('goes on where one was after the session has ended', async () => {
    const tab = await signedIn('/');
    const { page } = tab;
    await row(tab, 'Papierkorb Am Markt 3').waitFor();
    await page.getByRole('searchbox', { name: 'Suche' }).fill('Lamboystr');
    await page.context().clearCookies();
    // By an event: whatever else asks the server first opens the dialog over the list.
    await page.locator('.asset-list__name', { hasText: 'Altglas Lamboystraße 40' }).dispatchEvent('click');
    const dialog = page.getByRole('dialog', { name: 'Ihre Sitzung ist abgelaufen' });
    await dialog.waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'session-expired');
    await dialog.getByRole('button', { name: /API-Token/u }).click();
    await dialog.getByLabel('API-Token').fill(platform.token);
    await dialog.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page
      .getByRole('region', { name: /Einzelheiten zu Altglas/u })
      .getByText('Abfallbehälter')
      .waitFor();
    expect(await page.getByRole('searchbox', { name: 'Suche' }).inputValue()).toBe('Lamboystr');
    expect(tab.errors).toEqual([]);
  });

  it('tells everybody how accessible it is and where to report a barrier', async () => {
    const tab = await browser.open('/accessibility');
    await tab.page.getByRole('heading', { name: 'Erklärung zur Barrierefreiheit' }).waitFor();
    const link = tab.page.getByRole('link', { name: 'Barriere melden' });
    expect(await link.getAttribute('href')).toBe('mailto:barrierefrei@hanau.example');
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'accessibility');
    expect(tab.errors).toEqual([]);
  });

  it('says that the connection is lost, and misses nothing that happened meanwhile', async () => {
    const tab = await signedIn('/');
    tab.tolerate(/net::ERR_/u);
    const { page } = tab;
    await row(tab, 'Papierkorb Am Markt 3').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await mapOf(tab).waitFor();
    await page.context().setOffline(true);
    await platform.stop();
    await page.getByRole('banner').getByText('Verbindung wird wiederhergestellt').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'connection-lost');

    const port = new URL(platform.apiUrl).port;
    platform = await PlatformProcess.start(folder.dataDir, {
      HTTP_PORT: port,
      BASE_MAP_FILE: await writeSchematicMap(folder.dataDir),
      ACCESSIBILITY_FEEDBACK_URL: 'mailto:barrierefrei@hanau.example',
    });
    sensor = await TestDevice.connect(platform.mqttUrl, bin);
    await measure(FULL);
    await eventually('the alert', async () => {
      const { items } = await platform.get<{ items: unknown[] }>('/api/v1/alerts?open=true');
      return items.length > 0;
    });
    await page.context().setOffline(false);
    await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
    await row(tab, 'Papierkorb Am Markt 3')
      .getByText(/Leicht|Schwer|Kritisch|Hinweis/u)
      .waitFor();
    expect(tab.errors).toEqual([]);
  });
});
