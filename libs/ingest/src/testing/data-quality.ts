import { beforeEach, describe, expect, it } from 'vitest';
import type { DataQuality } from '../data-quality.ts';
import type { DeviceSigns } from '../device-signs.ts';
import type { IngestRecords, Tally } from '../ingest-records.ts';
import type { IngestArchive } from '../ingest-retention.ts';
import type { QualityCount } from '../quality-counts.ts';
import { commitOf } from './ingest-records.ts';

export interface DataQualityHarness {
  readonly quality: DataQuality;
  readonly records: IngestRecords;
  readonly archive: IngestArchive;
  /** Discards all dead letters, as a person does one by one. */
  endLetters(): Promise<void>;
  register(device: { deviceId: string; model: string; lifecycle?: 'active' | 'retired' }): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);
const TODAY = '2026-11-21';
const YESTERDAY = '2026-11-20';
const NOTHING: Tally = { processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };
const NO_SIGNS: DeviceSigns = { late: 0, clockRepaired: 0, clockUnknown: 0, firmware: null };

function progress(deviceId: string, add: Partial<Tally>, signs: Partial<DeviceSigns> = {}, lastReceivedAt = NOON) {
  const all = { add: { ...NOTHING, ...add }, signs: { ...NO_SIGNS, ...signs } };
  return { deviceId, ...all, lastReceivedAt, memory: Uint8Array.of(1) };
}

