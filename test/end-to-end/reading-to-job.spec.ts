import type { LedgerReport } from '@stadtfunk/ingest';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HANAU, register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

const run = promisify(execFile);

interface List<T> {
  readonly items: readonly T[];
}
interface Reading {
  readonly observedAt: string;
  readonly receivedAt: string;
  readonly values: Readonly<Record<string, number | boolean>>;
  readonly clock: string;
  readonly quality: number;
}
interface Alert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly clearedAt: string | null;
}
interface Job {
  readonly jobId: string;
  readonly state: string;
  readonly department: string;
  readonly version: number;
  readonly evidence: { readonly values: Readonly<Record<string, number>> } | null;
}

/** As a person with Mosquitto's client would; rejects with its exit code. */
function mosquittoPub({ username, password, topic }: RegisteredDevice, mqttUrl: string, message: string) {
  const { hostname, port } = new URL(mqttUrl);
  const login = ['-u', username, '-P', password];
  return run('mosquitto_pub', ['-h', hostname, '-p', port, ...login, '-t', topic, '-q', '1', '-m', message]);
}

describe('from a reading to a job', () => {
  let platform: PlatformProcess;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let bin: RegisteredDevice;
  const assetId = 'asset-of-bin-1';

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir);
    bin = await register(platform, 'bin-1', 'stadtfunk-json', { type: 'WasteContainer', containerHeight: 1.2 });
  });
  afterAll(async () => {
    await platform.stop();
    await folder.remove();
  });

  const readings = async () => (await platform.get<List<Reading>>(`/api/v1/assets/${assetId}/readings`)).items;
  const alerts = async () => (await platform.get<List<Alert>>(`/api/v1/alerts?asset=${assetId}`)).items;
  const jobs = async () => (await platform.get<List<Job>>(`/api/v1/jobs?asset=${assetId}`)).items;
  const say = (fillingLevel: number) =>
    JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } });

  it('answers a new device with its credentials, this once', async () => {
    expect(bin).toMatchObject({ deviceId: 'bin-1', username: 'bin-1', topic: 'stadtfunk/v1/bin-1/up' });
    expect(bin.password.length).toBeGreaterThanOrEqual(22);
    const { body } = await platform.ask<object>('GET', '/api/v1/devices/bin-1');
    expect(JSON.stringify(body)).not.toContain(bin.password);
    const again = await platform.ask('POST', '/api/v1/devices', { deviceId: 'bin-1', model: 'stadtfunk-json' });
    expect(again.status).toBe(409);
  });

  it('stores what mosquitto_pub publishes', async () => {
    await mosquittoPub(bin, platform.mqttUrl, say(0.53));
    const [reading] = await eventually('a stored reading', async () => {
      const found = await readings();
      return found.length > 0 && found;
    });
    expect(reading).toMatchObject({ values: { fillingLevel: 0.53 }, clock: 'ok', quality: 4 });
    expect(await alerts()).toEqual([]);
  });

  it('opens one alert and one job when the rule holds, and verifies the job when the sensor confirms', async () => {
    const stream = await fetch(new URL('/api/v1/stream', platform.apiUrl), {
      headers: { authorization: `Bearer ${platform.token}`, accept: 'text/event-stream' },
    });
    const chunks: string[] = [];
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    const reading = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read()) chunks.push(part.value);
    })();

    const device = await TestDevice.connect(platform.mqttUrl, bin);
    const step = async (level: number) => {
      await device.publish(say(level));
      // A device that reports twice in a millisecond does not exist, but a test does.
      const count = (await readings()).length;
      await eventually('the reading', async () => (await readings()).length >= count);
    };
    for (const level of [0.97, 0.98, 0.99]) await step(level);

    const job = await eventually('a job', async () => (await jobs())[0]);
    expect(job).toMatchObject({ state: 'open', department: 'waste', evidence: null });
    expect(await alerts()).toMatchObject([{ ruleId: 'waste.full', clearedAt: null }]);
    await eventually(
      'live events',
      () => chunks.join('').includes('alert.raised') && chunks.join('').includes('job.created'),
    );

    const assigned = await platform.post<Job>(`/api/v1/jobs/${job.jobId}/assign`, {
      assignee: 'Kolonne 3',
      version: job.version,
    });
    const stale = await platform.ask<{ code: string }>('POST', `/api/v1/jobs/${job.jobId}/start`, {
      version: job.version,
    });
    expect([stale.status, stale.body.code]).toEqual([409, 'job.conflict']);
    await platform.post(`/api/v1/jobs/${job.jobId}/start`, { version: assigned.version });
    const done = await platform.post<Job>(`/api/v1/jobs/${job.jobId}/done`, { note: 'geleert' });
    expect(done).toMatchObject({ state: 'done', evidence: null });

    for (const level of [0.04, 0.03, 0.02]) await step(level);
    const verified = await eventually('the verified job', async () => {
      const found = await platform.get<Job>(`/api/v1/jobs/${job.jobId}`);
      return found.state === 'verified' && found;
    });
    expect(verified.evidence?.values['fillingLevel']).toBeLessThan(0.1);
    expect((await alerts())[0]?.clearedAt).not.toBeNull();
    expect(await jobs()).toHaveLength(1);

    await device.end();
    await reader.cancel();
    await reading;
  });

  it('keeps what it cannot read, with the reason and the bytes, and tries it again on request', async () => {
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    await device.publish('{"values":');
    await device.end();
    const letter = await eventually('a dead letter', async () => {
      const { items } = await platform.get<List<Record<string, string>>>('/api/v1/dead-letters');
      return items[0];
    });
    expect(letter).toMatchObject({ deviceId: 'bin-1', code: 'payload.notJson', state: 'open' });
    const whole = await platform.get<{ payload: Record<string, string> }>(`/api/v1/dead-letters/${letter['letterId']}`);
    expect(JSON.stringify(whole)).toContain(Buffer.from('{"values":').toString('hex'));

    await platform.post(`/api/v1/dead-letters/${letter['letterId']}/retry`);
    const again = await eventually('the second attempt', async () => {
      const found = await platform.get<{ state: string; attempts: number }>(
        `/api/v1/dead-letters/${letter['letterId']}`,
      );
      return found.attempts === 2 && found.state === 'open' && found;
    });
    expect(again).toMatchObject({ code: 'payload.notJson' });
  });

  it('drops a repeated uplink, and the ledger adds up', async () => {
    const before = await platform.get<LedgerReport>('/api/v1/ledger');
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    const payload = say(0.11);
    for (let time = 0; time < 3; time++) await device.publish(payload);
    await device.end();
    const { uplinks, readings: counts } = await eventually('the ledger', async () => {
      const ledger = await platform.get<LedgerReport>('/api/v1/ledger');
      return (
        ledger.rules.waiting === 0 &&
        ledger.uplinks.waiting === 0 &&
        ledger.uplinks.received === before.uplinks.received + 3 &&
        ledger
      );
    });
    expect(uplinks.received).toBe(uplinks.processed + uplinks.rejected);
    expect(uplinks.rejected).toBe(1);
    expect(counts.duplicate - before.readings.duplicate).toBe(2);
    expect(counts.decoded).toBe(counts.stored + counts.duplicate + counts.quarantined);
    const { body } = await platform.ask<LedgerReport>('GET', '/api/v1/devices/bin-1/ledger');
    expect(body).toEqual({ uplinks, readings: counts, rules: { waiting: 0 } });
  });

  it('refuses strangers, wrong passwords and foreign topics at the door', async () => {
    // mosquitto_pub ends with the CONNACK code: 4 bad user name or password, 5 not authorised.
    for (const stranger of [
      { ...bin, username: 'bin-2' },
      { ...bin, password: 'wrong' },
    ]) {
      await expect(mosquittoPub(stranger, platform.mqttUrl, say(0.5))).rejects.toMatchObject({ code: 4 });
    }
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    const { uplinks } = await platform.get<LedgerReport>('/api/v1/ledger');
    await expect(device.publish(say(0.5), 'stadtfunk/v1/bin-2/up')).rejects.toThrow('closed without PUBACK');
    expect((await platform.get<LedgerReport>('/api/v1/ledger')).uplinks.received).toBe(uplinks.received);
    await device.end();
  });

  it('knows everything again after an orderly stop', async () => {
    const before = await platform.get<LedgerReport>('/api/v1/ledger');
    expect(await platform.stop()).toBe(0);
    platform = await PlatformProcess.start(folder.dataDir);
    expect(await platform.get<LedgerReport>('/api/v1/ledger')).toEqual(before);
    expect((await jobs())[0]?.state).toBe('verified');
    await mosquittoPub(bin, platform.mqttUrl, say(0.12));
    await eventually('one more uplink', async () => {
      return (await platform.get<LedgerReport>('/api/v1/ledger')).uplinks.processed === before.uplinks.processed + 1;
    });
  });

  it('lets a second platform not into the same folder', async () => {
    await expect(PlatformProcess.start(folder.dataDir)).rejects.toThrow(
      /: stadtfunk: .*lock\S*: process \d+ has this uplink log open\n$/,
    );
  });

  it('ends at a wrong setting, with one line that names it', async () => {
    const start = PlatformProcess.start(folder.dataDir, { MQTT_PORT: 'seventeen', ZONE: 'Hanau' });
    await expect(start).rejects.toThrow(
      /ended at start \(2\): stadtfunk: wrong settings: MQTT_PORT[^\n]*ZONE[^\n]*\n$/,
    );
  });

  it('takes the place of an asset as GeoJSON', async () => {
    const { body } = await platform.ask<{ location: object }>('GET', `/api/v1/assets/${assetId}`);
    expect(body.location).toEqual(HANAU);
  });
});
