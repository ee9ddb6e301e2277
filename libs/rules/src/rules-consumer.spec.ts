import { MemoryDeviceDirectory, type Asset } from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryUplinkLog, type StoredUplink } from '@stadtfunk/uplinks';
import { beforeEach, describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { MemoryRulesRecords } from './memory-rules-records.ts';
import { RulesConsumer } from './rules-consumer.ts';
import type { RulesCommit } from './rules-records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SETTLE = 10_000;

class RecordingRecords extends MemoryRulesRecords {
  readonly commits: RulesCommit[] = [];
  failures = 0;

  override async commit(commit: RulesCommit): Promise<void> {
    if (this.failures-- > 0) throw new Fault('database.unavailable', 'away', true);
    await super.commit(commit);
    this.commits.push(commit);
  }

  get changes(): readonly string[] {
    return this.commits.flatMap(({ changes }) =>
      changes.map((change) => `${change.type} ${'ruleId' in change ? change.ruleId : ''}`.trim()),
    );
  }
}

const bin: Asset = {
  assetId: 'bin-1',
  type: 'WasteContainer',
  name: null,
  location: { type: 'Point', coordinates: [8.9169, 50.1328] },
  district: null,
  address: null,
  department: null,
  attributes: {},
};

describe('RulesConsumer', () => {
  let clock: ManualClock;
  let log: MemoryUplinkLog;
  let directory: MemoryDeviceDirectory;
  let records: RecordingRecords;
  let consumer: RulesConsumer;
  let sent: number;

  const make = () => {
    const compiled = compileRules(DEFAULT_RULES);
    if (!compiled.ok) throw new Error('the default rules are broken');
    return new RulesConsumer({
      logId: log.logId,
      partitions: log.partitions,
      directory,
      records,
      rules: compiled.value,
      clock,
      listeningSince: 0,
      settleMs: SETTLE,
      sliceSize: 100,
      takeTurns: () => Promise.resolve(),
      onProblem: ({ detail }) => expect.unreachable(detail),
    });
  };

  const bindTo = (deviceId: string, asset: Asset | null) => {
    const unknown = { imei: null, iccid: null, uplinkTopic: null };
    const device = {
      deviceId,
      model: 'stadtfunk-json',
      lifecycle: 'active',
      ...unknown,
      reportingIntervalMs: 10 * MINUTE,
    } as const;
    directory.put({ device, asset });
  };

  beforeEach(async () => {
    clock = new ManualClock();
    log = new MemoryUplinkLog({ schedule: () => () => undefined, partitions: 2 });
    directory = new MemoryDeviceDirectory();
    records = new RecordingRecords();
    bindTo('nb-1', bin);
    consumer = make();
    sent = 0;
    await consumer.resume(await log.floors(), [true, true]);
  });

  /** A reading of this moment, in the log and read from it. */
  async function report(fillingLevel: number, deviceId = 'nb-1'): Promise<readonly StoredUplink[]> {
    const payload = new TextEncoder().encode(JSON.stringify({ observedAt: clock.now(), values: { fillingLevel } }));
    const before = await log.heads();
    await log.append([{ deviceId, topic: 'up', receivedAt: clock.now(), qos: 1, payload }]);
    const cursor = log.openCursor(before);
    const batch = await cursor.read(10, 0);
    await cursor.close();
    sent++;
    clock.advance(MINUTE);
    return batch;
  }
  const fill = async () => {
    for (const level of [0.95, 0.96, 0.97]) await consumer.process(await report(level));
  };

  it('raises an alert, commits it with the position, and clears it', async () => {
    await fill();
    expect(records.changes).toEqual(['raise waste.full']);
    expect(records.commits.at(-1)?.reached).toEqual([[expect.any(Number), sent]]);
    for (const level of [0.05, 0.04]) await consumer.process(await report(level));
    expect(records.changes).toEqual(['raise waste.full', 'clear']);
  });

  it('decides the same after a batch that could not be committed', async () => {
    await consumer.process(await report(0.95));
    const batch = await report(0.96);
    records.failures = 1;
    await expect(consumer.process(batch)).rejects.toMatchObject({ code: 'database.unavailable' });
    await consumer.resume(await log.floors(), [true, true]);
    await consumer.process(batch);
    await consumer.process(await report(0.97));
    expect(records.changes).toEqual(['raise waste.full']);
  });

  it('goes on after a restart with what it knew', async () => {
    await fill();
    consumer = make();
    await consumer.resume(await log.floors(), [true, true]);
    await consumer.process(await report(0.98));
    for (const level of [0.05, 0.04]) await consumer.process(await report(level));
    expect(records.changes).toEqual(['raise waste.full', 'clear']);
  });

  it('finds silent devices by the passing of time, also those it only knows from before a restart', async () => {
    for (let time = 0; time < 5; time++) {
      await consumer.process(await report(0.2));
      clock.advance(9 * MINUTE);
    }
    consumer = make();
    await consumer.resume(await log.floors(), [true, true]);
    await consumer.sweep();
    expect(records.changes).toEqual([]);
    clock.advance(48 * HOUR);
    await consumer.sweep();
    expect(records.changes).toEqual(['raise device.offline']);
    await consumer.sweep();
    await consumer.process(await report(0.2));
    expect(records.changes).toEqual(['raise device.offline', 'clear']);
  });

  it('finds devices that are registered and never send, also those that came later or were planned before', async () => {
    const register = (deviceId: string, lifecycle: 'active' | 'planned') => {
      bindTo(deviceId, null);
      const { device } = directory.find(deviceId)!;
      directory.put({ device: { ...device, lifecycle }, asset: null, registeredAt: clock.now() });
    };
    register('mute-1', 'active');
    register('mute-2', 'planned');
    await consumer.sweep();
    clock.advance(48 * HOUR);
    register('mute-2', 'active');
    register('mute-3', 'active');
    await consumer.sweep();
    expect(records.changes).toEqual(['raise device.offline']);
    clock.advance(48 * HOUR);
    await consumer.sweep();
    await consumer.sweep();
    expect(records.changes).toHaveLength(3);
  });

  it('gives a device its full time from when it was put into service, though it was heard on the bench long ago', async () => {
    const put = (lifecycle: 'active' | 'planned', activeSince?: number) => {
      const { device, asset } = directory.find('nb-1')!;
      directory.put({ device: { ...device, lifecycle }, asset, ...(activeSince !== undefined && { activeSince }) });
    };
    put('planned');
    await consumer.process(await report(0.2));
    await consumer.sweep();
    for (const restarts of [false, true]) {
      const before = records.changes.length;
      put('planned');
      await consumer.sweep();
      clock.advance(30 * 24 * HOUR);
      put('active', clock.now());
      if (restarts) {
        consumer = make();
        await consumer.resume(await log.floors(), [true, true]);
      }
      await consumer.sweep();
      clock.advance(5 * MINUTE);
      await consumer.sweep();
      expect(records.changes.slice(before)).toEqual([]);
      clock.advance(48 * HOUR);
      await consumer.sweep();
      await consumer.sweep();
      expect(records.changes.slice(before), `restarts: ${restarts}`).toEqual(['raise device.offline']);
      await consumer.process(await report(0.2));
    }
  });

  it('lets a replacement sensor clear the alert that the old one raised', async () => {
    await fill();
    bindTo('nb-1', null);
    bindTo('nb-2', bin);
    for (const level of [0.05, 0.04]) await consumer.process(await report(level, 'nb-2'));
    expect(records.changes).toEqual(['raise waste.full', 'clear']);
  });

  it('passes over uplinks of devices that are gone, and those that cannot be read', async () => {
    const batch = await report(0.5, 'nobody');
    const broken = (await report(0.5)).map((uplink) => ({ ...uplink, payload: Uint8Array.of(1, 2, 3) }));
    await consumer.process([...batch, ...broken]);
    expect(records.commits.at(-1)?.states.map(({ deviceId }) => deviceId)).toEqual(['nb-1']);
  });
});