/** What everything that tells the quality of data promises. `make` gives one without any data. */
export function describeDataQuality(name: string, make: () => Promise<DataQualityHarness>): void {
  describe(`data quality: ${name}`, () => {
    let harness: DataQualityHarness;
    let quality: DataQuality;
    let sequence = 0;
    beforeEach(async () => {
      harness = await make();
      quality = harness.quality;
      sequence = 0;
      await harness.records.positions('log-1', [0]);
    });

    const commit = (more: Parameters<typeof commitOf>[0]) =>
      harness.records.commit(commitOf({ reached: [[0, ++sequence]], ...more }));

    it('adds up what devices showed, and keeps the firmware that was named last', async () => {
      await commit({
        devices: [progress('a', { decoded: 3, stored: 2, duplicate: 1 }, { late: 1, firmware: '1.2' })],
      });
      await commit({ devices: [progress('a', { stored: 1 }, { clockRepaired: 1, firmware: '1.3' }, NOON + 1)] });
      await commit({ devices: [progress('a', { stored: 1 }, { clockUnknown: 2 }, NOON)] });

      expect(await quality.ofDevice('a')).toEqual({
        ...NOTHING,
        decoded: 3,
        stored: 4,
        duplicate: 1,
        late: 1,
        clockRepaired: 1,
        clockUnknown: 2,
        firmware: '1.3',
        lastReceivedAt: NOON + 1,
      });
      expect(await quality.ofDevice('nobody')).toBeUndefined();
    });

    it('tells models and firmware apart, and counts devices that never sent', async () => {
      for (const deviceId of ['a', 'b', 'c']) await harness.register({ deviceId, model: 'm-1' });
      await harness.register({ deviceId: 'd', model: 'm-2' });
      await commit({
        devices: [
          progress('a', { stored: 2, duplicate: 1 }, { firmware: '1.2', late: 1 }),
          progress('b', { stored: 5 }, { firmware: '1.2' }),
          progress('unregistered', { rejected: 1 }),
        ],
      });

      const models = await quality.byModel();
      expect(models.map(({ model, firmware, devices, heard }) => [model, firmware, devices, heard])).toEqual([
        ['m-1', null, 1, 0],
        ['m-1', '1.2', 2, 2],
        ['m-2', null, 1, 0],
      ]);
      expect(models[1]).toMatchObject({ stored: 7, duplicate: 1, late: 1, rejected: 0 });
    });

    it('adds up the counts of a day over batches and slots', async () => {
      const row = (count: number, more: Partial<QualityCount> = {}): QualityCount => {
        return { day: TODAY, model: 'm-1', firmware: '', measure: 'stored', count, ...more };
      };
      await commit({ quality: { slot: 0, counts: [row(2), row(1, { measure: 'rejected:payload.truncated' })] } });
      await commit({ quality: { slot: 0, counts: [row(3), row(1, { firmware: '1.2' })] } });
      await commit({ quality: { slot: 7, counts: [row(4), row(9, { day: YESTERDAY })] } });

      expect(await quality.days(TODAY, TODAY)).toEqual([
        row(1, { measure: 'rejected:payload.truncated' }),
        row(9),
        row(1, { firmware: '1.2' }),
      ]);
      expect(await quality.days(YESTERDAY, YESTERDAY)).toEqual([row(9, { day: YESTERDAY })]);
    });

    it('keeps the sums of days that are over, and lets go of old ones', async () => {
      const row = (count: number, more: Partial<QualityCount> = {}): QualityCount => {
        return { day: YESTERDAY, model: 'm-1', firmware: '', measure: 'stored', count, ...more };
      };
      for (const slot of [0, 1]) {
        await commit({ quality: { slot, counts: [row(2), row(1, { measure: 'late' }), row(7, { day: TODAY })] } });
      }
      const sums = [row(2, { measure: 'late' }), row(4)];
      for (const again of [1, 2]) {
        await harness.archive.foldDays(TODAY);
        expect(await quality.days(YESTERDAY, YESTERDAY), `${again}`).toEqual(sums);
      }
      // A retry of what arrived yesterday.
      await commit({ quality: { slot: 0, counts: [row(1)] } });
      await harness.archive.foldDays(TODAY);
      expect(await quality.days(YESTERDAY, TODAY)).toEqual([
        row(2, { measure: 'late' }),
        row(5),
        row(14, { day: TODAY }),
      ]);

      expect(await harness.archive.purgeDays(TODAY, 1)).toBe(1);
      expect(await harness.archive.purgeDays(TODAY, 100)).toBeGreaterThan(0);
      expect(await harness.archive.purgeDays(TODAY, 100)).toBe(0);
      expect(await quality.days(YESTERDAY, TODAY)).toEqual([row(14, { day: TODAY })]);
    });

    it('lets go of old quarantined readings and ended letters, never of open ones', async () => {
      const letter = { partition: 0, deviceId: 'a', topic: 't', qos: 1, code: 'x.y', detail: 'x' } as const;
      const quarantined = { deviceId: 'a', deviceTime: null, code: 'clock.unset', values: {} };
      const payload = Uint8Array.of(1);
      await commit({
        deadLetters: [NOON - 1, NOON].map((receivedAt, index) => ({
          ...letter,
          payload,
          receivedAt,
          sequence: index + 1,
        })),
        quarantined: [NOON - 1, NOON].map((receivedAt) => ({ ...quarantined, receivedAt })),
      });

      expect(await harness.archive.purge('quarantined', NOON, 100)).toBe(1);
      expect(await harness.archive.purge('quarantined', NOON, 100)).toBe(0);
      expect(await harness.archive.purge('endedLetter', NOON, 100)).toBe(0);
      await harness.endLetters();
      expect(await harness.archive.purge('endedLetter', NOON, 100)).toBe(1);
      expect((await quality.letters()).map(({ count }) => count)).toEqual([1]);
    });

    it('counts dead letters by reason and state', async () => {
      const letter = { partition: 0, deviceId: 'a', topic: 't', receivedAt: NOON, qos: 1, detail: 'x' } as const;
      const payload = Uint8Array.of(1);
      const letters = ['payload.truncated', 'payload.truncated', 'device.unknown'].map((code, index) => {
        return { ...letter, payload, code, sequence: index + 1 };
      });
      await commit({ deadLetters: letters });

      expect(await quality.letters()).toEqual([
        { code: 'device.unknown', state: 'open', count: 1 },
        { code: 'payload.truncated', state: 'open', count: 2 },
      ]);
      await harness.endLetters();
      expect((await quality.letters()).map(({ state }) => state)).not.toContain('open');
      expect((await quality.letters()).reduce((sum, { count }) => sum + count, 0)).toBe(3);
    });

    it('finds devices in service that are not heard, the longest silence first', async () => {
      for (const deviceId of ['never', 'long', 'short', 'heard']) await harness.register({ deviceId, model: 'm-1' });
      await harness.register({ deviceId: 'retired', model: 'm-1', lifecycle: 'retired' });
      await commit({
        devices: [
          progress('long', {}, {}, NOON - 9_000),
          progress('short', {}, {}, NOON - 5_000),
          progress('heard', {}, {}, NOON - 10),
        ],
      });

      const { count, devices } = await quality.silent(NOON - 1_000, 2);
      expect(count).toBe(3);
      expect(devices).toEqual([
        { deviceId: 'never', model: 'm-1', assetId: null, lastContactAt: null },
        { deviceId: 'long', model: 'm-1', assetId: null, lastContactAt: NOON - 9_000 },
      ]);
    });
  });
}
