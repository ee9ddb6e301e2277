import type { LedgerReport } from '@stadtfunk/ingest';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@stadtfunk/device-simulator';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register } from '../platform/device.ts';
import { Installation } from '../platform/installation.ts';
import type { PlatformProcess } from '../platform/platform-process.ts';
import { countOf, StubbornDevice, timesFull } from '../platform/stubborn-device.ts';
import { victimsOf, type Victim } from '../platform/victims.ts';

/** `npm run test:crash` does a hundred. What happens to whom, and when, follows from the seed. */
const EVENTS = Number(process.env['CRASH_EVENTS'] ?? 10);
const SEED = Number(process.env['CRASH_SEED'] ?? 2026);
const PROCESSES = ['api', 'broker', 'bridge', 'ingest', 'ingest-2', 'rules', 'rules-2', 'jobs'];
const AT_BROKER = 8;
const AT_MOSQUITTO = 4;
const PACE_MS = 10;
/** The records end the session of an owner that is silent for seven seconds: some are held longer, most are not. */
const LONGEST_HOLD_MS = 9_000;
const LONGEST_AWAY_MS = 2_500;
/** What a broker that is killed may not have handed on yet. It acknowledged from its memory; that promise is not ours. */
const MOSQUITTO_MEMORY_MS = 3_000;

interface StoredReading {
  readonly observedAt: string;
  readonly receivedAt: string;
  readonly values: { readonly fillingLevel: number };
}
interface Alert {
  readonly alertId: string;
  readonly assetId: string;
  readonly ruleId: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}
interface Job {
  readonly jobId: string;
  readonly alertIds: readonly string[];
  readonly state: string;
}

