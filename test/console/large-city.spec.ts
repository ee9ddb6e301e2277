import { eventually } from '@stadtfunk/kernel/testing';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CDPSession, Locator } from 'playwright-core';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { fillCity } from './big-city.ts';
import { screenshot, signInWithToken, type Tab, TestBrowser } from './browser.ts';
import { writeSchematicMap } from './schematic-map.ts';

const ASSETS = 10_000;
const ALERTS = 1_000;
/** Two servers, ten thousand assets and a browser have to be there first. */
const PREPARATION_MS = 180_000;

describe('ten thousand assets with a thousand open alerts', () => {
  let postgres: PostgresServer;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let tab: Tab;
  let thread: CDPSession;

  beforeAll(async () => {
    postgres = await startPostgres();
    await fillCity(postgres.url, { assets: ASSETS, alerts: ALERTS });
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir, {
      DATABASE_URL: postgres.url,
      BASE_MAP_FILE: await writeSchematicMap(folder.dataDir),
    });
    browser = await TestBrowser.start(platform.apiUrl);
    tab = await browser.open('/');
    tab.page.setDefaultTimeout(PREPARATION_MS / 2);
    await signInWithToken(tab, platform.token);
    await tab.page.locator('.asset-list__name').first().waitFor();
    await tab.page.locator('.city-map[aria-busy="false"]').waitFor();
    thread = await tab.page.context().newCDPSession(tab.page);
    await thread.send('Performance.enable', { timeDomain: 'threadTicks' });
    await quiet();
  }, PREPARATION_MS);
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    await postgres?.stop();
    await folder?.remove();
  });

  const quiet = () => tab.page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 5_000 })));
  const busyMs = async () => {
    const { metrics } = await thread.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000;
  };
  interface Cost {
    /** Until the page is drawn anew. */
    readonly shownMs: number;
    /** With all that follows, the map's drawing above all. */
    readonly restMs: number;
  }
  const twoFrames = () =>
    tab.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  /** How long the page's own thread works for what this does. */
  const cost = async (act: () => Promise<unknown>): Promise<Cost> => {
    await quiet();
    const before = await busyMs();
    await act();
    await twoFrames();
    const shown = await busyMs();
    await quiet();
    return { shownMs: shown - before, restMs: (await busyMs()) - before };
  };
  // By the elements' own events: what the test driver does before a click, looking whether it can, is no work of the console's.
  const choose = (target: Locator, value: string) =>
    target.evaluate((element: HTMLSelectElement, wanted) => {
      element.value = wanted;
      element.dispatchEvent(new Event('change', { bubbles: true }));
    }, value);
  const press = (target: Locator) => target.evaluate((element: HTMLElement) => element.click());

  it('are all in the list and on the map, though only a screenful of rows is drawn', async () => {
    const { page } = tab;
    await page.getByText('10.000 von 10.000 Objekten').waitFor();
    expect(await page.locator('table').first().getAttribute('aria-rowcount')).toBe(String(ASSETS + 1));
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    // What is only read out makes the page no longer than the screen.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(
      0,
    );
    await screenshot(tab, 'situation-10000');
  });

  it('can be filtered, sorted, scrolled and selected, and cost what is printed', async () => {
    const { page } = tab;
    const critical = page.getByRole('button', { name: /Kritisch/u });
    const district = page.getByLabel('Stadtteil');
    const byName = page.getByRole('button', { name: 'Objekt', exact: true });
    const rows = page.locator('.table-scroll');
    const bySeverity = await cost(() => press(critical));
    // Every fifth alert.
    await page.getByText('200 von 10.000 Objekten').waitFor();
    const figures = {
      'filter by severity': bySeverity,
      'filter off': await cost(() => press(critical)),
      'filter by district': await cost(() => choose(district, 'Lamboy')),
      'all districts': await cost(() => choose(district, '')),
      'sort by name': await cost(() => press(byName)),
      'scroll by a screen': await cost(() => rows.evaluate((element) => element.scrollBy(0, 600))),
      'scroll to the end': await cost(() => rows.evaluate((element) => element.scrollTo(0, 1e7))),
      'select an asset': await cost(() => press(page.locator('.asset-list__name').nth(5))),
    };
    // Printed and not judged: a time says as much of the machine as of the page. docs/console.md has some.
    console.log(JSON.stringify({ bench: 'console', assets: ASSETS, alerts: ALERTS, milliseconds: figures }));
    await page.locator('tr[aria-rowindex="10001"]').waitFor();
    await page.locator('.asset-details').waitFor();
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    expect(tab.errors).toEqual([]);
  });

  it('can be gone through by keyboard from the first to the last, and one goes on where one was', async () => {
    const { page } = tab;
    const focusedRow = () => page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex'));
    await page.locator('.table-scroll').evaluate((element) => element.scrollTo(0, 0));
    await page.locator('tr[aria-rowindex="2"] .asset-list__name').focus();
    await page.keyboard.press('End');
    await eventually('the last row', async () => (await focusedRow()) === String(ASSETS + 1));
    await page.keyboard.press('Home');
    await eventually('the first row', async () => (await focusedRow()) === '2');

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.asset-details h2:focus').waitFor();
    await page.keyboard.press('Escape');
    await eventually('the row that was opened', async () => (await focusedRow()) === '3');
    expect(tab.errors).toEqual([]);
  });

  it('are acknowledged five hundred at a time, and what broke off in between stays to be done', async () => {
    const { page } = tab;
    tab.tolerate(/net::ERR_/u);
    await page.goto('/alerts');
    await page.getByText(/1\.000 Alarme/u).waitFor();
    let asked = 0;
    await page.route('**/api/v1/alerts/acknowledge', (route) => (++asked === 2 ? route.abort() : route.continue()));
    await page.getByRole('checkbox', { name: 'Alle auswählen' }).check();
    await page.getByRole('button', { name: 'Quittieren', exact: true }).first().click();
    await page.getByText('Bei 500 Alarmen ist der Schritt noch nicht getan; 500 sind beantwortet.').waitFor();
    await page.getByText('500 ausgewählt').waitFor();
    await screenshot(tab, 'alerts-stopped');
    const left = await platform.get<{ readonly items: readonly object[] }>(
      '/api/v1/alerts?state=unacknowledged&limit=1000',
    );
    expect(left.items).toHaveLength(500);
    await page.getByRole('button', { name: 'Quittieren', exact: true }).first().click();
    await page.getByText('500 ausgewählt').waitFor({ state: 'detached' });
    expect(asked).toBe(3);
  });
});
