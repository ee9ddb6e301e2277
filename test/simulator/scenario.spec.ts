import { readFileSync, writeFileSync } from 'node:fs';
import { readTruth } from '@stadtfunk/device-simulator';
import { eventually } from '@stadtfunk/kernel/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CommandLine } from './command.ts';

let line: CommandLine;
beforeEach(() => (line = new CommandLine()));
afterEach(() => line.remove());

const truthIn = (name: string) => {
  const truth = readTruth(readFileSync(line.fileIn(name), 'utf8').split('\n'));
  if (!truth.ok) throw new Error(truth.error.detail);
  return truth.value;
};

// A start of the program takes seconds where others share the machine.
describe('a scenario at a real broker', { timeout: 120_000 }, () => {
  let broker: MosquittoServer;
  beforeAll(async () => (broker = await startMosquitto()));
  afterAll(() => broker.stop());
  const simulate = (...more: string[]) => [
    ...['simulate', '--scenario', 'bin-fire', '--short', '--mqtt', broker.url, '--topic', 'city/{deviceId}/up'],
    ...['--json', ...more],
  ];

  it('goes out as fast as it goes with the bytes and the truth that it has without a network, and is recorded', async () => {
    const reader = await connectAsync(broker.url);
    let heard = 0;
    reader.on('message', () => heard++);
    await reader.subscribeAsync('city/+/up', { qos: 1 });
    const [truth, record, report] = ['truth', 'recording', 'report.html'].map((name) => line.fileIn(name)) as [
      string,
      string,
      string,
    ];
    const played = await line.run(simulate('--speed', 'max', '--truth', truth, '--record', record, '--report', report));
    const without = await line.run([
      'scenarios',
      'run',
      'bin-fire',
      '--short',
      '--json',
      '--truth',
      line.fileIn('same'),
    ]);
    const { uplinks, sha256, incidents, devices } = without;
    expect(played).toMatchObject({ uplinks, sha256, incidents, devices, acknowledged: uplinks, unacknowledged: 0 });
    expect(readFileSync(truth, 'utf8')).toBe(readFileSync(line.fileIn('same'), 'utf8'));
    expect(await line.run(['replay', record, '--json'])).toMatchObject({
      ...{ uplinks, devices, origin: 'simulation', recordedAt: null, damages: [] },
    });
    // Written over itself it would be lost before it is read.
    const { length } = readFileSync(record);
    const over = await line.start(['replay', record, '--output', record, '--force']).ended;
    expect([over.status, over.stderr]).toEqual([2, expect.stringContaining('is the recording itself') as unknown]);
    expect(readFileSync(record)).toHaveLength(length);
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/<script|https?:|NaN|undefined/);
    await eventually('the broker has passed on everything', () => heard === uplinks);
    await reader.endAsync(true);
  });

  it('goes in step with the clock, and ends whole when it is interrupted, with what was true until then', async () => {
    const [truth, record] = [line.fileIn('truth'), line.fileIn('recording')];
    // Two days in a minute.
    const { child, ended, told } = line.start(simulate('--speed', '2880', '--truth', truth, '--record', record));
    await eventually('it tells how far it is', () => /\d+ sent/.test(told()), { timeoutMs: 60_000 });
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    expect(status).toBe(1);
    const played = JSON.parse(stdout) as { uplinks: number; acknowledged: number; isWhole: boolean; to: string };
    expect(played).toMatchObject({ isWhole: false, acknowledged: played.uplinks });
    expect(played.uplinks).toBeGreaterThan(0);
    const { header, incidents } = truthIn('truth');
    expect(header.to).toBe(Date.parse(played.to));
    for (const { from, to } of incidents) {
      expect(from).toBeLessThan(header.to);
      expect(to ?? 0).toBeLessThanOrEqual(header.to);
    }
    expect(await line.run(['replay', record, '--json'])).toMatchObject({ uplinks: played.uplinks, damages: [] });
  });

  it('lets devices hear what the broker has for them when they listen, and writes its report in German', async () => {
    const publisher = await connectAsync(broker.url);
    // Kept by the broker until the simulator subscribes. Of bins in the short form some are of each model.
    const commands = {
      'nb-behaelter-0001': 'AT+TDC=600',
      'nb-behaelter-0004': 'AT+TDC=600',
      'nb-nobody': 'AT+TDC=600',
    };
    const send = (deviceId: string, text: string) =>
      publisher.publishAsync(`city/${deviceId}/down`, text, { qos: 1, retain: true });
    for (const [deviceId, text] of Object.entries(commands)) await send(deviceId, text);
    const report = line.fileIn('bericht.html');
    const listening = ['--downlinks', 'city/{deviceId}/down', '--report', report, '--language', 'de'];
    const played = await line.run(simulate('--speed', '11520', ...listening));
    for (const deviceId of Object.keys(commands)) await send(deviceId, '');
    await publisher.endAsync(true);
    expect(played['downlinks']).toMatchObject({ sent: 2, heard: 2 });
    const deaf = await line.run(['scenarios', 'run', 'bin-fire', '--short', '--json']);
    // Only who understands the command reports every ten minutes from then on.
    expect(played['uplinks'] as number).toBeGreaterThan((deaf['uplinks'] as number) + 100);
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('<html lang="de">');
    expect(page).toContain('Behälter voll (waste.full)');
  });

  it('refuses what is for scenarios without one', async () => {
    const { status, stderr } = await line.start(['simulate', '--truth', 'x']).ended;
    expect([status, stderr]).toEqual([2, expect.stringContaining('--truth is for --scenario') as unknown]);
  });

  it('examines no rule that is not there, and names those that it cannot examine', async () => {
    const strange = await line.start(['exam', '--covers', 'waste.fier=bin.fire']).ended;
    expect([strange.status, strange.stderr]).toEqual([2, expect.stringContaining('no rule waste.fier') as unknown]);
    const rule = [
      "version: '1'",
      'rules:',
      '  - { id: my.rule, subject: asset, appliesTo: { type: WasteContainer }, when: fillingLevel > 0.5, severity: minor,',
      '      title: { de: A, en: A } }',
    ];
    writeFileSync(line.fileIn('rules.yaml'), rule.join('\n'));
    const { stdout } = await line.start([
      'exam',
      '--scenario',
      'bin-fire',
      '--short',
      '--rules',
      line.fileIn('rules.yaml'),
    ]).ended;
    expect(stdout).toMatch(/not examined.*my\.rule/);
  });

  it('says before it begins that what it is to write cannot be written', async () => {
    const [truth, page] = [line.fileIn('none/truth'), line.fileIn('none/page.html')];
    for (const args of [
      simulate('--truth', truth),
      ['scenarios', 'run', 'bin-fire', '--truth', truth],
      ['exam', '--html', page],
    ]) {
      const { status, stderr, stdout } = await line.start(args).ended;
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/cannot write .*ENOENT/);
      expect(stderr).not.toContain('uplinks');
    }
  });
});

