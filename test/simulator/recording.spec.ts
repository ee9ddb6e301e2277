import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { BacktestDocument } from '@stadtfunk/backtest';
import { RecordingReader } from '@stadtfunk/device-simulator';
import { eventually } from '@stadtfunk/kernel/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { RedisUplinkLog } from '@stadtfunk/redis';
import { startRedis, type RedisServer } from '@stadtfunk/redis/testing';
import { Redis } from 'ioredis';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HANAU, register, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { CommandLine } from './command.ts';

let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});
afterEach(() => line.remove());
const fileIn = (name: string) => line.fileIn(name);
const start = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => line.start(args, environment);
/** Without a terminal there is a line of it now and then. */
const PROGRESS = /^(?:.*uplinks, .*left out|.*connected, .*acknowledged)\n/gm;

async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = await start(args, environment).ended;
  expect([status, stderr.replace(PROGRESS, '')]).toEqual([0, '']);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}
const DEVICES = [1, 2].map((number) => ({
  ...{ deviceId: `nb-${number}`, model: 'stadtfunk-json', imei: null, reportingInterval: 'PT1H' },
  asset: { assetId: `bin-${number}`, type: 'WasteContainer', location: HANAU, district: 'Mitte', name: 'Am Markt' },
}));
const described = () => {
  writeFileSync(fileIn('devices.ndjson'), DEVICES.map((device) => JSON.stringify(device)).join('\n'));
  return fileIn('devices.ndjson');
};
const reading = (fillingLevel: number, observedAt = Date.now()) =>
  JSON.stringify({ observedAt, values: { fillingLevel } });