describe('any process or server killed or held under load', () => {
  let city: Installation;
  let api: PlatformProcess;
  const devices: StubbornDevice[] = [];
  const bridged: StubbornDevice[] = [];
  /** When Mosquitto was killed, UTC ms. */
  const mosquittoKilledAt: number[] = [];
  const diary: string[] = [];
  let isOver = false;
  let load: Promise<unknown>;

  beforeAll(async () => {
    city = await Installation.start();
    await city.runAll(PROCESSES);
    api = city.get('api');
    for (let index = 0; index < AT_BROKER + AT_MOSQUITTO; index++) {
      const device = new StubbornDevice(
        await register(api, `bin-${index}`, 'stadtfunk-json', { type: 'WasteContainer' }),
      );
      (index < AT_BROKER ? devices : bridged).push(device);
    }
  }, 120_000);
  afterAll(async () => {
    isOver = true;
    await city.remove();
    await load;
  });

  /** Comes back again and again, until the end. */
  const persist = async (device: StubbornDevice, mqttUrl: () => string, paceMs: number) => {
    while (!isOver) {
      await device.publishUntil(mqttUrl(), () => isOver, paceMs);
      await pause(50);
    }
  };

  it(
    `stores what was acknowledged once and in order, and doubles no alert or job: ${EVENTS} events`,
    { timeout: 120_000 + EVENTS * 20_000 },
    async () => {
      load = Promise.all([
        ...devices.map((device) => persist(device, () => city.get('broker').mqttUrl, PACE_MS)),
        ...bridged.map((device) => persist(device, () => city.engines.mosquitto.url, PACE_MS)),
      ]);
      const random = new Random(SEED);
      for (const victim of schedule(victimsOf(city), EVENTS, random)) {
        const enough = countOf(devices) + random.integer(20, 400);
        await eventually('load', () => countOf(devices) >= enough, { timeoutMs: 60_000 });
        await strike(victim, random);
      }
      for (const [name, running] of city.processes) {
        if (!running.isRunning) await city.run(name);
      }
      api = city.get('api');
      isOver = true;
      await load;
      await check();
    },
  );

  async function strike(victim: Victim, random: Random): Promise<void> {
    // Half of those held are held for so long that others have taken over when they go on.
    const isKill = random.chance(0.6);
    const ms = random.chance(0.5)
      ? random.integer(0, LONGEST_AWAY_MS)
      : isKill
        ? 0
        : random.integer(7_500, LONGEST_HOLD_MS);
    diary.push(`${isKill ? 'kill -9' : 'SIGSTOP'} ${victim.name} for ${ms} ms`);
    if (isKill) {
      if (victim.name === 'mosquitto') mosquittoKilledAt.push(Date.now());
      const revive = await victim.kill();
      await pause(ms);
      await revive();
    } else {
      const release = victim.hold();
      await pause(ms);
      release();
    }
    // A process that lost what it needs (a log that was replaced, a database that died at its start) ends, and is started again.
    for (const [name, running] of city.processes) {
      if (running.isRunning) continue;
      diary.push(`${name} had ended: ${running.log.slice(-300)}`);
      await city.run(name);
    }
  }

  async function check(): Promise<void> {
    const ledger = await drained().catch((thrown: unknown) => {
      const logs = [...city.processes].map(([name, { log }]) => `${name}: ${log.slice(-1_000)}`);
      throw new Error([String(thrown), ...diary, ...logs].join('\n'));
    });
    const all = [...devices, ...bridged];
    expect(ledger.uplinks.received, diary.join('\n')).toBe(ledger.uplinks.processed + ledger.uplinks.rejected);
    expect(ledger.uplinks.rejected).toBe(0);
    expect(ledger.readings.decoded).toBe(ledger.readings.stored + ledger.readings.duplicate);

    const alerts = await api.all<Alert>('/api/v1/alerts');
    const jobs = await api.all<Job>('/api/v1/jobs');
    let stored = 0;
    for (const device of all) stored += await checkDevice(device, alerts);
    expect(ledger.readings.stored).toBe(stored);

    const told = alerts.map(({ assetId, ruleId, raisedAt }) => `${assetId} ${ruleId} ${raisedAt}`);
    expect(new Set(told).size).toBe(told.length);
    const covered = jobs.flatMap(({ alertIds }) => alertIds);
    expect(new Set(covered).size).toBe(covered.length);
    expect([...covered].sort()).toEqual(alerts.map(({ alertId }) => alertId).sort());
    const open = alerts.filter(({ clearedAt }) => clearedAt === null);
    expect(jobs.filter(({ state }) => state === 'open')).toHaveLength(open.length);
    expect(jobs.filter(({ state }) => state === 'verified')).toHaveLength(jobs.length - open.length);
    console.log(
      JSON.stringify({
        seed: SEED,
        events: EVENTS,
        acknowledged: countOf(all),
        received: ledger.uplinks.received,
        stored,
        duplicate: ledger.readings.duplicate,
        alerts: alerts.length,
        jobs: jobs.length,
        diary,
      }),
    );
  }

  /** Everything stored and judged. */
  function drained(): Promise<LedgerReport> {
    const since = performance.now();
    let toldAt = -Infinity;
    return eventually(
      'an empty log',
      async () => {
        const { status, body } = await api.ask<LedgerReport>('GET', '/api/v1/ledger');
        const seconds = Math.round((performance.now() - since) / 1_000);
        if (seconds - toldAt >= 5) {
          diary.push(
            status === 200
              ? `${seconds} s after the load: ${body.uplinks.waiting} uplinks wait to be stored, ${body.rules.waiting} for the rules`
              : `${seconds} s after the load: no ledger (${status})`,
          );
          toldAt = seconds;
        }
        return status === 200 && body.uplinks.waiting === 0 && body.rules.waiting === 0 && body;
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
  }

  /** Gives how many readings of it are stored. */
  async function checkDevice(device: StubbornDevice, alerts: readonly Alert[]): Promise<number> {
    const { deviceId } = device.registered;
    const path = `/api/v1/assets/asset-of-${deviceId}/readings?from=2000-01-01T00:00:00Z&order=asc`;
    const readings = await api.all<StoredReading>(path);
    const times = readings.map(({ observedAt }) => Date.parse(observedAt));
    expect(new Set(times).size).toBe(times.length);
    const { uplinks, readings: counts } = await api.get<LedgerReport>(`/api/v1/devices/${deviceId}/ledger`);
    expect(counts.stored, `stored of ${deviceId}`).toBe(times.length);
    // A Mosquitto that was killed sends again what it had saved, although the bridge has acknowledged it: repeats.
    const sentAgain = bridged.includes(device) ? counts.duplicate : 0;
    expect(uplinks.received - sentAgain, `received of ${deviceId}`).toBeLessThanOrEqual(device.attempts);
    const found = new Set(times);
    const missing = device.acknowledged.filter((time, index) => {
      return !found.has(time) && !(bridged.includes(device) && wasInMemory(device.acknowledgedAt[index]!));
    });
    expect(missing, `of ${deviceId}\n${diary.join('\n')}`).toEqual([]);
    // It sends one reading after the other, so they were received in the order in which they were observed.
    const received = readings.map(({ receivedAt }) => Date.parse(receivedAt));
    const disordered = readings.flatMap((reading, index) =>
      received[index]! < (received[index - 1] ?? 0) ? [readings[index - 1], reading] : [],
    );
    expect(disordered, `order of ${deviceId}\n${diary.join('\n')}`).toEqual([]);
    // A device that lost nothing was full as often as it said so, and every time raised one alert.
    if (found.size === device.acknowledged.length) {
      const raised = alerts.filter(({ assetId }) => assetId === `asset-of-${deviceId}`);
      expect(raised, `alerts of ${deviceId}\n${diary.join('\n')}`).toHaveLength(timesFull(device.acknowledged.length));
    }
    return times.length;
  }

  const wasInMemory = (acknowledgedAt: number) =>
    mosquittoKilledAt.some((killedAt) => acknowledgedAt <= killedAt && killedAt - acknowledgedAt < MOSQUITTO_MEMORY_MS);
});

/** Everyone comes once before anyone comes twice. */
function schedule(victims: readonly Victim[], events: number, random: Random): Victim[] {
  const order: Victim[] = [];
  while (order.length < events) {
    const left = [...victims];
    while (left.length > 0 && order.length < events) {
      const [next] = left.splice(Math.floor(random.next() * left.length), 1);
      order.push(next!);
    }
  }
  return order;
}
