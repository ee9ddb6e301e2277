import type { LedgerReport } from '@stadtfunk/ingest';
import { eventually } from '@stadtfunk/kernel/testing';
import { startInflux, type InfluxServer } from '@stadtfunk/influx/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

interface List<T> {
  readonly items: readonly T[];
}

// The embedded default is tested beside this file; here stands what a city runs: PostgreSQL, InfluxDB, Mosquitto.
describe('the platform on servers', () => {
  let postgres: PostgresServer;
  let influx: InfluxServer;
  let mosquitto: MosquittoServer;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let bin: RegisteredDevice;
  const assetId = 'asset-of-bin-1';

  const start = () =>
    PlatformProcess.start(folder.dataDir, {
      DATABASE_URL: postgres.url,
      INFLUX_URL: influx.url,
      MQTT_URL: mosquitto.url,
    });
  const say = (fillingLevel: number) =>
    JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } });
  const readings = async () => {
    const { items } = await platform.get<List<{ values: { fillingLevel: number } }>>(
      `/api/v1/assets/${assetId}/readings?order=desc`,
    );
    return items.map(({ values }) => values.fillingLevel);
  };
  const ready = () =>
    eventually('readiness', async () => (await fetch(new URL('/health/ready', platform.apiUrl))).status === 200);

  beforeAll(async () => {
    [postgres, influx, mosquitto, folder] = await Promise.all([
      startPostgres(),
      startInflux(),
      startMosquitto(),
      makeDataDir(),
    ]);
    platform = await start();
    await ready();
    bin = await register(platform, 'bin-1', 'stadtfunk-json', { type: 'WasteContainer' });
  });
  afterAll(async () => {
    await platform.stop();
    await Promise.all([postgres.stop(), influx.stop(), mosquitto.stop()]);
    await folder.remove();
  });

  it('takes readings from its own broker and from the external one, and turns them into an alert and a job', async () => {
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    await device.publish(say(0.3));
    await device.end();
    const elsewhere = await connectAsync(mosquitto.url);
    await eventually('both readings', async () => {
      if (!(await readings()).includes(0.97)) await elsewhere.publishAsync(bin.topic, say(0.97), { qos: 1 });
      return (await readings()).includes(0.3) && (await readings()).includes(0.97);
    });
    await elsewhere.endAsync();
    const jobs = await eventually('a job', async () => {
      const { items } = await platform.get<List<{ department: string }>>(`/api/v1/jobs?asset=${assetId}`);
      return items.length > 0 && items;
    });
    expect(jobs).toMatchObject([{ department: 'waste' }]);
  });

  it('goes on acknowledging while InfluxDB is away, says so, and stores everything when it is back', async () => {
    await influx.kill();
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    const levels = [0.41, 0.42, 0.43];
    for (const level of levels) await device.publish(say(level));
    await device.end();
    const { status, body } = await platform.ask<object>('GET', '/health/ready');
    expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('InfluxDB')]);
    await influx.restart();
    await eventually('all readings', async () => {
      const stored = await readings();
      return levels.every((level) => stored.includes(level));
    });
  });

  it('survives PostgreSQL going away under load, again and again, and loses nothing', async () => {
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    const before = await platform.get<LedgerReport>('/api/v1/ledger');
    let acknowledged = 0;
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        await device.publish(say(0.2));
        acknowledged++;
      }
    })();
    for (let round = 0; round < 3; round++) {
      const enough = acknowledged + 50;
      await eventually('load', () => acknowledged > enough);
      await postgres.interrupt();
      const during = acknowledged + 50;
      await eventually('acknowledgements without the records', () => acknowledged > during);
      await postgres.resume();
    }
    isOver = true;
    await load;
    await device.end();
    expect(platform.isRunning).toBe(true);
    await ready();
    const ledger = await eventually('an empty log', async () => {
      const { status, body } = await platform.ask<LedgerReport>('GET', '/api/v1/ledger');
      return status === 200 && body.uplinks.waiting === 0 && body.rules.waiting === 0 && body;
    });
    expect(ledger.uplinks.received - before.uplinks.received).toBe(acknowledged);
    expect(ledger.uplinks.received).toBe(ledger.uplinks.processed + ledger.uplinks.rejected);
  });

  it('goes on after kill -9, and the ledger adds up', async () => {
    await platform.kill('SIGKILL');
    platform = await start();
    await ready();
    const { uplinks } = await eventually('an empty log', async () => {
      const ledger = await platform.get<LedgerReport>('/api/v1/ledger');
      return ledger.uplinks.waiting === 0 && ledger.rules.waiting === 0 && ledger;
    });
    expect(uplinks.received).toBe(uplinks.processed + uplinks.rejected);
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    await device.publish(say(0.44));
    await device.end();
    await eventually('the reading', async () => (await readings()).includes(0.44));
  });
});
