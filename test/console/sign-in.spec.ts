import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { isTooWide, PHONE, screenshot, signIn, type Tab, TestBrowser, violations } from './browser.ts';

const PASSWORD = 'vier muede Laternen';
const ANOTHER = 'regen im november';

/** In the order in which a city begins. */
describe('Accounts in the console', { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let admin: Tab;
  let crew: Tab;

  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${platform.apiUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${platform.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as { items: { accountId: string; name: string }[] };
  };
  const accountId = async (name: string) =>
    (await ask('GET', '/accounts')).items.find((account) => account.name === name)!.accountId;
  const pathOf = (link: string) => link.slice(new URL(link).origin.length);
  const statusAt = (tab: Tab, path: string) =>
    tab.page.evaluate(async (address) => (await fetch(`/api/v1${address}`)).status, path);

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir);
    browser = await TestBrowser.start(platform.apiUrl);
    const at = { type: 'Point', coordinates: [8.92, 50.13] };
    await ask('POST', '/assets', { assetId: 'bin-1', type: 'WasteContainer', name: 'Altglas Markt', location: at });
    await ask('POST', '/assets', { assetId: 'bay-1', type: 'ParkingSpot', name: 'Parkplatz Markt', location: at });
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await platform.stop();
    await folder.remove();
  });

  it('begin with the link of the first start', async () => {
    admin = await browser.open(pathOf(platform.passwordLink));
    const { page } = admin;
    await page.getByText('Für das Konto admin').waitFor();
    expect(page.url()).not.toContain('code');
    expect(await violations(admin)).toEqual([]);

    await page.getByLabel('Neues Kennwort').fill('kurz');
    await page.getByRole('button', { name: 'Festlegen und anmelden' }).click();
    await page.getByText('Das Kennwort braucht mindestens 12 Zeichen.').waitFor();
    await screenshot(admin, 'set-password');
    await page.getByLabel('Neues Kennwort').fill(PASSWORD);
    await page.getByRole('button', { name: 'Festlegen und anmelden' }).click();

    await page.getByRole('banner').getByText('Administration').waitFor();
    const again = await browser.open(pathOf(platform.passwordLink));
    await again.page.getByText('Dieser Link geht nicht mehr.').waitFor();
  });

  it('are made for others, who set their own password', async () => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Konten' }).click();
    await page.getByRole('heading', { name: 'Konten', level: 1 }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Administration' }).waitFor();
    expect(await violations(admin)).toEqual([]);
    await page.getByRole('button', { name: 'Jemanden einladen' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Kontoname').fill('m.weber');
    await dialog.getByLabel('Anzeigename').fill('Mia Weber');
    await dialog.getByLabel('Rolle', { exact: true }).selectOption({ label: 'Kolonne' });
    await dialog.getByLabel('Abfallwirtschaft').check();
    expect(await violations(admin)).toEqual([]);
    await screenshot(admin, 'invite');
    await dialog.getByRole('button', { name: 'Einladen' }).click();
    const link = (await dialog.getByTestId('password-link').textContent())!.trim();
    await dialog.getByRole('button', { name: 'Fertig' }).click();
    await page.getByRole('link', { name: 'Mia Weber' }).waitFor();
    await screenshot(admin, 'accounts');

    crew = await browser.open(pathOf(link), { viewport: PHONE });
    await crew.page.getByText('Für das Konto m.weber').waitFor();
    expect(await isTooWide(crew)).toBe(false);
    await crew.page.getByLabel('Neues Kennwort').fill(ANOTHER);
    await crew.page.getByRole('button', { name: 'Festlegen und anmelden' }).click();
    await crew.page.getByRole('banner').waitFor();
  });

  it('see less as a crew, on pages and from the API', async () => {
    const { page } = crew;
    await page.goto('/accounts');
    await page
      .getByText(/Recht|dürfen/u)
      .first()
      .waitFor();
    // On a telephone all that is offered stands behind the menu.
    await page.getByRole('button', { name: 'Menü' }).click();
    const offered = page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link');
    await offered.filter({ hasText: 'Geräte' }).waitFor();
    expect(await offered.filter({ hasText: /Konten|Protokoll/u }).count()).toBe(0);
    expect(await statusAt(crew, '/assets/bin-1')).toBe(200);
    expect(await statusAt(crew, '/assets/bay-1')).toBe(404);
    expect(await statusAt(crew, '/accounts')).toBe(403);
    expect(await statusAt(crew, '/audit')).toBe(403);
    const shown = await page.evaluate(async () => (await fetch('/api/v1/assets')).text());
    expect(shown).toContain('Altglas Markt');
    expect(shown).not.toContain('Parkplatz Markt');
  });

  it('show and change what is their own', async () => {
    const { page } = crew;
    await page.goto('/account');
    await page.getByText('Kolonne (Abfallwirtschaft)').waitFor();
    expect(await violations(crew)).toEqual([]);
    expect(await isTooWide(crew)).toBe(false);
    await screenshot(crew, 'account-phone');
    await page.getByLabel('Bisheriges Kennwort').fill('falsch geraten, leider');
    await page.getByLabel('Neues Kennwort').fill(PASSWORD);
    await page.getByRole('button', { name: 'Kennwort ändern' }).click();
    await page.getByText('Das bisherige Kennwort stimmt nicht.').waitFor();
    await page.getByLabel('Bisheriges Kennwort').fill(ANOTHER);
    await page.getByRole('button', { name: 'Kennwort ändern' }).click();
    await page.getByText('Das Kennwort ist geändert.').waitFor();
  });

  it('lose nothing that was typed when the session is over', async () => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Mia Weber' }).click();
    const name = page.getByLabel('Anzeigename');
    await name.fill('Mia Weber-Roth');
    expect(await violations(admin)).toEqual([]);
    await ask('DELETE', `/accounts/${await accountId('admin')}/sessions`);

    await page.getByRole('button', { name: 'Speichern' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Ihre Sitzung ist abgelaufen').waitFor();
    await screenshot(admin, 'session-over');
    await dialog.getByLabel('Kennwort').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Anmelden', exact: true }).click();

    await page.getByRole('heading', { name: 'Mia Weber-Roth' }).waitFor();
    expect(await name.inputValue()).toBe('Mia Weber-Roth');
  });

  it('cannot lock the last administrator', async () => {
    const { page } = admin;
    await page.goto(`/accounts/${await accountId('admin')}`);
    await page.getByRole('button', { name: 'Konto sperren' }).click();
    await page.getByText('Das ist das letzte Konto, das alles verwalten darf.').waitFor();
    await screenshot(admin, 'account');
  });

  it('leave their traces in the audit log', async () => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Protokoll' }).click();
    await page.getByText('Konto geändert').first().waitFor();
    await page.getByLabel('Art').selectOption({ label: 'Konto' });
    await page
      .getByRole('button', { name: /Einzelheiten/u })
      .first()
      .waitFor();
    expect(page.url()).toContain('kind=account');
    expect(await violations(admin)).toEqual([]);
    await screenshot(admin, 'audit');
    const row = page.getByRole('row').filter({ hasText: 'Konto geändert' }).first();
    await row.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Mia Weber-Roth').first().waitFor();
    await dialog.getByText('displayName').waitFor();
    expect(await violations(admin)).toEqual([]);
    await screenshot(admin, 'audit-details');
  });

  it('speak English too', async () => {
    const tab = await browser.open('/account', { language: 'en', colorScheme: 'dark' });
    await signIn(tab, 'm.weber', PASSWORD);
    await tab.page.getByRole('heading', { name: 'My account' }).waitFor();
    await tab.page.getByText('Crew (Waste management)').waitFor();
    expect(await violations(tab)).toEqual([]);
    expect(tab.errors).toEqual([]);
    expect(crew.errors).toEqual([]);
    expect(admin.errors).toEqual([]);
  });
});
