import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice } from '../platform/device.ts';
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
import { Gateway } from './gateway.ts';
import { writeSchematicMap } from './schematic-map.ts';

const FULL = 0.97;
const EMPTY = 0.04;

/** 12 × 8 pixels. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAwAAAAICAYAAADN5B7xAAAAMklEQVR4AcTQQQ0AAAgCQDWBUYxgdCLZQAvgw5ds92RjGMKb8UQzJsc8FgqpzOOk7bwBAAD//3Me4zQAAAAGSURBVAMAOfIkC+s7Q9UAAAAASUVORK5CYII=',
  'base64',
);
const PHOTO = { name: 'behaelter.png', mimeType: 'image/png', buffer: PNG };
/** Called a picture, and none. */
const BROKEN_PHOTO = { name: 'kaputt.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') };
/** What a browser says of a network that is cut, or of a server that is asked in vain. */
const NETWORK = /net::ERR_|Failed to fetch|Failed to load resource/u;

interface Job {
  readonly jobId: string;
  readonly number: number;
  readonly state: string;
  readonly version: number;
}
interface Detail extends Job {
  readonly photos: readonly object[];
  readonly history: readonly { readonly action: string; readonly note: string | null }[];
}

describe('jobs in the console', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let sensor: TestDevice;
  /** Signed in, at a desk and with a telephone: what is about something else than signing in opens beside them. */
  let desk: Tab;
  let telephone: Tab | undefined;
  const opened: Tab[] = [];

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir, { BASE_MAP_FILE: await writeSchematicMap(folder.dataDir) });
    const bin = await register(platform, 'bin-1', 'stadtfunk-json', {
      type: 'WasteContainer',
      name: 'Papierkorb Am Markt 3',
      district: 'Innenstadt',
      containerHeight: 1.2,
    });
    for (const [index, name] of [
      'Altglas Lamboystraße 40',
      'Papierkorb Schlossplatz',
      'Papierkorb Freiheitsplatz',
    ].entries()) {
      const location = { type: 'Point', coordinates: [8.92 + index / 200, 50.131 + index / 300] };
      const asset = { assetId: `bin-${index + 10}`, type: 'WasteContainer', name, district: 'Innenstadt', location };
      await platform.post('/api/v1/assets', asset);
    }
    [sensor, browser] = await Promise.all([
      TestDevice.connect(platform.mqttUrl, bin),
      TestBrowser.start(platform.apiUrl),
    ]);
    desk = await signedIn('/jobs');
  });
  // Each page that is left open goes on listening, and drawing.
  afterEach(() => Promise.all(opened.splice(0).map(({ page }) => page.close())));
  afterAll(async () => {
    await browser?.close();
    await sensor?.end();
    await platform?.stop();
    await folder?.remove();
  });

  const signedIn = async (path: string, options: TabOptions = {}): Promise<Tab> => {
    const tab = await browser.open(path, options);
    await signInWithToken(tab, platform.token);
    return tab;
  };
  const beside = async (tab: Tab, path: string): Promise<Tab> => {
    const next = await browser.open(path, { beside: tab });
    opened.push(next);
    return next;
  };
  const measure = (fillingLevel: number) =>
    sensor.publish(JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } }));
  const ask = (title: string, more: object = {}) =>
    platform.post<Job>('/api/v1/jobs', { title, department: 'waste', assetId: 'bin-10', ...more });
  const detail = (jobId: string) => platform.get<Detail>(`/api/v1/jobs/${jobId}`);
  const actionsOf = async (jobId: string) =>
    (await detail(jobId)).history.map(({ action, note }) => (note === null ? action : `${action}: ${note}`));

  it('go from the alert of a sensor to the sensor that confirms the repair', async () => {
    const tab = desk;
    opened.push(tab);
    const { page } = tab;
    await page.getByRole('heading', { name: 'Aufträge', level: 1 }).waitFor();
    await page.getByText('Hier ist nichts zu tun.').first().waitFor();
    await screenshot(tab, 'jobs-empty');

    await measure(FULL);
    const open = page.getByRole('region', { name: /^Offen/u });
    const card = open.getByRole('listitem').filter({ hasText: 'Papierkorb Am Markt 3' });
    await card.waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'jobs-board');

    await card.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: /^#\d+/u }).waitFor();
    await page.getByRole('button', { name: 'Beginnen' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Beginnen' }).click();
    await page.getByText('In Arbeit').first().waitFor();

    await page.getByRole('button', { name: 'Erledigt melden' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Fotos/u).setInputFiles({ name: 'notiz.txt', mimeType: 'text/plain', buffer: PNG });
    await dialog.getByText('notiz.txt ist weder JPEG noch PNG noch WebP.').waitFor();
    await dialog.getByLabel(/Fotos/u).setInputFiles(PHOTO);
    await dialog.getByRole('img', { name: 'Vorschau: behaelter.png' }).waitFor();
    await dialog.getByLabel(/Bemerkung/u).fill('geleert und gereinigt');
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'job-done-dialog');
    // The server takes one and not the other: it says so, and nothing else is lost.
    tab.tolerate(/status of 415/u);
    await dialog.getByLabel(/Fotos/u).setInputFiles(BROKEN_PHOTO);
    await dialog.getByRole('button', { name: 'Erledigt melden' }).click();
    const refusal = dialog.getByRole('alert').filter({ hasText: 'Ein Foto nimmt der Server nicht an.' });
    await refusal.getByText(/^kaputt\.png: Das Bild ist/u).waitFor();
    await dialog.getByRole('img', { name: 'Vorschau: kaputt.png' }).waitFor({ state: 'detached' });
    expect(await dialog.getByRole('img', { name: 'Vorschau: behaelter.png' }).count()).toBe(1);
    expect(await dialog.getByLabel(/Bemerkung/u).inputValue()).toBe('geleert und gereinigt');
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'job-photo-refused');
    await dialog.getByRole('button', { name: 'Erledigt melden' }).click();
    await page.getByText('Die Bestätigung durch den Sensor steht noch aus.').waitFor();
    await page.getByRole('img', { name: /^Foto von/u }).waitFor();

    await measure(EMPTY);
    await page.getByText('Ein Sensor hat es bestätigt.').waitFor();
    await page.getByText('Bestätigt', { exact: true }).waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'job-verified');
    expect(tab.errors).toEqual([]);
  });

  it('show what somebody else has changed meanwhile, and keep what was typed', async () => {
    const job = await ask('Deckel klemmt');
    const first = await beside(desk, `/jobs/${job.jobId}`);
    const second = await beside(desk, `/jobs/${job.jobId}`);
    // As if no event had come: this page still shows the job as it was.
    await second.page.getByRole('button', { name: 'Warten lassen' }).click();
    const dialog = second.page.getByRole('dialog');
    await dialog.getByLabel('Worauf wird gewartet?').fill('neuer Deckel bestellt');

    await first.page.getByRole('button', { name: 'Zuweisen' }).click();
    await first.page.getByLabel('Wer soll es tun?').fill('Kolonne 3');
    await first.page.getByRole('dialog').getByRole('button', { name: 'Zuweisen', exact: true }).click();
    await first.page.getByText('Zugewiesen').first().waitFor();

    await dialog.getByRole('button', { name: 'Warten lassen' }).click();
    await dialog.getByText('Inzwischen hat jemand diesen Auftrag geändert.').waitFor();
    expect(await dialog.getByRole('listitem').filter({ hasText: 'Zuständig' }).innerText()).toContain('Kolonne 3');
    expect(await dialog.getByLabel('Worauf wird gewartet?').inputValue()).toBe('neuer Deckel bestellt');
    expect(await violations(second)).toEqual([]);
    await screenshot(second, 'job-conflict');
    expect(await detail(job.jobId)).toMatchObject({ state: 'assigned' });

    await dialog.getByRole('button', { name: /^Trotzdem/u }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await detail(job.jobId)).toMatchObject({ state: 'waiting', waitingFor: 'neuer Deckel bestellt' });
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  it('are asked for and moved by keyboard alone', async () => {
    const tab = await beside(desk, '/tours');
    const { page } = tab;
    await page.getByRole('link', { name: 'Aufträge', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Neuer Auftrag' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Tab');
    await page.getByLabel('Was ist zu tun?').focus();
    await page.keyboard.type('Bank reparieren');
    // Back to where one came from, but not over what is typed.
    await page.evaluate(() => history.back());
    const question = page.getByRole('alertdialog', { name: 'Diese Seite verlassen?' });
    await question.getByText('Was Sie eingegeben haben, ist noch nicht gespeichert.').waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    await page.getByLabel('Kennung des Objekts').focus();
    await page.keyboard.type('bin-99');
    await page.keyboard.press('Enter');
    await page.getByText('Es gibt kein Objekt „bin-99“.').waitFor();
    expect(await page.getByLabel('Was ist zu tun?').inputValue()).toBe('Bank reparieren');
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'job-new-refused');
    await page.getByLabel('Kennung des Objekts').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('bin-11');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /Bank reparieren/u }).waitFor();

    await page.goto('/jobs');
    await page.getByRole('link', { name: 'Bank reparieren' }).waitFor();
    const number = await page
      .getByRole('listitem')
      .filter({ hasText: 'Bank reparieren' })
      .locator('.job-number')
      .innerText();
    await tabTo(tab, `button[aria-label="Mehr zu Auftrag ${number.slice(1)}"]`, 120);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Beginnen' }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('region', { name: /^In Arbeit/u })
      .getByRole('link', { name: 'Bank reparieren' })
      .waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('are a list in English, with filters in the address', async () => {
    await ask('Klappe fehlt', { priority: 'urgent', dueAt: new Date(Date.now() - 3_600_000).toISOString() });
    const tab = await signedIn('/jobs?view=list&show=overdue', { language: 'en', colorScheme: 'dark' });
    const { page } = tab;
    const row = page.getByRole('row').filter({ hasText: 'Klappe fehlt' });
    await row.getByText(/^Overdue/u).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'jobs-list-dark-en');
    await page.getByLabel('Show', { exact: true }).selectOption('');
    await page.getByRole('row').filter({ hasText: 'Bank reparieren' }).waitFor();
    expect(new URL(page.url()).search).toBe('?view=list');
    expect(tab.errors).toEqual([]);
  });

  describe('on a telephone', () => {
    const PHONE_OPTIONS = { viewport: PHONE, hasTouch: true };
    const phone = async (path: string) => {
      if (!telephone) {
        telephone = await signedIn('/crew', PHONE_OPTIONS);
        // It would send what the tests enter, too.
        await telephone.page.close();
      }
      return beside(telephone, path);
    };

    it('are kept with what is entered while there is no network, over a reload, and sent once', async () => {
      const job = await ask('Behälter umgefallen', { assignee: 'admin', assetId: 'bin-12' });
      const tab = await phone('/crew');
      const { page } = tab;
      tab.tolerate(NETWORK);
      await page.getByRole('link', { name: /Behälter umgefallen/u }).waitFor();
      await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
      expect(await isTooWide(tab)).toBe(false);
      expect(await violations(tab)).toEqual([]);
      await screenshot(tab, 'crew-list');

      await page.context().setOffline(true);
      await page.reload();
      await page.getByRole('link', { name: /Behälter umgefallen/u }).click();
      await page.getByRole('button', { name: 'Beginnen' }).click();
      await page.getByRole('button', { name: 'Notiz' }).click();
      await page.getByRole('dialog').getByLabel('Bemerkung').fill('lag auf der Seite');
      await screenshot(tab, 'crew-note');
      await page.getByRole('button', { name: 'Übernehmen' }).click();
      await page.locator('input[type=file]').setInputFiles(PHOTO);
      await page.getByText('3 noch nicht gesendet').waitFor();
      await page.reload();
      await page.getByText('3 noch nicht gesendet').waitFor();
      await page.getByText('lag auf der Seite').waitFor();
      await page.getByText('In Arbeit').waitFor();
      expect(await violations(tab)).toEqual([]);
      await screenshot(tab, 'crew-offline');
      expect(await actionsOf(job.jobId)).toEqual(['create']);

      await page.context().setOffline(false);
      await page.getByText('Alles gesendet').waitFor();
      expect(await actionsOf(job.jobId)).toEqual(['create', 'start', 'comment: lag auf der Seite', 'addPhoto']);
      expect(tab.errors).toEqual([]);
    });

    it('are sent once where the answer got lost', async () => {
      const job = await ask('Aufkleber erneuern', { assignee: 'admin' });
      const tab = await phone(`/crew/${job.jobId}`);
      const { page } = tab;
      tab.tolerate(NETWORK);
      let lost = 0;
      await page.route('**/comments', async (route) => {
        // The server has done it; the telephone does not hear of it.
        await route.fetch();
        if (lost++ === 0) await route.abort('connectionreset');
        else await route.continue();
      });
      await page.getByRole('button', { name: 'Notiz' }).click();
      await page.getByRole('dialog').getByLabel('Bemerkung').fill('nur einmal');
      await page.getByRole('button', { name: 'Übernehmen' }).click();
      await page.getByText('1 noch nicht gesendet').waitFor();
      await page.getByRole('link', { name: '1 noch nicht gesendet' }).click();
      await page.getByRole('button', { name: 'Jetzt senden' }).click();
      await page.getByText('Alles gesendet').waitFor();
      expect(lost).toBeGreaterThan(1);
      expect(await actionsOf(job.jobId)).toEqual(['create', 'comment: nur einmal']);
    });

    it('lose nothing where somebody else was quicker, and leave nothing behind at signing out', async () => {
      const job = await ask('Schloss tauschen', { assignee: 'admin', assetId: 'bin-12' });
      // Signing out ends the session of a browser of its own.
      const tab = await signedIn(`/crew/${job.jobId}`, PHONE_OPTIONS);
      opened.push(tab);
      const { page } = tab;
      tab.tolerate(NETWORK);
      await page.getByRole('button', { name: 'Erledigt' }).waitFor();
      await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
      await page.context().setOffline(true);
      await page.getByRole('button', { name: 'Erledigt' }).click();
      await page
        .getByRole('dialog')
        .getByLabel(/Bemerkung/u)
        .fill('Schloss getauscht');
      await page.getByRole('dialog').getByRole('button', { name: 'Erledigt' }).click();
      await page.getByText('1 noch nicht gesendet').waitFor();
      await platform.post(`/api/v1/jobs/${job.jobId}/cancel`, { note: 'doppelt' });
      // Days later the session is over as well.
      await page.context().clearCookies();
      await page.context().setOffline(false);
      await page.getByText(/^Zum Senden bitte wieder anmelden/u).waitFor();
      await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
      const again = page.getByRole('dialog');
      await again.getByRole('button', { name: /API-Token/u }).click();
      await again.getByLabel(/API-Token/u).fill(platform.token);
      await again.getByRole('button', { name: 'Anmelden', exact: true }).click();
      await page.getByText('Bitte entscheiden').waitFor();
      expect(await violations(tab)).toEqual([]);
      await screenshot(tab, 'crew-conflict');

      await page.getByRole('link', { name: '1 noch nicht gesendet' }).click();
      await page.goto('/crew');
      await page.getByRole('button', { name: 'Abmelden' }).click();
      await page.getByRole('dialog', { name: 'Es ist noch nicht alles gesendet' }).waitFor();
      await page.getByRole('button', { name: 'Angemeldet bleiben' }).click();
      await page.goto(`/crew/${job.jobId}`);
      await page.getByRole('button', { name: 'Als Kommentar senden' }).click();
      await page.getByText('Alles gesendet').waitFor();
      expect(await actionsOf(job.jobId)).toEqual(['create', 'cancel: doppelt', 'comment: Erledigt: Schloss getauscht']);

      await page.goto('/crew');
      await page.getByRole('button', { name: 'Abmelden' }).click();
      await page.getByLabel('Kontoname').waitFor();
      expect(await keptOn(tab)).toEqual([]);
      expect(tab.errors).toEqual([]);
    });

    it('open from what the telephone keeps while a proxy answers for a server that is away', async () => {
      await ask('Deckel ölen', { assignee: 'admin' });
      const gateway = await Gateway.start(platform.apiUrl);
      try {
        const tab = await signedIn(`${gateway.url}/crew`, PHONE_OPTIONS);
        opened.push(tab);
        const { page } = tab;
        tab.tolerate(NETWORK);
        const link = page.getByRole('link', { name: /Deckel ölen/u });
        await link.waitFor();
        await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
        gateway.isServerAway = true;
        expect((await page.reload())?.status()).toBe(200);
        await link.waitFor();
        await page.getByText('Ohne Netz').first().waitFor();
        // A page that the telephone does not keep is the proxy's.
        expect((await page.goto(`${gateway.url}/jobs`))?.status()).toBe(502);
        gateway.isServerAway = false;
        await page.goto(`${gateway.url}/crew`);
        await page.getByText('Verbunden').waitFor();
        expect(tab.errors).toEqual([]);
      } finally {
        await gateway.close();
      }
    });

    it('say so where there are more than are shown', async () => {
      const tab = await phone('/crew');
      const { page } = tab;
      await page.getByRole('link', { name: /Deckel ölen/u }).waitFor();
      expect(await page.getByText(/^Es gibt noch mehr Aufträge/u).count()).toBe(0);
      // Pages of one instead of two hundred.
      await page.route('**/api/v1/jobs?*', (route) =>
        route.continue({ url: route.request().url().replace('limit=200', 'limit=1') }),
      );
      await page.reload();
      await page.getByText(/^Es gibt noch mehr Aufträge/u).waitFor();
      expect(await page.locator('.crew-job').count()).toBe(1);
      expect(await violations(tab)).toEqual([]);
      await screenshot(tab, 'crew-cut');
      expect(tab.errors).toEqual([]);
    });

    it('fit the screen on the board and in detail', async () => {
      const tab = await phone('/jobs');
      await tab.page.getByRole('link', { name: 'Bank reparieren' }).waitFor();
      expect(await isTooWide(tab)).toBe(false);
      await screenshot(tab, 'jobs-phone');
      await tab.page.getByRole('link', { name: 'Bank reparieren' }).click();
      await tab.page.getByRole('heading', { level: 1, name: /Bank reparieren/u }).waitFor();
      expect(await isTooWide(tab)).toBe(false);
      expect(await violations(tab)).toEqual([]);
      await screenshot(tab, 'job-phone');
    });
  });

  it('are put on tours, which are shown on the map, given to a crew, taken along and cancelled', async () => {
    const day = nextWorkingDay();
    const due = { kind: 'emptying', dueAt: `${day}T12:00:00Z` };
    for (const assetId of ['bin-10', 'bin-11', 'bin-12']) await ask('Leeren', { assetId, ...due });
    const tab = await beside(desk, `/tours/plan?department=waste&day=${day}`);
    const { page } = tab;
    await page.getByLabel('Auch was noch nicht fällig ist').check();
    await page.getByRole('button', { name: 'Vorschau' }).click();
    await page.getByRole('heading', { level: 2, name: /Innenstadt/u }).waitFor();
    await page.locator('.tour-map__canvas[aria-busy="false"]').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'tour-plan');
    await page.getByRole('button', { name: /Tour(?:en)? anlegen/u }).click();
    await page
      .getByRole('link', { name: /^Tour \d+/u })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /Tour \d+: Innenstadt/u }).waitFor();
    await page.getByRole('button', { name: 'Zuweisen' }).click();
    await page.getByLabel('Kolonne').selectOption('emptying');
    await page.getByRole('dialog').getByRole('button', { name: 'Zuweisen' }).click();
    await page.getByText('Zugewiesen').first().waitFor();
    await page.locator('.tour-map__canvas[aria-busy="false"]').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'tour');

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'GPX für Navigationsgeräte' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^tour-\d+-.*\.gpx$/u);
    await page.getByRole('button', { name: 'Tour verwerfen' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Tour verwerfen' }).click();
    await page.getByText('Verworfen').first().waitFor();
    expect(tab.errors).toEqual([]);
  });
});

/** Everything that the crew's pages keep on the device. */
function keptOn({ page }: Tab): Promise<unknown> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('stadtfunk-crew');
    opening.onerror = () => reject(new Error('no database'));
    opening.onsuccess = () => {
      const all = opening.result.transaction('kept').objectStore('kept').getAllKeys();
      all.onsuccess = () => resolve(all.result);
    };
  })`);
}

/** Waste goes from Monday to Saturday, holidays of Hesse left out. */
function nextWorkingDay(): string {
  const day = new Date(Date.now() + 86_400_000);
  if (day.getUTCDay() === 0) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}