// A start of the program takes seconds where others share the machine.
describe('recording a broker', { timeout: 120_000 }, () => {
  let broker: MosquittoServer;
  let sensor: MqttClient;
  beforeAll(async () => {
    broker = await startMosquitto();
    sensor = await connectAsync(broker.url);
  });
  afterAll(async () => {
    await sensor.endAsync(true);
    await broker.stop();
  });
  const send = (number: number, payload: string) => sensor.publishAsync(`city/nb-${number}/up`, payload, { qos: 1 });
  const record = (name: string, ...more: string[]) =>
    start(['record', fileIn(name), '--mqtt', broker.url, '--topic', 'city/{deviceId}/up', '--json', ...more]);
  /** Sends until the recorder has something, so that it listens surely. */
  async function awaken(name: string): Promise<void> {
    let size = 0;
    const isWritten = async () => {
      if (!existsSync(fileIn(name))) return false;
      await send(1, reading(0.1, Date.now() - 60_000));
      const now = readFileSync(fileIn(name)).length;
      const isLonger = size > 0 && now > size;
      size ||= now;
      return isLonger;
    };
    await eventually('the recorder writes', isWritten, { timeoutMs: 60_000 });
  }

  it('keeps every uplink, ends whole at Ctrl+C, and goes into a backtest and to another broker', async () => {
    const { child, ended } = record('a', '--devices', described());
    await awaken('a');
    // Not within a millisecond: that would be one measurement.
    const begun = Date.now() - 10_000;
    for (const [second, level] of [0.5, 0.95, 0.97].entries()) await send(2, reading(level, begun + second * 1_000));
    const text = () => readFileSync(fileIn('a')).length;
    const before = text();
    await send(2, reading(0.2, begun + 3_000));
    await eventually('the last one is written', () => text() > before);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('stadtfunk:') as unknown]);
    const summary = JSON.parse(stdout) as { uplinks: number; devices: number };
    expect(summary).toMatchObject({ devices: 2, unknown: 0 });
    expect(await run(['replay', fileIn('a'), '--json'])).toMatchObject({ uplinks: summary.uplinks, damages: [] });

    writeFileSync(
      fileIn('rules.yaml'),
      `version: '1'\nrules:\n  - { id: waste.full, subject: asset, when: fillingLevel >= 0.9, severity: major, title: { de: V, en: F } }\n`,
    );
    const judged = (await run([
      'backtest',
      '--rules',
      fileIn('rules.yaml'),
      '--against',
      'none',
      '--recording',
      fileIn('a'),
      '--json',
    ])) as unknown as BacktestDocument;
    expect(judged).toMatchObject({ devices: 2, uplinks: summary.uplinks, alerts: [{ assetId: 'bin-2' }] });

    const heard: string[] = [];
    const listener = await connectAsync(broker.url);
    listener.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    await listener.subscribeAsync('again/#', { qos: 1 });
    const replayed = await run([
      'replay',
      fileIn('a'),
      '--mqtt',
      broker.url,
      '--topic',
      'again/{deviceId}',
      '--speed',
      'max',
      '--device',
      'nb-2',
      '--json',
    ]);
    expect(replayed).toMatchObject({ sent: 4, acknowledged: 4, filtered: summary.uplinks - 4 });
    await eventually('all are heard again', () => heard.length === 4);
    expect(heard.map((line) => /fillingLevel":([\d.]+)/.exec(line)?.[1])).toEqual(['0.5', '0.95', '0.97', '0.2']);
    await listener.endAsync(true);
  });

  it('loses nothing when it is killed: the file keeps its blocks, and the broker sends the rest to the next one', async () => {
    const id = ['--client-id', 'recorder-that-dies'];
    const first = record('killed', ...id);
    await awaken('killed');
    // Faster than it writes.
    const total = 400;
    let taken = 0;
    const sendOne = (number: number) => send(2, `{"counter":${number}}`).then(() => taken++);
    const sending = Promise.all(Array.from({ length: total }, (_, number) => sendOne(number)));
    await eventually('a part is under way', () => taken >= 100);
    first.child.kill('SIGKILL');
    await Promise.all([sending, first.ended]);
    const next = record('next', ...id);
    await awaken('next');
    next.child.kill('SIGTERM');
    expect((await next.ended).status).toBe(0);
    const [kept, rest] = await Promise.all(
      ['killed', 'next'].map(async (name) => {
        const { stdout } = await start(['replay', fileIn(name), '--device', 'nb-2', '--json']).ended;
        return JSON.parse(stdout) as { kept: number; damages: { code: string }[] };
      }),
    );
    expect(kept!.damages.map(({ code }) => code)).toEqual(['unfinished']);
    expect(rest!.damages).toEqual([]);
    // What was written and not acknowledged yet comes twice, and nothing is missing.
    expect(kept!.kept + rest!.kept).toBeGreaterThanOrEqual(total);
  });

  it('writes over no file, and says what is wrong with its options', async () => {
    writeFileSync(fileIn('there'), 'something');
    const complaints = [
      [['record', fileIn('there'), '--mqtt', broker.url], /it is there already/],
      [['record', fileIn('x')], /give one of --mqtt and --log/],
      [['record', fileIn('x'), '--log', line.folder], /there is no uplink log in/],
      [['replay', fileIn('there')], /there: not a recording/],
      [['replay', fileIn('none')], /cannot read the recording/],
      [['replay', fileIn('there'), '--shift', 'tomorrow'], /--shift is a duration/],
      [['replay', fileIn('there'), '--kind', 'Bench'], /--kind is none of/],
      [['load', '--devices', '1000000'], /ulimit -n/],
    ] as const;
    await Promise.all(
      complaints.map(async ([args, complaint]) => {
        const { status, stderr } = await start(args).ended;
        expect([status! > 0, stderr]).toEqual([true, expect.stringMatching(complaint)]);
      }),
    );
    expect(readFileSync(fileIn('there'), 'utf8')).toBe('something');
  });
});

