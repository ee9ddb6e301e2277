import type { BacktestDocument } from '@stadtfunk/backtest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const HOUR = 3_600_000;
/** Eight o'clock in the city. */
const BEGIN = Date.UTC(2026, 10, 1, 7);
const isoOf = (time: number) => new Date(time).toISOString();

// A start of the program takes seconds where others share the machine.
describe('the command backtest', { timeout: 120_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stadtfunk-backtest-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function fileWith(name: string, content: string | Uint8Array): string {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  }
  const rulesWith = (name: string, level: number) =>
    fileWith(
      name,
      `version: '1'\nrules:\n  - { id: waste.full, subject: asset, when: fillingLevel >= ${level}, severity: major, title: { de: V, en: F }, job: { kind: emptying, priority: high, due: P1D } }\n`,
    );
  function recordingOf(...lines: readonly object[]): string {
    const asset = (number: number, district: string) => ({
      ...{ assetId: `bin-${number}`, type: 'WasteContainer', district },
      location: { type: 'Point', coordinates: [8.9, 50.1] },
    });
    const devices = [asset(1, 'Mitte'), asset(2, 'Nord')].map((each, index) => {
      return { type: 'device', deviceId: `nb-${index + 1}`, model: 'stadtfunk-json', asset: each };
    });
    return fileWith('city.ndjson', [...devices, ...lines].map((line) => JSON.stringify(line)).join('\n'));
  }
  const heard = (number: number, hour: number, fillingLevel: number) => ({
    ...{ type: 'uplink', deviceId: `nb-${number}`, receivedAt: isoOf(BEGIN + hour * HOUR) },
    readings: [{ observedAt: isoOf(BEGIN + hour * HOUR - 2_000), values: { fillingLevel } }],
  });
  const city = () =>
    recordingOf(heard(1, 0, 0.1), heard(1, 1, 0.85), heard(2, 1, 0.95), heard(2, 3, 0.1), heard(1, 25, 0.92));

  async function run(...args: string[]) {
    const child = spawn(process.execPath, [resolve('dist/stadtfunk.js'), 'backtest', ...args], {
      // Whatever else runs on this machine is not asked.
      env: { ...process.env, ZONE: 'Europe/Berlin', RULES_DIR: '', DATA_DIR: join(folder, 'data'), HTTP_PORT: '9' },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, stdout, stderr };
  }
  async function reportOf(...args: string[]) {
    const { status, stdout, stderr } = await run(...args, '--json');
    expect([status, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as BacktestDocument;
  }

  it('says what rules would have done over a recording, and how they differ from others', async () => {
    const options = ['--rules', rulesWith('new.yaml', 0.9), '--against', rulesWith('old.yaml', 0.8)];
    const { status, stdout } = await run(...options, '--recording', city());
    expect(status).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
    expect(lines[0]).toBe('2026-11-01T06:59:58.000Z to 2026-11-02T08:00:00.001Z: 2 devices, 5 readings');
    expect(lines).toContain('rule | fired | open | in alarm | groups | jobs | before | only new | only old | both');
    expect(lines).toContain('waste.full | 2 | 1 | 2.0 h | 0 | 2 | 2 | 0 | 0 | 2');
    expect(lines).toContain('2026-11-01 | 1 | before 2');
    expect(lines).toContain('2026-11-02T07:59:58.000Z | open | waste.full | bin-1');
  });

  it('prints the same as JSON, of a period of days of the city or of moments, and of a part of the fleet', async () => {
    const options = ['--rules', rulesWith('new.yaml', 0.8), '--against', 'none', '--recording', city()];
    const days = await reportOf(...options, '--from', '2026-11-01', '--to', '2026-11-02');
    expect(days).toMatchObject({ from: '2026-10-31T23:00:00.000Z', to: '2026-11-01T23:00:00.000Z', readings: 4 });
    expect(days.rules).toMatchObject([{ ruleId: 'waste.full', old: null, new: { fired: 2, openAtEnd: 1 } }]);
    const morning = ['--from', '2026-11-01T10:30:00+01:00', '--to', '2026-11-01T20:00:00+01:00'];
    expect((await reportOf(...options, ...morning)).rules).toMatchObject([{ new: { fired: 0, openBefore: 2 } }]);
    for (const part of [
      ['--asset', 'bin-2'],
      ['--district', 'Nord', '--type', 'WasteContainer'],
    ]) {
      expect(await reportOf(...options, ...part)).toMatchObject({ devices: 1, alerts: [{ assetId: 'bin-2' }] });
    }
    expect(await reportOf(...options, '--type', 'ParkingSpot')).toMatchObject({ devices: 0, alerts: [] });
    expect(await reportOf(...options, '--alerts', '1')).toMatchObject({ alertCount: 2, alerts: [{}] });
  });

  it('compares with the rules in force where nothing else is said', async () => {
    const report = await reportOf('--rules', rulesWith('new.yaml', 0.8), '--recording', city());
    expect(report.rules).toMatchObject([{ ruleId: 'waste.full', old: { fired: 2 } }]);
    expect(report.notCompared).toContain('waste.fire');
  });

  it('reads a recording in which thousands of readings came at once', async () => {
    const observed = Array.from({ length: 5_000 }, (_, index) => ({
      observedAt: isoOf(BEGIN - index * 1_000),
      values: { fillingLevel: 0.1 },
    }));
    const lines = Array.from({ length: 30 }, (_, index) => ({ ...heard(1, index, 0.1), readings: observed }));
    const report = await reportOf(
      '--rules',
      rulesWith('new.yaml', 0.8),
      '--against',
      'none',
      '--recording',
      recordingOf(...lines),
    );
    expect(report).toMatchObject({ from: isoOf(BEGIN - 4_999_000), readings: 150_000 });
  });

  it('names what is wrong with a recording, with its line', async () => {
    const rules = rulesWith('new.yaml', 0.8);
    const of = (recording: string) => run('--rules', rules, '--recording', recording);
    const [broken, bytes, empty, none] = await Promise.all([
      of(recordingOf(heard(1, 1, 0.1), heard(1, 0, 0.1))),
      of(fileWith('x', Uint8Array.of(0x1f, 0x8b, 0xff))),
      of(fileWith('empty', '')),
      of(join(folder, 'none')),
    ]);
    expect([broken.status, broken.stderr]).toEqual([
      1,
      expect.stringMatching(/city\.ndjson: line 4: it was received before the one above\n$/),
    ]);
    expect(bytes.stderr).toMatch(/not UTF-8\n$/);
    expect(empty.stderr).toMatch(/has no uplinks\n$/);
    expect([none.status, none.stderr]).toEqual([2, expect.stringMatching(/cannot read the recording/)]);
  });

  it('names every mistake in the rules, and ends with 2 where the command itself is wrong', async () => {
    const recording = ['--recording', city()];
    const rules = ['--rules', rulesWith('new.yaml', 0.8)];
    const bad = fileWith('bad.yaml', "version: '1'\nrules:\n  - { id: a.b, when: full }\n");
    const complaints = [
      [1, ['--rules', bad, ...recording], /the rules are broken\n {2}\S*bad\.yaml:3/],
      [2, rules, /--from and --to are needed/],
      [2, [...rules, ...recording, '--from', 'yesterday'], /--from is neither a day .* nor a moment/],
      [2, [...rules, ...recording, '--from', '2026-11-02', '--to', '2026-11-01'], /--from has to be before --to/],
      [2, [...rules, ...recording, '--alerts', '-1'], /--alerts is a number/],
      [2, ['--rules', join(folder, 'none.yaml'), ...recording], /none\.yaml/],
      [1, [...rules, '--from', '2026-11-01', '--to', '2026-11-02'], /was the platform ever started\?/],
    ] as const;
    await Promise.all(
      complaints.map(async ([expected, args, complaint]) => {
        const { status, stderr } = await run(...args);
        expect([status, stderr]).toEqual([expected, expect.stringMatching(complaint)]);
      }),
    );
  });
});
