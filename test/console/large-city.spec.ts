import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CDPSession } from 'playwright-core';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { fillCity } from './big-city.ts';
import { screenshot, signInWithToken, type Tab, TestBrowser } from './browser.ts';
import { writeSchematicMap } from './schematic-map.ts';

const ASSETS = 10_000;
const ALERTS = 1_000;
/** What a person takes for at once. Of the page's own thread, so that other load on the machine does not count. */
const AT_ONCE_MS = 100;
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
    await signInWithToken(tab, platform.token);
    await tab.page.locator('.asset-list__name').first().waitFor();
    await tab.page.locator('.maplibregl-canvas').waitFor();
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
  /** How long the page's thread worked for what this did, until it rests. */
  const cost = async (act: () => Promise<unknown>) => {
    await quiet();
    const before = await busyMs();
    await act();
    await quiet();
    return (await busyMs()) - before;
  };

  it('are all in the list and on the map, though only a screenful of rows is drawn', async () => {
    const { page } = tab;
    await page.getByText('10.000 von 10.000 Anlagen').waitFor();
    expect(await page.locator('table').first().getAttribute('aria-rowcount')).toBe(String(ASSETS + 1));
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    await screenshot(tab, 'situation-10000');
  });

  it('answer within a tenth of a second', async () => {
    const { page } = tab;
    const scroller = page.locator('.table-scroll');
    const figures = {
      'filter by severity': await cost(() => page.getByRole('button', { name: /Kritisch/u }).click()),
      'filter off': await cost(() => page.getByRole('button', { name: /Kritisch/u }).click()),
      'filter by district': await cost(() => page.getByLabel('Stadtteil').selectOption('Lamboy')),
      'all districts': await cost(() => page.getByLabel('Stadtteil').selectOption('')),
      'sort by name': await cost(() => page.getByRole('button', { name: 'Anlage', exact: true }).click()),
      'scroll by a screen': await cost(() => scroller.evaluate((element) => element.scrollBy(0, 600))),
      'scroll to the end': await cost(() => scroller.evaluate((element) => element.scrollTo(0, 1e7))),
      'type a letter': await cost(() => page.getByRole('searchbox', { name: 'Suche' }).press('a')),
      'select an asset': await cost(() => page.locator('.asset-list__name').nth(5).click()),
    };
    console.log(
      Object.entries(figures)
        .map(([name, ms]) => `${name}: ${ms.toFixed(0)} ms`)
        .join(', '),
    );
    for (const [name, ms] of Object.entries(figures)) expect(ms, name).toBeLessThan(AT_ONCE_MS);
    expect(tab.errors).toEqual([]);
  });
});
