import type { BacktestDocument } from '@stadtfunk/backtest';
import type { LedgerReport } from '@stadtfunk/ingest';
import { eventually } from '@stadtfunk/kernel/testing';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

const MINUTE = 60_000;
/** The rules in force of this city: what is full, held, and hot. */
const rulesWith = (level: number) => `version: '1'
rules:
  - id: waste.full
    subject: asset
    when: fillingLevel >= ${level}
    clear: fillingLevel < 0.3
    severity: [{ is: minor }, { is: major, when: fillingLevel >= 0.98 }]
    job: { kind: emptying, priority: high, due: P1D }
    title: { de: Voll, en: Full }
  - { id: waste.held, subject: asset, when: fillingLevel >= 0.6, for: PT3M, severity: warning, title: { de: H, en: H } }
  - { id: device.hot, subject: device, when: temperature > 60, clearFor: PT2M, severity: major, title: { de: T, en: T } }
`;

interface Alert {
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly severity: string;
  readonly title: object;
  readonly assetId: string | null;
  readonly deviceId: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}

/** What both a live alert and one of a backtest know. */
const common = ({ ruleId, ruleVersion, severity, title, assetId, deviceId, raisedAt, clearedAt }: Alert) =>
  JSON.stringify([raisedAt, ruleId, assetId, deviceId, clearedAt, ruleVersion, severity, title]);

describe('a backtest of what was heard', () => {
  let platform: PlatformProcess;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let period: { from: string; to: string };

  beforeAll(async () => {
    folder = await makeDataDir();
    const rules = join(folder.dataDir, 'rules.yaml');
    await writeFile(rules, rulesWith(0.8));
    platform = await PlatformProcess.start(folder.dataDir, { RULES_DIR: rules });
    const begun = Date.now();
    // What three containers measured in the last twenty minutes, in the order in which it is sent now.
    const told: Readonly<
      Record<string, readonly (readonly [agoMin: number, fillingLevel: number, temperature: number])[]>
    > = {
      'bin-1': [
        [20, 0.2, 20],
        [17, 0.85, 70],
        [14, 0.9, 65],
        [12, 0.1, 20],
        [8, 0.82, 20],
        [1, 0.83, 20],
      ],
      'bin-2': [
        [19, 0.5, 20],
        [15, 0.85, 20],
        [9, 0.99, 20],
        [3, 0.2, 20],
      ],
      'bin-3': [
        [18, 0.65, 61],
        [16, 0.75, 20],
        [11, 0.95, 80],
      ],
    };
    let sent = 0;
    for (const [deviceId, readings] of Object.entries(told)) {
      const device = await register(platform, deviceId, 'stadtfunk-json', { type: 'WasteContainer' });
      const connection = await TestDevice.connect(platform.mqttUrl, device);
      for (const [ago, fillingLevel, temperature] of readings) {
        const observedAt = new Date(begun - ago * MINUTE).toISOString();
        await connection.publish(JSON.stringify({ observedAt, values: { fillingLevel, temperature } }));
        sent++;
      }
      await connection.end();
    }
    await eventually('everything is stored', async () => {
      const { uplinks, readings } = await platform.get<LedgerReport>('/api/v1/ledger');
      return uplinks.waiting === 0 && readings.stored === sent;
    });
    period = { from: new Date(begun - 60 * MINUTE).toISOString(), to: new Date().toISOString() };
  });
  afterAll(async () => {
    await platform.stop();
    await folder.remove();
  });

  const live = () => platform.all<Alert>('/api/v1/alerts');
  const backtest = (level: number, more: object = {}) =>
    platform.post<BacktestDocument>('/api/v1/rules/backtest', { rules: rulesWith(level), ...period, ...more });

  it('gives the alerts that the rules in force raised live, byte for byte as far as both know them', async () => {
    const { alerts, rules } = await backtest(0.8);
    // The consumers of store and rules do not wait for each other.
    const expected = await eventually('the live alerts', async () => {
      const found = await live();
      return found.length >= alerts.length && found;
    });
    expect(alerts.map(common).sort()).toEqual(expected.map(common).sort());
    // Held, hot and worse: a history in which nothing happens would show nothing.
    expect(rules.map(({ ruleId, new: tally }) => [ruleId, tally.fired, tally.openAtEnd])).toEqual([
      ['waste.full', 4, 2],
      ['waste.held', 4, 2],
      ['device.hot', 3, 1],
    ]);
    expect(new Set(expected.map(({ severity }) => severity))).toEqual(new Set(['minor', 'major', 'warning']));
    expect(rules).toMatchObject([
      { onlyNew: 0, onlyOld: 0 },
      { onlyNew: 0, onlyOld: 0 },
      { onlyNew: 0, onlyOld: 0 },
    ]);
    expect(rules.map(({ old, new: tally }) => old?.ruleVersion === tally.ruleVersion)).toEqual([true, true, true]);
  });

  it('says by the API what a changed rule would have done otherwise', async () => {
    const { rules, alerts, notCompared } = await backtest(0.9);
    expect(notCompared).toEqual([]);
    expect(rules[0]).toMatchObject({
      ruleId: 'waste.full',
      new: { fired: 3 },
      old: { fired: 4 },
      onlyNew: 0,
      onlyOld: 1,
    });
    expect(alerts.filter((alert) => alert.in === 'old')).toMatchObject([
      { ruleId: 'waste.full', assetId: 'asset-of-bin-1' },
    ]);
  });

  it('says the same on the command line', async () => {
    const file = join(folder.dataDir, 'new.yaml');
    await writeFile(file, rulesWith(0.9));
    const environment = { DATA_DIR: folder.dataDir, HTTP_PORT: new URL(platform.apiUrl).port };
    const run = async (...more: string[]) => {
      const options = ['--rules', file, '--from', period.from, '--to', period.to, '--alerts', '1000', ...more];
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [resolve('dist/stadtfunk.js'), 'backtest', ...options],
        { env: { ...process.env, ...environment } },
      );
      return stdout;
    };
    expect(JSON.parse(await run('--json'))).toEqual(await backtest(0.9));
    expect(await run('--asset', 'asset-of-bin-1')).toMatch(/^- +\S+Z +\S+ +waste\.full +asset-of-bin-1$/m);
  });

  it('leaves alerts, jobs and their histories as they were', async () => {
    const everything = async () => [await live(), await platform.all('/api/v1/jobs')];
    const before = await everything();
    await backtest(0.1);
    expect(await everything()).toEqual(before);
  });
});
