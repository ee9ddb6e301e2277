import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { City, Sender } from './city.ts';

interface Alert {
  readonly raisedAt: string;
  readonly recordedAt?: string;
}

/** Far below the 30 s of the server, far above what a machine with other things to do needs. Alone: 5 ms, 100 ms. */
const PUBACK_MS = 2_000;
const ALERT_MS = 10_000;
const GROWTH_MIB = 150;
/** As a role has it in `infra/`. */
const CONTAINER_MIB = 512;

describe('a slow InfluxDB', () => {
  let city: City;
  let senders: Sender[];

  beforeAll(async () => {
    city = await City.start({}, CONTAINER_MIB);
    senders = await Promise.all(['bin-1', 'bin-2', 'bin-3', 'bin-4'].map((id) => Sender.atIntake(city, id, 2)));
  });
  afterAll(() => city.stop());

  const memoryMib = async () => {
    const status = await readFile(`/proc/${city.platform.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  const waiting = async () =>
    (await city.platform.get<{ uplinks: { waiting: number } }>('/api/v1/ledger')).uplinks.waiting;
  const alertsOf = (assetId: string) => city.platform.all<Alert>(`/api/v1/alerts?asset=${assetId}`);

  /** How long a new alert takes to be seen, from before its reading is sent. */
  const alertMs = async (deviceId: string) => {
    const probe = await Sender.atIntake(city, deviceId, 5);
    const from = performance.now();
    probe.start();
    // Ten empty readings come first; then it is full.
    await eventually('an alert', async () => (await alertsOf(`asset-of-${deviceId}`)).length > 0);
    await probe.stop();
    senders.push(probe);
    return performance.now() - from;
  };
  const worstOf = (latencies: readonly number[]) =>
    [...latencies].sort((one, other) => one - other)[Math.floor(latencies.length * 0.99)]!;

  it(
    'delays no acknowledgement and no alert, fills no memory, and gets everything once',
    { timeout: 150_000 },
    async () => {
      for (const sender of senders) sender.start();
      await eventually('a beginning', () => senders.every(({ acknowledged }) => acknowledged.length > 100));
      const before = await memoryMib();

      // A line of a few KB/s: some 50 readings of the hundreds that come in each second.
      city.lines.influx.behave({ bytesPerSecond: 6_000 });
      const marks = senders.map(({ latenciesMs }) => latenciesMs.length);
      const alertWhileSlow = await alertMs('bin-slow');
      await pause(4_000);
      expect(await waiting()).toBeGreaterThan(200);

      // A server that answers after more than 30 s, which is what a request is given.
      city.lines.influx.behave({});
      city.lines.influx.stall();
      const alertWhileStalled = await alertMs('bin-stalled');
      await pause(32_000);
      const latencies = senders.flatMap(({ latenciesMs }, index) => latenciesMs.slice(marks[index] ?? 0));
      const grown = (await memoryMib()) - before;
      const backlog = await waiting();
      city.lines.influx.heal();
      await Promise.all(senders.map((sender) => sender.stop()));
      console.log(
        `PUBACK p99 ${worstOf(latencies).toFixed(1)} ms of ${latencies.length}, alerts ${alertWhileSlow.toFixed(0)} and ` +
          `${alertWhileStalled.toFixed(0)} ms, ${backlog} waiting, memory ${before.toFixed(0)} MiB ${grown.toFixed(0)} more`,
      );

      expect(worstOf(latencies)).toBeLessThan(PUBACK_MS);
      expect(Math.max(alertWhileSlow, alertWhileStalled)).toBeLessThan(ALERT_MS);
      expect(grown).toBeLessThan(GROWTH_MIB);
      const { uplinks, readings } = await city.drained();
      const count = senders.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
      expect(uplinks).toEqual({ received: count, processed: count, rejected: 0, waiting: 0 });
      expect(readings).toEqual({ decoded: count, stored: count, duplicate: 0, quarantined: 0 });
      for (const { device, acknowledged } of senders) {
        expect(await city.timesOf(device.deviceId), device.deviceId).toEqual(acknowledged);
      }
    },
  );
});
