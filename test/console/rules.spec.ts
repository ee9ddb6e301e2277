import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
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

const RULE = `version: '1'
rules:
  # A bin above 85 % overflows within a day.
  - id: waste.full
    subject: asset
    appliesTo: { type: WasteContainer }
    when: fillingLevel >= 0.85
    clear: fillingLevel < 0.5
    severity: [{ is: minor }, { is: major, after: P1D, priority: high }]
    job: { kind: emptying, priority: normal, due: PT24H, title: { de: Behälter leeren, en: Empty the container } }
    title: { de: Behälter voll, en: Container full }
    examples:
      - name: a bin that fills up is full until it is emptied
        readings:
          - { at: PT0S, fillingLevel: 0.72 }
          - { at: PT2H, fillingLevel: 0.86 }
          - { at: PT4H, fillingLevel: 0.04 }
        alerts:
          - { raised: PT2H, cleared: PT4H }
`;
const TIPPED = `version: '1'
rules:
  - id: waste.tipped
    subject: asset
    appliesTo: { type: WasteContainer }
    when: tilt >= 45
    severity: major
    title: { de: Behälter umgekippt, en: Container tipped over }
`;

interface Listed {
  readonly items: readonly {
    readonly ruleId: string;
    readonly ruleVersion: string;
    readonly clearedAt: string | null;
    readonly raisedAt: string;
  }[];
}

