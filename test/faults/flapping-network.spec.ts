import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { City, Sender } from './city.ts';

const SEED = 11;
/** Good and bad times of each line, in turn. A bad time may be longer than a Redis command or a heartbeat waits. */
const RHYTHM = { upMs: [100, 900], downMs: [100, 1_500] } as const;
const FLAPS = 6;

describe('a flapping network', () => {
  let city: City;
  let senders: Sender[];

  beforeAll(async () => {
    city = await City.start();
    senders = [
      ...(await Promise.all(['bin-1', 'bin-2', 'bin-3'].map((id) => Sender.atIntake(city, id, 3)))),
      ...(await Promise.all(['bin-4', 'bin-5'].map((id) => Sender.atBroker(city, id, 5)))),
    ];
    // Known to the bridge: it reads the directory once a second.
    await city.ready();
  });
  afterAll(() => city.stop());

  it('between the platform and every engine loses nothing and doubles nothing', { timeout: 120_000 }, async () => {
    for (const sender of senders) sender.start();
    const lines = Object.values(city.lines);
    const before = lines.map(({ accepted }) => accepted);
    const endings = lines.map((line, index) => line.flap({ seed: SEED + index, ...RHYTHM }));
    await eventually('flaps', () => lines.every(({ accepted }, index) => accepted > before[index]! + FLAPS), {
      timeoutMs: 60_000,
    });
    await Promise.all(endings.map((end) => end()));
    await Promise.all(senders.map((sender) => sender.stop()));
    expect(city.platform.isRunning).toBe(true);

    const isStored = async () => {
      const ledger = await city.drained();
      const count = senders.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
      return ledger.uplinks.received >= count && ledger;
    };
    const ledger = await eventually('everything', isStored, { timeoutMs: 60_000 });
    await city.ready();
    for (const { device, acknowledged } of senders) {
      expect(await city.timesOf(device.deviceId), device.deviceId).toEqual(acknowledged);
    }
    const count = senders.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    const { uplinks, readings } = ledger;
    // The bridge's broker sends again what it has no acknowledgement of: those are counted, and told to be repeats.
    expect(uplinks).toEqual({
      received: count + readings.duplicate,
      processed: uplinks.received,
      rejected: 0,
      waiting: 0,
    });
    expect(readings).toEqual({ ...readings, decoded: uplinks.processed, stored: count, quarantined: 0 });

    const alerts = await city.platform.all<{ assetId: string; raisedAt: string; clearedAt: string | null }>(
      '/api/v1/alerts?rule=waste.full',
    );
    const jobs = await city.platform.all<{ alertIds: string[]; state: string }>('/api/v1/jobs');
    expect(alerts.length).toBeGreaterThan(0);
    expect(new Set(alerts.map(({ assetId, raisedAt }) => `${assetId} ${raisedAt}`)).size).toBe(alerts.length);
    const covered = jobs.flatMap(({ alertIds }) => alertIds);
    expect(new Set(covered).size).toBe(covered.length);
    const open = alerts.filter(({ clearedAt }) => clearedAt === null);
    expect(jobs.filter(({ state }) => state === 'open')).toHaveLength(open.length);
  });
});
