import type { LedgerReport } from '@stadtfunk/ingest';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

interface List<T> {
  readonly items: readonly T[];
}
interface Letter {
  readonly deviceId: string;
  readonly code: string;
  readonly receivedAt: string;
}

const rule = (id: string, when: string) => `
  - id: ${id}
    subject: asset
    when: '${when}'
    severity: major
    title: { de: '${id}', en: '${id}' }`;

/** The poison stands before the good rule, so that whoever stops at a fault never comes to it. */
const RULES = `version: '1'
rules:${[
  rule('poison.division', 'fillingLevel > 0.0 && 1 / 0 > 0'),
  rule('poison.type', 'asset.category > 3.0'),
  rule('poison.infinity', 'fillingLevel / 0.0 < 0.0'),
  rule('poison.number', 'int("yesterday") > 3 || fillingLevel < 0.0'),
  rule('poison.overflow', '9223372036854775807 + 1 > 3 && fillingLevel > 0.0'),
  rule('bin.full', 'fillingLevel >= 0.9'),
].join('')}
`;

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7_919 + (index >> 3)) & 255);

/** Largest packet that the intake takes is 64 KiB, topic and header included. */
const POISONS: readonly (readonly [what: string, payload: string | Uint8Array])[] = [
  ['no byte at all', ''],
  ['60,000 open brackets', '['.repeat(60_000)],
  ['6,000 nested objects', '{"values":'.repeat(6_000)],
  ['a closed nest', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['64 KiB of garbage', bytes(65_000)],
  ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0xc0, 0x80, 0x7d)],
  ['half a surrogate', '{"observedAt":"\\ud800","values":{"fillingLevel":"\\ud800"}}'],
  ['a number with 60,000 digits', `{"observedAt":1,"values":{"fillingLevel":${'9'.repeat(60_000)}}}`],
  ['1e999', '{"observedAt":1e999,"values":{"fillingLevel":1e999}}'],
  ['a prototype', '{"__proto__":{"values":{"fillingLevel":0.5}},"constructor":{"prototype":1}}'],
  ['values that are no object', '{"observedAt":"2026-11-21T12:00:00Z","values":[1,2,3]}'],
  ['null', 'null'],
  ['a sentinel', '{"observedAt":"9999-99-99T99:99:99Z","values":{"fillingLevel":-9223372036854775808}}'],
  ['4,000 keys', `{"values":{${Array.from({ length: 4_000 }, (_, key) => `"k${key}":${key}`).join(',')}}}`],
  ['NUL bytes', '{"observedAt":"\u0000","values":{"\u0000":1}}'],
];

describe('poison', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let postgres: PostgresServer;
  let platform: PlatformProcess;
  let bin: RegisteredDevice;
  let device: TestDevice;
  let time = 0;

  const say = async (fillingLevel: number) => {
    time = Math.max(time + 1, Date.now());
    await device.publish(JSON.stringify({ observedAt: new Date(time).toISOString(), values: { fillingLevel } }));
    return time;
  };
  const drained = () =>
    eventually('an empty log', async () => {
      const ledger = await platform.get<LedgerReport>('/api/v1/ledger');
      return ledger.uplinks.waiting === 0 && ledger.rules.waiting === 0 && ledger;
    });
  const storedTimes = async () => {
    const path = '/api/v1/assets/asset-of-bin-1/readings?from=2000-01-01T00:00:00Z&limit=1000';
    const { items } = await platform.get<List<{ observedAt: string }>>(path);
    return items.map(({ observedAt }) => Date.parse(observedAt));
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    folder = await makeDataDir();
    const rules = join(folder.dataDir, 'rules');
    await mkdir(rules, { recursive: true });
    await writeFile(join(rules, 'rules.yaml'), RULES);
    platform = await PlatformProcess.start(folder.dataDir, { DATABASE_URL: postgres.url, RULES_DIR: rules });
    const asset = { type: 'WasteContainer', category: 'a text' };
    bin = await register(platform, 'bin-1', 'stadtfunk-json', asset);
    device = await TestDevice.connect(platform.mqttUrl, bin);
  });
  afterAll(async () => {
    await device.end();
    await platform.kill();
    await postgres.stop();
    await folder.remove();
  });

  it('in an uplink makes it a dead letter with its bytes; its neighbours are stored, in order', async () => {
    const sent: number[] = [await say(0.1)];
    for (const [, payload] of POISONS) {
      await device.publish(payload);
      sent.push(await say(0.1));
    }
    const ledger = await drained();
    const { items: letters } = await platform.get<List<Letter>>('/api/v1/dead-letters?limit=100');
    expect(ledger.uplinks).toEqual({
      received: sent.length + POISONS.length,
      processed: sent.length,
      rejected: POISONS.length,
      waiting: 0,
    });
    expect(letters).toHaveLength(POISONS.length);
    // Refused with a reason, and not by a codec that fell over.
    expect(letters.map(({ code }) => code).filter((code) => !/^(payload|value)\./.test(code))).toEqual([]);
    expect(await storedTimes()).toEqual(sent);
    expect(ledger.readings).toEqual({ decoded: sent.length, stored: sent.length, duplicate: 0, quarantined: 0 });
  });

  it('in rules costs the other rules nothing, nor history', async () => {
    const before = (await storedTimes()).length;
    await say(0.95);
    const alerts = await eventually('an alert', async () => {
      const { items } = await platform.get<List<{ ruleId: string }>>('/api/v1/alerts?limit=100');
      return items.length > 0 && items;
    });
    expect(alerts.map(({ ruleId }) => ruleId)).toEqual(['bin.full']);
    await drained();
    expect(await storedTimes()).toHaveLength(before + 1);
    expect(platform.isRunning).toBe(true);
  });

  it('in a rule that would take for ever is refused when the platform starts, in one line that names it', async () => {
    const other = await makeDataDir();
    const slow = join(other.dataDir, 'slow.yaml');
    await writeFile(slow, `version: '1'\nrules:${rule('poison.slow', 'asset.category.matches("(a+)+$")')}\n`);
    try {
      await expect(
        PlatformProcess.start(join(other.dataDir, 'd'), { DATABASE_URL: postgres.url, RULES_DIR: other.dataDir }),
      ).rejects.toThrow(/slow\.yaml:\d+: rules\[0\]\.when: .*matches/);
    } finally {
      await other.remove();
    }
  });
});
