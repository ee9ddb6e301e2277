import type { LedgerReport } from '@stadtfunk/ingest';
import { ROLES } from '@stadtfunk/platform';
import { eventually } from '@stadtfunk/kernel/testing';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { Installation } from '../platform/installation.ts';
import type { PlatformProcess } from '../platform/platform-process.ts';

interface List<T> {
  readonly items: readonly T[];
}

describe('every role a process of its own', () => {
  let city: Installation;
  let api: PlatformProcess;
  let bin: RegisteredDevice;
  const assetId = 'asset-of-bin-1';

  beforeAll(async () => {
    city = await Installation.start();
    await city.runAll(ROLES);
    api = city.get('api');
    bin = await register(api, 'bin-1', 'stadtfunk-json', { type: 'WasteContainer' });
  }, 120_000);
  afterAll(() => city.remove());

  const say = (fillingLevel: number) =>
    JSON.stringify({
      observedAt: new Date().toISOString(),
      values: { fillingLevel },
    });
  const readiness = async (role: string) => {
    const response = await fetch(new URL('/health/ready', city.get(role).apiUrl));
    return { status: response.status, text: await response.text() };
  };
  const ledger = () => api.get<LedgerReport>('/api/v1/ledger');
  const settled = (received: number) =>
    eventually(`a ledger of ${received}`, async () => {
      const found = await ledger();
      return found.uplinks.received >= received && found.uplinks.waiting === 0 && found.rules.waiting === 0 && found;
    });
  const publish = async (...levels: number[]) => {
    const device = await TestDevice.connect(city.get('broker').mqttUrl, bin);
    for (const level of levels) await device.publish(say(level));
    await device.end();
  };

  it('is ready everywhere, and every process serves metrics with its role', async () => {
    for (const role of ROLES) {
      await eventually(`${role} is ready`, async () => (await readiness(role)).status === 200);
      const metrics = await (await fetch(new URL('/metrics', city.get(role).apiUrl))).text();
      expect(metrics).toContain(`stadtfunk_role{role="${role}"} 1`);
      expect(metrics).toContain('process_cpu_seconds_total');
    }
  });

  it('turns readings of the broker and of the bridge into an alert and a job, and tells a live page at once', async () => {
    const stream = await fetch(new URL('/api/v1/stream', api.apiUrl), {
      headers: { authorization: `Bearer ${api.token}` },
    });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    await publish(0.3);
    const elsewhere = await connectAsync(city.engines.mosquitto.url);
    await elsewhere.publishAsync(bin.topic, say(0.97), { qos: 1 });
    await elsewhere.endAsync();
    let heard = '';
    while (!heard.includes('alert.raised')) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended: ${heard}`);
      heard += value;
    }
    await reader.cancel();
    expect(heard).toContain(assetId);
    const { items } = await api.get<List<{ department: string }>>(`/api/v1/jobs?asset=${assetId}`);
    expect(items).toMatchObject([{ department: 'waste' }]);
    const { uplinks, readings } = await settled(2);
    expect([uplinks.received, uplinks.processed, readings.stored]).toEqual([2, 2, 2]);
  });

  it('names the engine that is away where it is needed, and only there, and goes on when it is back', async () => {
    await city.engines.redis.kill();
    await publish(0.41, 0.42);
    const away = await Promise.all(['ingest', 'rules', 'api'].map(readiness));
    expect(away.map(({ status, text }) => [status, text.includes('Redis')])).toEqual([
      [503, true],
      [503, true],
      [503, true],
    ]);
    // It goes on acknowledging, which is what it is there for.
    expect((await readiness('broker')).status).toBe(200);
    await city.engines.redis.start();
    await settled(4);

    await city.engines.influx.kill();
    await publish(0.43);
    expect(await readiness('ingest')).toMatchObject({
      status: 503,
      text: expect.stringContaining('InfluxDB') as string,
    });
    expect((await readiness('rules')).status).toBe(200);
    await city.engines.influx.restart();
    await settled(5);
    for (const role of ROLES) await eventually(`${role} is ready`, async () => (await readiness(role)).status === 200);
  });

  it('counts what waits in a local log as received', async () => {
    await city.engines.redis.kill();
    await publish(0.44, 0.45, 0.46);
    await city.get('ingest').stop();
    await city.engines.redis.start();
    const found = await eventually('three that wait', async () => {
      const { status, body } = await api.ask<LedgerReport>('GET', '/api/v1/ledger');
      return status === 200 && body.uplinks.waiting === 3 && body;
    });
    expect(found.uplinks).toMatchObject({ received: 8, processed: 5 });
    await city.run('ingest');
    expect((await settled(8)).readings.stored).toBe(8);
  });

  it('shares the partitions among processes of a role, and takes over those of one that stops or dies', async () => {
    const owned = async (name: string) => {
      const metrics = await (await fetch(new URL('/metrics', city.get(name).apiUrl))).text();
      return Number(/^stadtfunk_partitions_owned_store (\d+)/m.exec(metrics)?.[1]);
    };
    await city.run('ingest-2');
    await eventually('equal shares', async () => (await owned('ingest')) === 16 && (await owned('ingest-2')) === 16);
    await publish(0.47, 0.48);
    await settled(10);
    await city.get('ingest').kill('SIGKILL');
    await eventually('the whole', async () => (await owned('ingest-2')) === 32, { timeoutMs: 10_000 });
    await publish(0.49);
    expect((await settled(11)).uplinks.rejected).toBe(0);
    await city.run('ingest');
  });

  it('judges by a rule that was saved over the API, also in a process that was dead meanwhile', async () => {
    const yaml = `version: '1'
rules:
  - id: waste.half
    subject: asset
    when: fillingLevel >= 0.55
    severity: warning
    title: { de: Halb voll, en: Half full }
`;
    const alerts = async () =>
      (await api.get<List<{ ruleId: string; clearReason: string | null }>>('/api/v1/alerts?rule=waste.half')).items;
    await api.post('/api/v1/rules/waste.half/versions', { yaml, state: 'live', reason: 'a try', expected: 0 });
    await eventually('an alert of the new rule', async () => {
      await publish(0.6);
      return (await alerts()).length === 1;
    });
    await city.get('rules').kill('SIGKILL');
    await api.post('/api/v1/rules/waste.half/versions', { state: 'retired', reason: 'enough', expected: 1 });
    await city.run('rules');
    await eventually('the end of it', async () => (await alerts())[0]?.clearReason === 'ruleRemoved', {
      timeoutMs: 15_000,
    });
  });

  it('stops in order on SIGTERM, every one of them', async () => {
    for (const [name, running] of city.processes) {
      expect([name, await running.stop()]).toEqual([name, 0]);
    }
  });
});