// Whole flows, and others share the machine.
describe('the rules in the console', { timeout: 120_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let browser: TestBrowser;
  let sensor: TestDevice;

  beforeAll(async () => {
    folder = await makeDataDir();
    const rulesDir = join(folder.dataDir, 'rules');
    await mkdir(rulesDir, { recursive: true });
    await writeFile(join(rulesDir, 'full.yaml'), RULE);
    await writeFile(join(rulesDir, 'tipped.yaml'), TIPPED);
    platform = await PlatformProcess.start(folder.dataDir, { RULES_DIR: rulesDir });
    const asset = { type: 'WasteContainer', name: 'Papierkorb Am Markt 3', district: 'Innenstadt' };
    sensor = await TestDevice.connect(platform.mqttUrl, await register(platform, 'bin-1', 'stadtfunk-json', asset));
    browser = await TestBrowser.start(platform.apiUrl);
  }, 120_000);
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
  const editor = ({ page }: Tab) => page.getByRole('textbox', { name: /Regel \(YAML\)|Rule \(YAML\)/u });
  const save = async ({ page }: Tab, as: string, reason: string) => {
    await page.getByRole('button', { name: 'Speichern …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: new RegExp(`^${as}`, 'u') }).check();
    await dialog.getByLabel('Grund').fill(reason);
    await dialog.getByRole('button', { name: 'Speichern', exact: true }).click();
  };
  const alerts = async (path: 'alerts' | 'shadow-alerts') =>
    (await platform.get<Listed>(`/api/v1/${path}?rule=waste.full`)).items;
  const versionInForce = async () =>
    (await platform.get<{ readonly version: string }>('/api/v1/rules/waste.full')).version;

  it('are listed and shown in words, edited, tried, put into force, and judge the next reading', async () => {
    const tab = await signedIn('/rules');
    const { page } = tab;
    const row = page.getByRole('row').filter({ hasText: 'Behälter voll' });
    await row.getByText('Scharf', { exact: true }).waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'rules');

    await row.getByRole('link').click();
    await page.getByText('fillingLevel >= 0.85', { exact: true }).waitFor();
    await page.getByText('Füllstand').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'rule');

    // Wrongly: the mistake is named with its place, marked at its line, and nothing can be put into force.
    await page.getByRole('link', { name: 'Bearbeiten' }).click();
    await editor(tab).fill(RULE.replace('fillingLevel >= 0.85', 'fillLevel >= 0.55'));
    await page.getByRole('button', { name: 'Zeile 7, Spalte 11' }).waitFor();
    expect(await page.locator('.code-field__mistake').allTextContents()).toEqual(['7']);
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'rule-edit-mistake');
    await page.getByRole('button', { name: 'Zeile 7, Spalte 11' }).click();
    const caret = await editor(tab).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart));
    expect(caret.startsWith('fillLevel >= 0.55')).toBe(true);
    await page.getByRole('button', { name: 'Speichern …' }).click();
    expect(await page.getByRole('radio', { name: /^Scharf/u }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Abbrechen' }).click();

    // Rightly, but not what its example says.
    await editor(tab).fill(RULE.replace('fillingLevel >= 0.85', 'fillingLevel >= 0.55'));
    await page.getByText('Der Text ist in Ordnung.').waitFor();
    await page.getByRole('button', { name: 'Beispiele ausführen' }).first().click();
    await page.getByText('1 von 1 Beispielen stimmen nicht.').waitFor();
    await screenshot(tab, 'rule-examples');
    await save(tab, 'Scharf', 'überläuft');
    await page.getByRole('dialog').getByText('1 von 1 Beispielen der Regel stimmen nicht.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Abbrechen' }).click();
    const right = RULE.replace('fillingLevel >= 0.85', 'fillingLevel >= 0.55').replace('0.72 }', '0.5 }');
    await editor(tab).fill(right);
    await page.getByRole('button', { name: 'Beispiele ausführen' }).last().click();
    await page.getByText('Alle 1 Beispiele stimmen.').waitFor();

    // What it would have done, beside what is in force.
    await measure(0.6);
    await eventually('the reading', async () => {
      const path = '/api/v1/assets/asset-of-bin-1/readings?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';
      return (await platform.get<{ readonly items: readonly object[] }>(path)).items.length > 0;
    });
    await page.getByRole('button', { name: 'Rückrechnung', exact: true }).click();
    await page.getByRole('button', { name: 'Rückrechnung starten' }).click();
    const wouldFire = page.getByRole('row', { name: /Hätte ausgelöst/u });
    await wouldFire.waitFor();
    expect(await wouldFire.getByRole('cell').allTextContents()).toEqual(['1', '0', '+1']);
    await page.getByRole('region', { name: 'Die Alarme im Einzelnen' }).getByText('Neu').waitFor();
    expect(await violations(tab)).toEqual([]);
    await wouldFire.scrollIntoViewIfNeeded();
    await screenshot(tab, 'rule-backtest');

    await save(tab, 'Schatten', 'erst einmal nur zusehen');
    await page.getByText('läuft mit und zeichnet nur auf').waitFor();
    const shadowVersion = await versionInForce();
    await measure(0.61);
    await eventually('the shadow alert', async () => (await alerts('shadow-alerts')).length === 1);
    expect((await alerts('shadow-alerts'))[0]).toMatchObject({ ruleVersion: shadowVersion, clearedAt: null });
    expect(await alerts('alerts')).toEqual([]);
    await page.getByRole('link', { name: 'Alarme' }).last().click();
    await page.getByText('Auftrag wäre: Behälter leeren').waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'rule-alerts');

    await page.getByRole('link', { name: 'Bearbeiten' }).click();
    await save(tab, 'Scharf', 'eine Woche lang richtig');
    await page.getByText('löst Alarme und Aufträge aus').waitFor();
    await eventually('the end of the shadow alert', async () => (await alerts('shadow-alerts'))[0]?.clearedAt !== null);
    await measure(0.62);
    await eventually('the alert', async () => (await alerts('alerts')).length === 1);
    expect((await alerts('alerts'))[0]).toMatchObject({ ruleVersion: await versionInForce(), clearedAt: null });

    await page.getByRole('link', { name: 'Verlauf' }).click();
    await page.getByText('eine Woche lang richtig').waitFor();
    await page.getByRole('radio', { name: 'Alt: Regeldatei' }).click();
    const difference = page.getByRole('region', { name: 'Unterschied von Regeldatei zu Nr. 2' });
    await difference.getByText('when: fillingLevel >= 0.55').waitFor();
    expect(await difference.getByRole('row', { name: /entfernt/u }).allTextContents()).toHaveLength(2);
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'rule-history');

    await page.getByRole('button', { name: 'Wiederherstellen: Regeldatei' }).click();
    await page.getByRole('dialog').getByLabel('Grund').fill('doch wieder wie vorher');
    await page.getByRole('dialog').getByRole('button', { name: 'Wiederherstellen' }).click();
    await page.getByText('Wiederhergestellt als Fassung 3.').waitFor();
    await page.getByText('stellt Regeldatei wieder her').waitFor();
    // The alert stays open until the rule of the file ends it.
    await measure(0.7);
    expect((await alerts('alerts'))[0]).toMatchObject({ clearedAt: null });
    await measure(0.3);
    await eventually('the end of the alert', async () => (await alerts('alerts'))[0]?.clearedAt !== null);
    expect(tab.errors).toEqual([]);
  });

  it('lose nothing that two people type at once, and say who was quicker', async () => {
    const first = await signedIn('/rules/waste.tipped/edit');
    const second = await browser.open('/rules/waste.tipped/edit');
    await signInWithToken(second, platform.token);
    await editor(second).fill(TIPPED.replace('tilt >= 45', 'tilt >= 70'));
    await editor(first).fill(TIPPED.replace('tilt >= 45', 'tilt >= 60'));
    await first.page.getByText('Der Text ist in Ordnung.').waitFor();
    await save(first, 'Scharf', 'Anna meint 60');
    await first.page.getByText('löst Alarme und Aufträge aus').waitFor();

    await second.page.getByText('Der Text ist in Ordnung.').waitFor();
    await save(second, 'Scharf', 'Bernd meint 70');
    await second.page.getByText('admin hat inzwischen Fassung 1 gespeichert.').waitFor();
    await second.page.getByText('Anna meint 60').waitFor();
    const removed = second.page.getByRole('row', { name: /entfernt/u });
    expect(await removed.allTextContents()).toEqual([expect.stringContaining('tilt >= 60')]);
    expect(await violations(second)).toEqual([]);
    await screenshot(second, 'rule-conflict');
    await second.page.getByRole('button', { name: 'Meinen Text darüber speichern' }).click();
    await second.page.getByText('tilt >= 70', { exact: true }).waitFor();
    expect(await platform.get('/api/v1/rules/waste.tipped')).toMatchObject({ newest: 2, number: 2 });
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  it('can be written by keyboard alone, and keep what was typed over a reload and an expired session', async () => {
    const tab = await signedIn('/rules/waste.tipped/edit');
    const { page } = tab;
    await editor(tab).waitFor();
    await tabTo(tab, 'textarea');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('    department: waste');
    // Enter keeps the indentation.
    await page.keyboard.press('Enter');
    await page.keyboard.type('clearFor: PT5M');
    expect(await editor(tab).inputValue()).toMatch(/\n {4}department: waste\n {4}clearFor: PT5M$/u);
    await page.getByText('Der Text ist in Ordnung.').waitFor();
    await page.getByText('Ungespeicherte Änderungen').waitFor();

    await page.reload();
    await page.getByText('Ihre ungespeicherten Änderungen sind wieder da.').waitFor();
    expect(await editor(tab).inputValue()).toContain('clearFor: PT5M');
    await screenshot(tab, 'rule-edit-back');

    await tabTo(tab, 'textarea');
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
    await tabTo(tab, '.rule-edit__bar .kern-btn--primary');
    await page.keyboard.press('Enter');
    await tabTo(tab, 'dialog textarea');
    await page.keyboard.type('die Abfallwirtschaft kümmert sich');
    // The session ends while the reason is being typed.
    await page.context().clearCookies();
    await tabTo(tab, 'dialog button[type=submit]');
    await page.keyboard.press('Enter');
    const again = page.getByRole('dialog').filter({ has: page.getByLabel('Kennwort') });
    await again.waitFor();
    await again.getByRole('button', { name: /API-Token/u }).click();
    await page.getByLabel(/API-Token/u).fill(platform.token);
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
    await page.getByText('Fassung 3 ist gespeichert.').waitFor();
    const { body } = await platform.ask<{ readonly rule: object }>('GET', '/api/v1/rules/waste.tipped');
    expect(body.rule).toMatchObject({ department: 'waste', clearFor: 'PT5M' });
    expect(tab.errors).toEqual([]);
  });

  it('can be new, helped by what a rule can be written with', async () => {
    const tab = await signedIn('/rules/new', { language: 'en' });
    const { page } = tab;
    await page.getByText('The text is fine.').waitFor();
    await page.getByLabel('Search the help').fill('sun');
    await page.getByRole('button', { name: /sunAltitude/u }).waitFor();
    expect(await violations(tab)).toEqual([]);
    await screenshot(tab, 'rule-new');
    await editor(tab).evaluate((area: HTMLTextAreaElement) => {
      const at = area.value.indexOf('temperature >= 60') + 'temperature >= 60'.length;
      area.setSelectionRange(at, at);
    });
    await page.getByLabel('Search the help').fill('&&');
    await page.getByRole('button', { name: /^&&/u }).click();
    await page.getByLabel('Search the help').fill('sunAltitude');
    await page.getByRole('button', { name: /sunAltitude/u }).click();
    await page.keyboard.type(' < 0');
    expect(await editor(tab).inputValue()).toContain('temperature >= 60 && sunAltitude < 0\n');
    await editor(tab).fill((await editor(tab).inputValue()).replace('waste.hot', 'waste.hotAtNight'));
    await page.getByText('The text is fine.').waitFor();
    await page.getByRole('button', { name: 'Save …' }).click();
    await page.getByRole('radio', { name: /^Draft/u }).check();
    await page.getByLabel('Reason').fill('to be discussed');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('This rule is not in force.').waitFor();
    await page.goto('/rules');
    await page.getByRole('link', { name: 'Container hot' }).waitFor();
    expect(tab.errors).toEqual([]);
  });

  it('fit on a phone', async () => {
    const tab = await signedIn('/rules', { viewport: PHONE, language: 'en', hasTouch: true });
    await tab.page.getByRole('link', { name: 'Container full' }).waitFor();
    expect(await isTooWide(tab)).toBe(false);
    await screenshot(tab, 'rules-phone');
    for (const view of ['', '/edit', '/alerts', '/history']) {
      await tab.page.goto(`/rules/waste.full${view}`);
      await tab.page.getByRole('heading', { name: 'Container full' }).waitFor();
      expect(await isTooWide(tab), view).toBe(false);
      expect(await violations(tab), view).toEqual([]);
    }
    await screenshot(tab, 'rule-history-phone');
    expect(tab.errors).toEqual([]);
  });

  it('are written as files that another platform can start with', async () => {
    const target = join(folder.dataDir, 'exported');
    const run = async (...args: readonly string[]) => {
      const child = spawn(process.execPath, [resolve('dist/stadtfunk.js'), 'rules', ...args], {
        env: { ...process.env, DATA_DIR: folder.dataDir, HTTP_PORT: new URL(platform.apiUrl).port },
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const [status] = (await once(child, 'close')) as [number | null];
      return { status, output };
    };
    expect(await run('export', target)).toMatchObject({ status: 0 });
    expect((await readdir(target)).sort()).toEqual(['001-waste.full.yaml', '002-waste.tipped.yaml']);
    const checked = await run('check', target, '--json');
    const { items } = await platform.get<{ readonly items: readonly { ruleId: string; version: string }[] }>(
      '/api/v1/rules',
    );
    expect(JSON.parse(checked.output)).toMatchObject({
      ok: true,
      rules: items.map(({ ruleId, version }) => ({ ruleId, version })),
    });
    expect(await run('export', target)).toMatchObject({ status: 2 });
  });
});
