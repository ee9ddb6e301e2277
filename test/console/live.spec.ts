import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { signInWithToken, type Tab, TestBrowser } from './browser.ts';
import { Gateway } from './gateway.ts';

const FULL = 0.97;
const EMPTY = 0.05;
/** More than a browser has connections to one server over HTTP/1.1. */
const TABS = 8;
const BINS = ['Papierkorb Am Markt 3', 'Altglas Lamboystraße 40', 'Papierkorb Schlossgarten'];
const PASSWORD = 'vier muede Laternen';

describe('the event stream of several tabs', { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let gateway: Gateway;
  let browser: TestBrowser;
  const sensors: TestDevice[] = [];
  const tabs: Tab[] = [];

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir);
    for (const [index, name] of BINS.entries()) {
      const asset = { type: 'WasteContainer', name, district: 'Innenstadt', containerHeight: 1.2 };
      const device = await register(platform, `bin-${index}`, 'stadtfunk-json', asset);
      sensors.push(await TestDevice.connect(platform.mqttUrl, device));
    }
    gateway = await Gateway.start(platform.apiUrl);
    browser = await TestBrowser.start(gateway.url);
    const first = await browser.open('/alerts');
    await signInWithToken(first, platform.token);
    await isLive(first);
    tabs.push(first);
    for (let count = 1; count < TABS; count++) {
      tabs.push(await browser.open('/alerts', { beside: first }));
      await isLive(tabs.at(-1)!);
    }
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    for (const sensor of sensors) await sensor.end();
    await platform?.stop();
    await folder?.remove();
  });

  const isLive = ({ page }: Tab) => page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
  const row = ({ page }: Tab, bin: number) => page.getByRole('row').filter({ hasText: BINS[bin]! });
  const measure = (bin: number, fillingLevel: number) =>
    sensors[bin]!.publish(JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } }));
  const allShow = (bin: number) => Promise.all(tabs.map((tab) => row(tab, bin).waitFor()));

  it('is one, and all of them show an alert without a reload', async () => {
    expect(gateway.openStreams).toBe(1);
    await measure(0, FULL);
    await allShow(0);
    expect(gateway.openStreams).toBe(1);
  });

  it('goes on when the tab that began it is closed', async () => {
    await tabs.shift()!.page.close();
    await measure(1, FULL);
    await allShow(1);
    expect(gateway.openStreams).toBe(1);
  });

  it('tells a tab that the browser had put to sleep what happened meanwhile', async () => {
    const [sleeper, ...others] = tabs;
    const session = await sleeper!.page.context().newCDPSession(sleeper!.page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await measure(2, FULL);
    await Promise.all(others.map((tab) => row(tab, 2).waitFor()));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await row(sleeper!, 2).waitFor();
    await session.detach();
  });

  it('misses nothing that happened while the server was away, in any tab', async () => {
    for (const tab of tabs) tab.tolerate(/net::ERR_|status of 502/u);
    gateway.isServerAway = true;
    gateway.cut();
    await Promise.all(
      tabs.map(({ page }) => page.getByRole('banner').getByText('Verbindung wird wiederhergestellt').waitFor()),
    );
    await measure(0, EMPTY);
    await eventually('the end of the alert', async () => {
      const { items } = await platform.get<{ items: readonly object[] }>('/api/v1/alerts?open=true');
      return items.length === BINS.length - 1;
    });
    gateway.isServerAway = false;
    await Promise.all(tabs.map(isLive));
    await Promise.all(tabs.map((tab) => row(tab, 0).waitFor({ state: 'detached' })));
    expect(gateway.openStreams).toBe(1);
  });

  it("tells whoever signs in next nothing of the other, and the other's tabs nothing of them", async () => {
    const roles = [{ role: 'viewer', departments: ['lighting'] }];
    const invited = { name: 'l.brand', displayName: 'Lea Brand', email: null, roles };
    const { link } = await platform.post<{ link: { path: string } }>('/api/v1/accounts', invited);
    const [kept, leaving, ...others] = tabs;
    await Promise.all(others.map(({ page }) => page.close()));
    await leaving!.page.getByRole('button', { name: 'Abmelden' }).click();
    await leaving!.page.getByLabel('Kontoname').waitFor();
    await leaving!.page.goto(link.path);
    await leaving!.page.getByLabel('Neues Kennwort').fill(PASSWORD);
    await leaving!.page.getByRole('button', { name: 'Festlegen und anmelden' }).click();
    await leaving!.page.getByRole('banner').getByText('Lea Brand').waitFor();
    await leaving!.page.goto('/alerts');
    await isLive(leaving!);
    await leaving!.page.getByText('Keine offenen Alarme', { exact: false }).waitFor();

    // The tab that was left open is told that its session is over, or begins anew as the other one's.
    await kept!.page
      .getByRole('dialog', { name: 'Ihre Sitzung ist abgelaufen' })
      .or(kept!.page.getByRole('banner').getByText('Lea Brand'))
      .waitFor();
    await measure(0, FULL);
    await eventually('the alert', async () => {
      const { items } = await platform.get<{ items: readonly object[] }>('/api/v1/alerts?open=true');
      return items.length === BINS.length;
    });
    expect(await row(leaving!, 0).count()).toBe(0);
    expect(await row(kept!, 0).count()).toBe(0);
    for (const { errors } of tabs) expect(errors).toEqual([]);
  });
});
