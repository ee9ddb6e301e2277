import type { DueRollUps } from '@stadtfunk/readings';
import type { StoredUplink } from '@stadtfunk/uplinks';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetter, DeviceProgress, IngestCommit, IngestRecords, Tally } from '../ingest-records.ts';

export interface IngestRecordsHarness {
  readonly records: IngestRecords;
  /** What the commits note as due. */
  readonly due: DueRollUps;
  /** Another owner of the same records. */
  another(): Promise<IngestRecords>;
  /** Marks all open dead letters, as a person would. */
  askForRetry(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);
const FLOORS = [0, 10];
const NOTHING: Tally = { processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };

export function commitOf(more: Partial<IngestCommit>): IngestCommit {
  const nothing = { reached: [], devices: [], deadLetters: [], quarantined: [], hours: [], retries: [] };
  return { logId: 'log-1', ...nothing, ...more };
}

function progress(deviceId: string, add: Partial<Tally>, memory: readonly number[] = [1, 2, 3]): DeviceProgress {
  return { deviceId, add: { ...NOTHING, ...add }, lastReceivedAt: NOON, memory: Uint8Array.from(memory) };
}

function letterOf(sequence: number, more: Partial<DeadLetter> = {}): DeadLetter {
  const uplink: StoredUplink = {
    partition: 0,
    sequence,
    deviceId: 'sensor-1',
    topic: 'stadtfunk/v1/sensor-1/up',
    receivedAt: NOON + sequence,
    qos: 1,
    payload: Uint8Array.from([0, 255, 128]),
  };
  return { ...uplink, code: 'payload.truncated', detail: 'ends after 3 of 20 bytes', ...more };
}

/** What all records of the group `store` promise. `make` gives empty ones. */
export function describeIngestRecords(name: string, make: () => Promise<IngestRecordsHarness>): void {
  describe(`ingest records: ${name}`, () => {
    let harness: IngestRecordsHarness;
    let records: IngestRecords;
    const plain = async () => (await records.counts('log-1', 2)).tally;

    beforeEach(async () => {
      harness = await make();
      records = harness.records;
      expect(await records.positions('log-1', FLOORS)).toEqual(FLOORS);
    });

    it('goes on where it was, whatever the log has deleted since', async () => {
      await records.commit(commitOf({ reached: [[1, 12]] }));

      expect(await records.positions('log-1', [5, 11])).toEqual([0, 12]);
      expect(await (await harness.another()).positions('log-1', FLOORS)).toEqual([0, 12]);
      expect(await records.positions('log-2', [7])).toEqual([7]);
    });

    it('adds up the counters of each device and in total', async () => {
      const reached = [[0, 3]] as const;
      await records.commit(commitOf({ reached, devices: [progress('a', { processed: 2, decoded: 3, stored: 3 })] }));
      await records.commit(
        commitOf({
          reached: [[0, 5]],
          devices: [progress('a', { processed: 1, decoded: 1, duplicate: 1 }), progress('b', { rejected: 1 })],
        }),
      );

      const total = { ...NOTHING, processed: 3, rejected: 1, decoded: 4, stored: 3, duplicate: 1 };
      expect(await records.counts('log-1', 2)).toEqual({ tally: total, reached: [5, 10], counted: 5 });
      const ofB = await records.counts('log-1', 2, 'b');
      expect(ofB).toEqual({ tally: { ...NOTHING, rejected: 1 }, reached: [5, 10], counted: 1 });
      expect((await records.counts('log-1', 2, 'nobody')).tally).toEqual(NOTHING);
    });

    it('counts uplinks over all logs that it ever read, from where it began', async () => {
      await records.commit(commitOf({ reached: [[1, 14]] }));
      await records.positions('log-2', [100]);
      await records.commit(commitOf({ logId: 'log-2', reached: [[0, 101]] }));

      expect(await records.counts('log-2', 1)).toMatchObject({ reached: [101], counted: 5 });
    });

    it('keeps the newest memory of each device', async () => {
      await records.commit(commitOf({ reached: [[0, 1]], devices: [progress('a', {}, [1]), progress('b', {}, [])] }));
      await records.commit(commitOf({ reached: [[0, 2]], devices: [progress('a', {}, [0, 255, 10, 92])] }));

      const memories = await records.memories(['a', 'b', 'nobody']);
      expect([...memories].map(([deviceId, memory]) => [deviceId, [...memory]]).sort()).toEqual([
        ['a', [0, 255, 10, 92]],
        ['b', []],
      ]);
    });

    it('refuses a commit that was made before, with everything in it', async () => {
      const commit = commitOf({ reached: [[0, 3]], devices: [progress('a', { processed: 3 })] });
      await records.commit(commit);

      await expect(records.commit(commit)).rejects.toMatchObject({ code: 'records.conflict', retryable: true });
      expect((await plain()).processed).toBe(3);
    });

    it('refuses a second owner who does not know of the first', async () => {
      const second = await harness.another();
      await second.positions('log-1', FLOORS);
      await records.commit(commitOf({ reached: [[0, 3]], devices: [progress('a', { processed: 3 })] }));

      const late = commitOf({ reached: [[0, 5]], devices: [progress('a', { processed: 5 })] });
      await expect(second.commit(late)).rejects.toMatchObject({ code: 'records.conflict' });
      expect(await second.positions('log-1', FLOORS)).toEqual([3, 10]);
      await second.commit(commitOf({ reached: [[0, 5]], devices: [progress('a', { processed: 2 })] }));
      expect((await plain()).processed).toBe(5);
    });

    it('moves no partition when one of them has been moved by somebody else', async () => {
      const second = await harness.another();
      await second.positions('log-1', FLOORS);
      await second.commit(commitOf({ reached: [[1, 11]] }));

      const both = commitOf({
        reached: [
          [0, 1],
          [1, 12],
        ],
      });
      await expect(records.commit(both)).rejects.toMatchObject({ code: 'records.conflict' });
      expect(await records.positions('log-1', FLOORS)).toEqual([0, 11]);
    });

    it('gives letters back for a retry as they came, oldest first, and only those', async () => {
      await records.commit(commitOf({ reached: [[0, 2]], deadLetters: [letterOf(1), letterOf(2, { qos: 0 })] }));
      expect(await records.retries(10, 'log-1', [0])).toEqual([]);
      await harness.askForRetry();
      await records.commit(commitOf({ reached: [[0, 3]], deadLetters: [letterOf(3)] }));

      const retries = await records.retries(10, 'log-1', [0]);
      const [first] = retries;
      expect(retries.map(({ sequence, qos }) => [sequence, qos])).toEqual([
        [1, 1],
        [2, 0],
      ]);
      const { code: _code, detail: _detail, ...uplink } = letterOf(1);
      expect({ ...first!, payload: [...first!.payload] }).toEqual({
        ...uplink,
        letterId: first!.letterId,
        payload: [0, 255, 128],
      });
      expect(await records.retries(1, 'log-1', [0])).toHaveLength(1);
      expect(await records.retries(10, 'log-1', [1])).toEqual([]);
      expect(await records.retries(10, 'log-2', [])).toHaveLength(2);
    });

    it('counts a letter that a retry processed as processed, once', async () => {
      const rejected = progress('sensor-1', { rejected: 1 });
      await records.commit(commitOf({ reached: [[0, 1]], devices: [rejected], deadLetters: [letterOf(1)] }));
      await harness.askForRetry();
      const [letter] = await records.retries(1, 'log-1', [0]);
      const retry = commitOf({
        devices: [progress('sensor-1', { rejected: -1, processed: 1, decoded: 1, stored: 1 })],
        retries: [{ letterId: letter!.letterId, error: null }],
      });
      await records.commit(retry);

      expect(await plain()).toEqual({ ...NOTHING, processed: 1, decoded: 1, stored: 1 });
      expect(await records.retries(10, 'log-1', [0])).toEqual([]);
      await expect(records.commit(retry)).rejects.toMatchObject({ code: 'records.conflict' });
      expect((await plain()).processed).toBe(1);
    });

    it('puts a letter back that a retry rejected again', async () => {
      await records.commit(commitOf({ reached: [[0, 1]], deadLetters: [letterOf(1)] }));
      await harness.askForRetry();
      const [letter] = await records.retries(1, 'log-1', [0]);
      const error = { code: 'payload.foreign', detail: 'names another device' };
      await records.commit(commitOf({ retries: [{ letterId: letter!.letterId, error }] }));

      expect(await records.retries(10, 'log-1', [0])).toEqual([]);
      await harness.askForRetry();
      expect(await records.retries(10, 'log-1', [0])).toMatchObject([{ letterId: letter!.letterId }]);
    });

    it('notes the hours that readings fell into, if and only if it commits', async () => {
      const [noon, one] = [NOON, NOON + 3_600_000];
      await records.commit(commitOf({ reached: [[0, 1]], hours: [one, noon] }));
      const refused = records.commit(commitOf({ reached: [[0, 1]], hours: [NOON + 7_200_000] }));
      await expect(refused).rejects.toMatchObject({ code: 'records.conflict' });
      await records.commit(commitOf({ reached: [[0, 2]], hours: [noon] }));

      expect(await harness.due.within(-Infinity, Infinity)).toEqual([
        { grain: 'hour', start: noon },
        { grain: 'hour', start: one },
      ]);
    });

    it('takes hostile text and times', async () => {
      const hostile = { topic: 'a\u0000b', detail: `\ud800 "\\u0000' ${'ä'.repeat(2_000)}`, deviceId: '\u0007"\\' };
      await records.commit(
        commitOf({
          reached: [[0, 1]],
          devices: [progress('\u0007"\\', { rejected: 1 })],
          deadLetters: [letterOf(1, hostile)],
          quarantined: [null, -1e300, NaN, 253_402_300_799_999_000].map((deviceTime) => ({
            deviceId: 'sensor-1',
            receivedAt: NOON,
            deviceTime,
            code: 'time.impossible',
            values: { fillingLevel: 0.5 },
          })),
        }),
      );

      await harness.askForRetry();
      expect(await records.retries(1, 'log-1', [0])).toMatchObject([{ deviceId: '\u0007"\\' }]);
      expect((await records.counts('log-1', 2, '\u0007"\\')).tally.rejected).toBe(1);
    });

    it('takes a batch of thousands', async () => {
      const devices = Array.from({ length: 4_000 }, (_, index) => progress(`sensor-${index}`, { processed: 1 }));
      await records.commit(commitOf({ reached: [[0, 4_000]], devices }));

      expect((await plain()).processed).toBe(4_000);
      expect(await records.memories(devices.map(({ deviceId }) => deviceId))).toHaveProperty('size', 4_000);
    });
  });
}
