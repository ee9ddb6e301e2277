import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { isTooWide, PHONE, screenshot, type Tab, TestBrowser, violations } from './browser.ts';
import { writeSchematicMap } from './schematic-map.ts';

const HOUR_MS = 3_600_000;
/** Not wide: half a screen, or an old one. */
const NARROW = { width: 1280, height: 800 };
const STREETS = ['Am Markt', 'Lamboystraße', 'Schlossplatz', 'Freiheitsplatz', 'Nussallee', 'Akademiestraße'];
const DISTRICTS = ['Innenstadt', 'Lamboy', 'Steinheim'];

/** What was given up is a matter of days; the page gets it as the API would tell it. */
const GIVEN_UP = {
  items: [
    {
      eventId: '4711',
      channel: 'webhook:leitstelle',
      givenUpAt: new Date(Date.now() - HOUR_MS).toISOString(),
      attempts: 12,
      lastError: 'connect ECONNREFUSED 10.1.2.3:443',
    },
  ],
  next: null,
};

/** Every page with things on it, in every light, on a screen and on a telephone. */
describe('every page of the console', { timeout: 180_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let tab: Tab;
  const sensors: TestDevice[] = [];
  const pages = new Map<string, string>();

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir, { BASE_MAP_FILE: await writeSchematicMap(folder.dataDir) });
    await fillCity();
    browser = await TestBrowser.start(platform.apiUrl);
    tab = await browser.openSignedIn('/account', platform.token, { viewport: NARROW });
    await tab.page.route('**/api/v1/deliveries?*', (route) => route.fulfill({ json: GIVEN_UP }));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    for (const sensor of sensors) await sensor.end();
    await platform?.stop();
    await folder?.remove();
  });

  /** Something of everything. */
  async function fillCity(): Promise<void> {
    for (let index = 0; index < 12; index++) {
      const [street, district] = [STREETS[index % STREETS.length]!, DISTRICTS[index % DISTRICTS.length]!];
      const isLamp = index % 3 === 2;
      const device = await register(platform, `sensor-${index}`, 'stadtfunk-json', {
        type: isLamp ? 'Streetlight' : 'WasteContainer',
        name: `${isLamp ? 'Leuchte' : 'Papierkorb'} ${street} ${index + 3}`,
        ...{ district, location: { type: 'Point', coordinates: [8.9 + index / 300, 50.12 + (index % 5) / 300] } },
        address: { streetAddress: `${street} ${index + 3}`, postalCode: '63450', addressLocality: 'Hanau' },
        ...(isLamp ? { streetPoleNum: `12-${index}`, powerRating: 38 } : { containerHeight: 1.2 }),
      });
      sensors.push(await TestDevice.connect(platform.mqttUrl, device));
    }
    for (const [index, sensor] of sensors.entries()) {
      const history = Array.from({ length: 20 }, (_, nth) => ({
        observedAt: new Date(Date.now() - (21 - nth) * HOUR_MS).toISOString(),
        values: { fillingLevel: 0.3 + nth / 50, rsrp: -90 - nth, batteryVoltage: 3.6 },
      }));
      await sensor.publish(JSON.stringify({ history }));
      const values = { fillingLevel: index < 6 ? 0.97 : 0.4, rsrp: -98, batteryVoltage: 3.6 };
      await sensor.publish(JSON.stringify({ observedAt: new Date().toISOString(), values }));
    }
    await sensors[0]!.publish('no json');
    interface Alert {
      readonly alertId: string;
    }
    const open = () => platform.all<Alert>('/api/v1/alerts?open=true');
    await eventually('alerts', async () => (await open()).length >= 4);
    const [first, second] = await open();
    const until = new Date(Date.now() + 8 * HOUR_MS).toISOString();
    await platform.post(`/api/v1/alerts/${second!.alertId}/shelve`, { until, reason: 'Straßenfest bis Montag' });
    await platform.post('/api/v1/maintenance-windows', {
      ...{ district: 'Steinheim', endsAt: until, reason: 'Kanal wird gespült' },
    });
    const roles = [{ role: 'dispatcher', departments: ['waste'] }];
    const invited = { name: 'm.weber', displayName: 'Mia Weber', email: 'm.weber@hanau.example', roles };
    const { account } = await platform.post<{ account: { accountId: string } }>('/api/v1/accounts', invited);
    const rule = await platform.all<{ ruleId: string }>('/api/v1/rules');
    const job = { kind: 'repair', assetId: 'asset-of-sensor-0', title: 'Klappe schließt nicht' };
    const { jobId } = await platform.post<{ jobId: string }>('/api/v1/jobs', job);
    for (const step of ['start', 'done']) await platform.post(`/api/v1/jobs/${jobId}/${step}`);
    const late = { ...job, assetId: 'asset-of-sensor-1', dueAt: new Date(Date.now() - HOUR_MS).toISOString() };
    const overdue = await platform.post<{ jobId: string }>('/api/v1/jobs', { ...late, priority: 'urgent' });
    const letters = await platform.get<{ items: readonly { letterId: string }[] }>('/api/v1/dead-letters');

    const { ruleId } = rule.find(({ ruleId: id }) => id === 'waste.full') ?? rule[0]!;
    for (const [name, path] of Object.entries({
      situation: '/',
      'situation-asset': '/?asset=asset-of-sensor-0',
      alerts: '/alerts',
      alert: `/alerts/${first!.alertId}`,
      shelves: '/alerts/shelves',
      windows: '/alerts/windows',
      jobs: '/jobs',
      'jobs-list': '/jobs?view=list',
      job: `/jobs/${overdue.jobId}`,
      tours: '/tours',
      'tour-plan': '/tours/plan',
      assets: '/assets',
      asset: '/assets/asset-of-sensor-0',
      import: '/imports',
      devices: '/devices',
      device: '/devices/sensor-0',
      rules: '/rules',
      rule: `/rules/${ruleId}`,
      'rule-edit': `/rules/${ruleId}/edit`,
      'rule-history': `/rules/${ruleId}/history`,
      'key-figures': '/key-figures',
      quality: '/quality',
      letters: '/quality/dead-letters',
      letter: `/quality/dead-letters?letter=${letters.items[0]!.letterId}`,
      deliveries: '/quality/deliveries',
      schedules: '/quality/schedules',
      account: '/account',
      accounts: '/accounts',
      'one-account': `/accounts/${account.accountId}`,
      audit: '/audit',
      crew: '/crew',
      accessibility: '/accessibility',
    })) {
      pages.set(name, path);
    }
  }

  /** With all that it shows. */
  const settled = async ({ page } = tab) => {
    await page.locator('h1').first().waitFor();
    await eventually('the page', async () => (await page.locator('.state--loading, [aria-busy="true"]').count()) === 0);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  };

  const light = (colorScheme: 'light' | 'dark', forcedColors: 'none' | 'active' = 'none') =>
    tab.page.emulateMedia({ colorScheme, forcedColors, reducedMotion: 'reduce' });
  const open = async (name: string) => {
    await tab.page.goto(pages.get(name)!);
    await settled();
  };

  it('can be read in the dark, and fits a telephone', async () => {
    const found: string[] = [];
    for (const name of pages.keys()) {
      await tab.page.setViewportSize(NARROW);
      await light('dark');
      await open(name);
      found.push(...(await violations(tab, ['color-contrast'])).map((line) => `${name}: ${line}`));
      if (await isTooWide(tab)) found.push(`${name} is too wide`);
      await screenshot(tab, `looks/${name}-dark`);
      await tab.page.setViewportSize(PHONE);
      await settled();
      found.push(...(await violations(tab)).map((line) => `${name} on a telephone: ${line}`));
      if (await isTooWide(tab)) found.push(`${name} is too wide for a telephone`);
      found.push(...(await outOfSight()).map((line) => `${name} on a telephone: ${line}`));
      await screenshot(tab, `looks/${name}-phone`);
    }
    expect(found).toEqual([]);
    expect(tab.errors).toEqual([]);
  });

  it('fits a telephone in English too', async () => {
    const english = await browser.openSignedIn('/account', platform.token, { viewport: PHONE, language: 'en' });
    const found: string[] = [];
    for (const [name, path] of pages) {
      await english.page.goto(path);
      await settled(english);
      if (await isTooWide(english)) found.push(`${name} is too wide`);
      found.push(...(await outOfSight(english)).map((line) => `${name}: ${line}`));
      await screenshot(english, `looks/${name}-phone-en`);
    }
    expect(found).toEqual([]);
    expect(english.errors).toEqual([]);
  });

  it('leads back from reading in a file to the list of what is read in', async () => {
    for (const [kind, back, list] of [
      ['assets', 'Alle Objekte', '/assets'],
      ['devices', 'Alle Geräte', '/devices'],
      ['bindings', 'Alle Geräte', '/devices'],
    ] as const) {
      await tab.page.goto(`/imports?kind=${kind}`);
      await settled();
      await tab.page.getByRole('link', { name: back }).click();
      await tab.page.waitForURL((url) => url.pathname === list);
    }
    expect(tab.errors).toEqual([]);
  });

  it('leads back from what is not there, to the list as it was filtered', async () => {
    await tab.page.setViewportSize(PHONE);
    await light('light');
    for (const [list, thing, heading, back] of [
      ['/alerts?severity=minor', '/alerts/none', 'Alarm', 'Alle Alarme'],
      ['/jobs?view=list&department=waste', '/jobs/none', 'Auftrag', 'Alle Aufträge'],
      ['/tours?department=waste', '/tours/none', 'Tour', 'Alle Touren'],
      ['/assets?type=Streetlight', '/assets/none', 'Objekt', 'Alle Objekte'],
      ['/devices?model=stadtfunk-json', '/devices/none', 'Gerät', 'Alle Geräte'],
      ['/rules?severity=minor', '/rules/none', 'Regel', 'Alle Regeln'],
      ['/accounts?state=invited', '/accounts/none', 'Konto', 'Alle Konten'],
    ] as const) {
      await tab.page.goto(list);
      await settled();
      await goTo(thing);
      await tab.page.getByText('Das gibt es nicht (mehr).').waitFor();
      await tab.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
      expect(await violations(tab), thing).toEqual([]);
      await tab.page.getByRole('link', { name: back }).click();
      await settled();
      const { pathname, search } = new URL(tab.page.url());
      expect(pathname + search).toBe(list);
    }
    expect(tab.errors).toEqual([]);
  });

  it('says the street of an alert once, where its name says it too', async () => {
    await tab.page.setViewportSize(NARROW);
    await light('light');
    await open('alerts');
    const places = await tab.page.locator('.alert-place__name').allInnerTexts();
    expect(places).not.toEqual([]);
    const twice = places.filter((place) => STREETS.some((street) => place.split(street).length > 2));
    expect(twice).toEqual([]);
  });

  it("shows its signs, and where one is, in the reader's own colours", async () => {
    await tab.page.setViewportSize(NARROW);
    for (const name of ['situation-asset', 'alerts', 'job', 'letter']) {
      await light('light', 'active');
      await open(name);
      expect(await lostSigns(), name).toEqual([]);
      await screenshot(tab, `looks/${name}-forced`);
    }
    expect(tab.errors).toEqual([]);
  });

  it('draws the signs of the map without waiting for the graphics card', async () => {
    await tab.page.addInitScript(() => {
      const { getImageData } = CanvasRenderingContext2D.prototype;
      const counts = { read: 0, waited: 0 };
      Object.assign(window, { pictures: counts });
      CanvasRenderingContext2D.prototype.getImageData = function (...area: Parameters<typeof getImageData>) {
        counts.read++;
        if (this.getContextAttributes().willReadFrequently !== true) counts.waited++;
        return getImageData.apply(this, area);
      };
    });
    await light('light');
    await open('situation');
    await tab.page.locator('.city-map[aria-busy="false"]').waitFor();
    const counts = () => tab.page.evaluate<{ read: number; waited: number }>('window.pictures');
    await eventually('signs', async () => (await counts()).read > 0);
    expect((await counts()).waited).toBe(0);
  });

  it('says why the identity provider was of no use, in both languages', async () => {
    for (const [language, reason] of [
      ['de', 'Ihre Gruppen beim Identitätsdienst geben Ihnen hier keine Rolle.'],
      ['en', 'Your groups at the identity provider give you no role here.'],
    ] as const) {
      const visitor = await browser.open('/sign-in?problem=account.noRole', { language, colorScheme: 'dark' });
      await visitor.page.getByText(reason).waitFor();
      expect(await violations(visitor)).toEqual([]);
      await screenshot(visitor, `looks/sign-in-${language}`);
    }
  });

  /** Within the page, as a link does: what it keeps in memory stays. */
  const goTo = (path: string) =>
    tab.page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate', { state: null }));
    }, path);

  /** Words of a table that lie over those of the next cell, what one would have to scroll sideways for, and what the navigation covers. */
  const outOfSight = ({ page } = tab) =>
    page.evaluate(() => [
      ...[...document.querySelectorAll<HTMLElement>('.table-scroll td :is(a, button)')]
        .filter((button) => button.checkVisibility())
        .filter(
          (button) =>
            button.getBoundingClientRect().right > button.closest('.table-scroll')!.getBoundingClientRect().right,
        )
        .map((button) => `'${button.textContent}' is out of sight`),
      ...[...document.querySelectorAll<HTMLElement>('td.kern-table__cell')]
        .filter((cell) => cell.checkVisibility() && getComputedStyle(cell).overflowX === 'visible')
        .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
        .map((cell) => `'${cell.textContent}' does not fit its cell`),
      ...[...document.querySelectorAll<HTMLElement>('.table-scroll, .summary')]
        .filter((whole) => whole.scrollWidth > whole.clientWidth + 1)
        .map((whole) => `'${whole.ariaLabel}' has to be scrolled sideways`),
      ...[...document.querySelectorAll<HTMLElement>('.phone-line__text')]
        .filter(
          (line) =>
            line.getBoundingClientRect().right > line.closest('td')!.getBoundingClientRect().right ||
            (line.scrollWidth > line.clientWidth && getComputedStyle(line).textOverflow !== 'ellipsis'),
        )
        .map((line) => `'${line.textContent}' is cut`),
      ...[...document.querySelectorAll<HTMLElement>('.tabs__tab.active')]
        .filter((open) => open.getBoundingClientRect().right > open.parentElement!.getBoundingClientRect().right + 1)
        .map((open) => `'${open.textContent}' is open, and out of sight`),
      ...[...document.querySelectorAll<HTMLElement>('.rule-edit__bar button')]
        .filter((button) => {
          const { left, right, top, bottom } = button.getBoundingClientRect();
          const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return there?.closest('button') !== button;
        })
        .map((button) => `'${button.textContent}' is covered`),
    ]);

  /** Signs that are cut out of a ground which the reader's colours take away: one sees nothing of them. */
  const lostSigns = () =>
    tab.page.evaluate(() => {
      const canvas = Object.assign(document.createElement('p'), { id: 'canvas' });
      canvas.style.background = 'Canvas';
      document.body.append(canvas);
      const nothing = [getComputedStyle(canvas).backgroundColor, 'rgba(0, 0, 0, 0)'];
      canvas.remove();
      const signs = [...document.querySelectorAll<HTMLElement>('.kern-icon, .connection__mark')];
      const lost = signs.filter(
        (sign) => sign.checkVisibility() && nothing.includes(getComputedStyle(sign).backgroundColor),
      );
      const here = document.querySelector('.navigation__link.active');
      const isHereShown = here === null || getComputedStyle(here).outlineStyle !== 'none';
      return [...lost.map(({ className }) => className), ...(isHereShown ? [] : ['the present page'])];
    });
});