describe('recording a platform', { timeout: 240_000 }, () => {
  let data: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let devices: RegisteredDevice[];
  beforeAll(async () => {
    data = await makeDataDir();
    platform = await PlatformProcess.start(data.dataDir);
    devices = [];
    for (const number of [1, 2]) {
      devices.push(
        await register(platform, `nb-${number}`, 'stadtfunk-json', { type: 'WasteContainer', district: 'Mitte' }),
      );
    }
  });
  afterAll(async () => {
    await platform.kill();
    await data.remove();
  });

  it('copies the log of a running one, anonymises it, and replays it through the devices’ own logins as if it were now', async () => {
    writeFileSync(
      fileIn('logins.json'),
      JSON.stringify(Object.fromEntries(devices.map(({ deviceId, ...login }) => [deviceId, login]))),
    );
    const load = ['load', '--mqtt', platform.mqttUrl, '--credentials', fileIn('logins.json')];
    const loaded = await run([...load, '--rate', '100', '--seconds', '1', '--processes', '2', '--json']);
    expect(loaded).toMatchObject({ connections: { connected: 2 }, messages: { planned: 100, acknowledged: 100 } });

    const api = { HTTP_PORT: new URL(platform.apiUrl).port, STADTFUNK_ADMIN_TOKEN: platform.token };
    const recorded = await run(['record', fileIn('city'), '--log', data.dataDir, '--api', '--json'], api);
    expect(recorded).toMatchObject({ uplinks: 100, devices: 2 });
    await run([
      'replay',
      fileIn('city'),
      '--output',
      fileIn('public'),
      '--anonymise',
      '--kind',
      'WasteContainer',
      '--json',
    ]);
    const lines = await run(['replay', fileIn('public'), '--json']);
    expect(lines).toMatchObject({ anonymised: true, uplinks: 100, recordedAt: null, damages: [] });

    const target = ['--mqtt', platform.mqttUrl, '--credentials', fileIn('logins.json'), '--speed', 'max'];
    const replayed = await run(['replay', fileIn('city'), ...target, '--shift', 'PT1M', '--json']);
    expect(replayed).toMatchObject({ sent: 100, acknowledged: 100, unacknowledged: 0, withoutLogin: 0 });
    // Later times, so news and no repeats.
    await eventually('all readings are stored', async () => {
      const { uplinks, readings } = await platform.get<{
        uplinks: { received: number; waiting: number };
        readings: { stored: number; duplicate: number };
      }>('/api/v1/ledger');
      return uplinks.received === 200 && uplinks.waiting === 0 && readings.stored === 200 && readings.duplicate === 0;
    });

    // Nobody knows the devices of the anonymised one.
    const refused = await start(['replay', fileIn('public'), ...target, '--json']).ended;
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ sent: 0, withoutLogin: 100 });
  });
});

describe('recording the shared log of an installation', { timeout: 120_000 }, () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.remove();
  });
  const record = (name: string) => ['record', fileIn(name), '--log', server.url, '--devices', described(), '--json'];

  it('makes no log where there is none', async () => {
    const { status, stderr } = await start(record('a')).ended;
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is no uplink log in this Redis') as unknown]);
    expect(await redis.dbsize()).toBe(0);
    expect(existsSync(fileIn('a'))).toBe(false);
  });

  it('copies all partitions in the order of reception, and leaves the log as it was', async () => {
    const log = await RedisUplinkLog.open({ url: server.url, partitions: 4 });
    const begun = Date.now() - 60_000;
    for (let number = 0; number < 40; number++) {
      const receivedAt = begun + number * 1_000;
      const deviceId = `nb-${(number % 2) + 1}`;
      const payload = Buffer.from(reading(number / 100, receivedAt - 10_000));
      await log.append([{ deviceId, topic: `stadtfunk/v1/${deviceId}/up`, receivedAt, qos: 1, payload }]);
    }
    await log.commit('store', await log.heads());
    const keys = await stateOf(redis);
    expect(await run(record('b'))).toMatchObject({
      ...{ uplinks: 40, devices: 2, unknown: 0, firstReceivedAt: begun, lastReceivedAt: begun + 39_000 },
    });
    expect(await stateOf(redis)).toEqual(keys);
    await log.close();
    const times: number[] = [];
    const recording = await RecordingReader.open(createReadStream(fileIn('b')));
    for await (const block of recording.blocks()) {
      for (const item of block) if (item.type === 'uplink') times.push(item.uplink.receivedAt);
    }
    expect(times).toEqual(Array.from({ length: 40 }, (_, number) => begun + number * 1_000));
  });
});

/** Every key with what stands in it. */
async function stateOf(redis: Redis): Promise<readonly string[]> {
  const keys = (await redis.keys('*')).sort();
  return Promise.all(keys.map(async (key) => `${key} ${(await redis.dumpBuffer(key))?.toString('base64')}`));
}