describe('a scenario with a fleet of its own', { timeout: 120_000 }, () => {
  it('simulates the assets of the file that it names, beside it, and tells of rows that cannot be read', async () => {
    writeFileSync(
      line.fileIn('fleet.csv'),
      [
        'type;latitude;longitude;assetId;maximumParkingDuration',
        'WasteContainer;50,13;8,92;bin-a;',
        'ParkingSpot;50,13;8,92;spot-a;PT1H',
        'ParkingSpot;95;8,92;spot-b;PT1H',
      ].join('\n'),
    );
    const scenario = [
      "version: '1'",
      'name: own',
      'title: { de: A, en: A }',
      'description: { de: A, en: A }',
      'start: 2026-03-02T00:00',
      'duration: P3D',
      'fleet: { import: fleet.csv }',
      'faults: [{ kind: device.hung, target: { asset: bin-a }, at: P1D, for: PT20H }]',
    ];
    writeFileSync(line.fileIn('own.yaml'), scenario.join('\n'));
    const { status, stdout, stderr } = await line.start([
      ...['scenarios', 'run', line.fileIn('own.yaml'), '--json', '--truth', line.fileIn('truth')],
    ]).ended;
    expect([status, stderr]).toEqual([0, expect.stringContaining('row 4, location') as unknown]);
    expect(JSON.parse(stdout)).toMatchObject({ scenario: 'own', devices: 2 });
    const { incidents } = truthIn('truth');
    expect(incidents.filter(({ kind }) => kind === 'device.silent')).toMatchObject([{ subject: 'nb-bin-a' }]);
    const checked = await line.run(['scenarios', 'fleet', line.fileIn('fleet.csv'), '--json']);
    expect(checked['assets']).toEqual({ WasteContainer: 1, ParkingSpot: 1 });

    writeFileSync(line.fileIn('fleet.csv'), 'type;latitude\n');
    const broken = await line.start(['scenarios', 'run', line.fileIn('own.yaml')]).ended;
    expect([broken.status, broken.stderr]).toEqual([1, expect.stringContaining('file.columns') as unknown]);
  });
});

describe('an exam through a whole platform', { timeout: 300_000 }, () => {
  it('raises over MQTT and the API what the same rules raise without them', async () => {
    const exam = await line.run(['exam', '--live', '--scenario', 'bin-fire', '--seed', '3', '--json']);
    const { live, counts, runs } = exam as {
      live: { same: number; onlyLive: string[]; onlyWithout: string[] };
      counts: { uplinks: number };
      runs: number;
    };
    expect(live).toMatchObject({ onlyLive: [], onlyWithout: [] });
    expect(live.same).toBeGreaterThan(2);
    expect([runs, counts.uplinks > 100]).toEqual([1, true]);
  });
});
