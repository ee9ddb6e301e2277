import { idFrom } from '@stadtfunk/kernel';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { HandoverRecords, SeenRecord, SentRecord } from '../handover-records.ts';

export interface HandoverRecordsHarness {
  fresh(): Promise<HandoverRecords>;
  /** Lets a time pass on the clock of the records. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);
const LEASE_MS = 60_000;
const key = { target: 'desk', jobId: idFrom('job', 'a') };
const other = { target: 'desk', jobId: idFrom('job', 'b') };

const seen = (differences: Partial<SeenRecord> = {}): SeenRecord => ({
  externalId: 'e-1',
  externalNumber: 'INC1',
  state: '2',
  priority: '3',
  updatedAt: NOON,
  revision: 4,
  ...differences,
});
const sent = (differences: Partial<SentRecord> = {}): SentRecord => ({
  externalId: 'e-1',
  externalNumber: 'INC1',
  state: '1',
  priority: '3',
  updatedAt: NOON,
  revision: 0,
  digest: 'd-1',
  jobState: 'open',
  ...differences,
});

/** What all records of hand-overs do. */
export function describeHandoverRecords(name: string, make: () => Promise<HandoverRecordsHarness>): void {
  describe(`${name} as records of hand-overs`, () => {
    let harness: HandoverRecordsHarness | undefined;
    let records: HandoverRecords;

    beforeEach(async () => {
      harness ??= await make();
      records = await harness.fresh();
    });
    afterAll(() => harness?.close());

    it('open a reference once, and find it by its job', async () => {
      const opened = await records.open(key, NOON);

      expect(opened).toEqual({
        ...key,
        ...{ externalId: null, externalNumber: null, state: null, priority: null, updatedAt: null, revision: null },
        ...{ sentDigest: null, agreedState: null, isSettled: true, problem: null, createdAt: NOON, changedAt: NOON },
      });
      expect(await records.open(key, NOON + 5)).toEqual(opened);
      expect(await records.find(key)).toEqual(opened);
      expect(await records.find({ ...key, target: 'another' })).toBeUndefined();
      expect(await records.find({ ...key, jobId: 'no id' })).toBeUndefined();
    });

    it('find a reference by its record once that is known', async () => {
      await records.open(key, NOON);
      expect(await records.findExternal('desk', 'e-1')).toBeUndefined();

      await records.noteSent(key, sent(), NOON + 1);

      expect(await records.findExternal('desk', 'e-1')).toMatchObject({
        ...key,
        ...{ externalNumber: 'INC1', state: '1', priority: '3', updatedAt: NOON, revision: 0 },
        ...{ sentDigest: 'd-1', agreedState: 'open', problem: null, changedAt: NOON + 1 },
      });
      expect(await records.findExternal('another', 'e-1')).toBeUndefined();
    });

    it('keep what was seen as not done yet, and give how it stood before', async () => {
      await records.open(key, NOON);
      await records.noteSent(key, sent(), NOON + 1);

      const before = await records.noteSeen(key, seen(), NOON + 2);

      expect(before).toMatchObject({ state: '1', revision: 0, isSettled: true });
      expect(await records.find(key)).toMatchObject({ state: '2', revision: 4, isSettled: false, agreedState: 'open' });
      await records.settle(key, 'inProgress', null, NOON + 3);
      expect(await records.find(key)).toMatchObject({
        isSettled: true,
        agreedState: 'inProgress',
        changedAt: NOON + 3,
      });
    });

    it('note nothing that is older than what they know', async () => {
      await records.open(key, NOON);
      await records.noteSeen(key, seen(), NOON + 1);
      const known = await records.find(key);

      expect(await records.noteSeen(key, seen({ state: '1', revision: 3 }), NOON + 2)).toBeUndefined();
      const early = { state: '1', revision: null, updatedAt: NOON - 1 };
      expect(await records.noteSeen(key, seen(early), NOON + 2)).toBeUndefined();

      expect(await records.find(key)).toEqual(known);
      expect(await records.noteSeen(other, seen(), NOON)).toBeUndefined();
    });

    it('keep a state that was seen, and done, before the answer to what made the record', async () => {
      await records.open(key, NOON);
      await records.noteSeen(key, seen({ priority: null }), NOON + 1);
      await records.settle(key, 'inProgress', null, NOON + 1);

      await records.noteSent(key, sent(), NOON + 2);

      expect(await records.find(key)).toMatchObject({
        ...{ state: '2', revision: 4, sentDigest: 'd-1', externalId: 'e-1', agreedState: 'inProgress' },
        priority: '3',
      });
    });

    it('keep what a later word leaves out', async () => {
      await records.open(key, NOON);
      await records.noteSent(key, sent(), NOON);
      const silent = { externalNumber: null, priority: null, updatedAt: null, revision: null };
      await records.noteSeen(key, seen({ ...silent, externalId: null, state: '7' }), NOON);
      await records.settle(key, null, null, NOON);
      await records.noteSent(key, sent({ ...silent, state: null, digest: null, jobState: null }), NOON);

      expect(await records.find(key)).toMatchObject({
        ...{ externalId: 'e-1', externalNumber: 'INC1', state: '7', priority: '3', updatedAt: NOON, revision: 0 },
        ...{ sentDigest: 'd-1', agreedState: 'open' },
      });
    });

    it('let a record belong to one job', async () => {
      await records.open(key, NOON);
      await records.open(other, NOON);
      await records.noteSent(key, sent(), NOON);

      const taken = { code: 'handover.idTaken', retryable: false };
      await expect(records.noteSent(other, sent(), NOON)).rejects.toMatchObject(taken);
      await expect(records.noteSeen(other, seen(), NOON)).rejects.toMatchObject(taken);
      expect(await records.find(other)).toMatchObject({ externalId: null });
      await records.open({ ...other, target: 'another' }, NOON);
      await records.noteSent({ ...other, target: 'another' }, sent(), NOON);
    });

    it('let one hold a reference at a time, until it is released or its time is over', async () => {
      expect(await records.hold(key, 'me', LEASE_MS)).toBe(false);
      await records.open(key, NOON);

      expect(await records.hold(key, 'me', LEASE_MS)).toBe(true);
      expect(await records.hold(key, 'you', LEASE_MS)).toBe(false);
      expect(await records.hold(key, 'me', LEASE_MS)).toBe(true);
      await records.release(key, 'you');
      expect(await records.hold(key, 'you', LEASE_MS)).toBe(false);
      await records.release(key, 'me');
      expect(await records.hold(key, 'you', 50)).toBe(true);
      await harness!.pass(100);
      expect(await records.hold(key, 'me', LEASE_MS)).toBe(true);
    });

    it('let one of many who come at once hold a reference', async () => {
      await records.open(key, NOON);

      const held = await Promise.all(
        Array.from({ length: 8 }, (_, nth) => records.hold(key, `process-${nth}`, LEASE_MS)),
      );

      expect(held.filter(Boolean)).toHaveLength(1);
    });

    it('keep problems until a record is sent or settled without one', async () => {
      const problem = { code: 'handover.gone', detail: 'status 404' };
      await records.open(key, NOON);
      await records.noteProblem(key, problem, NOON + 1);
      expect(await records.find(key)).toMatchObject({ problem });

      await records.noteSent(key, sent(), NOON + 2);
      expect(await records.find(key)).toMatchObject({ problem: null });

      await records.settle(key, null, problem, NOON + 3);
      expect(await records.find(key)).toMatchObject({ problem, isSettled: true, agreedState: 'open' });
    });

    it('list references by target, job and problem, the latest first, in pages', async () => {
      const keys = ['a', 'b', 'c', 'd'].map((job) => ({ target: 'desk', jobId: idFrom('job', job) }));
      for (const [nth, each] of keys.entries()) await records.open(each, NOON + nth);
      await records.open({ ...key, target: 'another' }, NOON + 9);
      await records.noteProblem(keys[1]!, { code: 'handover.gone', detail: 'x' }, NOON + 5);
      const listed = async (filter: Partial<Parameters<typeof records.list>[0]>) =>
        (await records.list({ limit: 10, ...filter })).items.map(({ jobId }) =>
          keys.findIndex((each) => each.jobId === jobId),
        );

      expect(await listed({ target: 'desk' })).toEqual([1, 3, 2, 0]);
      expect(await listed({ hasProblem: true })).toEqual([1]);
      expect(await listed({ hasProblem: false, target: 'desk' })).toEqual([3, 2, 0]);
      expect(await listed({ jobId: key.jobId })).toEqual([0, 0]);
      expect(await listed({ jobId: 'no id' })).toEqual([]);
      const first = await records.list({ target: 'desk', limit: 3 });
      expect(await listed({ target: 'desk', after: first.next! })).toEqual([0]);
      await expect(records.list({ limit: 1, after: 'x' })).rejects.toMatchObject({ code: 'cursor.invalid' });
    });

    it('know how far they have seen, and never less', async () => {
      expect(await records.seenUntil('desk')).toBeUndefined();
      await records.markSeen('desk', NOON);
      await records.markSeen('desk', NOON - 1);

      expect(await records.seenUntil('desk')).toBe(NOON);
      expect(await records.seenUntil('another')).toBeUndefined();
    });

    it('know which photos were sent, and which are about to be, until they are forgotten', async () => {
      const [one, two] = [idFrom('photo', 'one'), idFrom('photo', 'two')];
      await records.open(key, NOON);
      await records.open({ ...key, target: 'another' }, NOON);
      expect(await records.photosOf(key)).toEqual([]);

      await records.notePhoto(key, { photoId: one, externalId: null, sentAt: null });
      await records.notePhoto(key, { photoId: two, externalId: 'p-2', sentAt: NOON });
      await records.notePhoto({ ...key, target: 'another' }, { photoId: one, externalId: 'x', sentAt: NOON });
      await records.notePhoto(key, { photoId: one, externalId: 'p-1', sentAt: NOON + 1 });

      const handed = [...(await records.photosOf(key))].sort((a, b) => Number(b.sentAt) - Number(a.sentAt));
      expect(handed).toEqual([
        { photoId: one, externalId: 'p-1', sentAt: NOON + 1 },
        { photoId: two, externalId: 'p-2', sentAt: NOON },
      ]);
      await records.forgetPhoto(key, one);
      await records.forgetPhoto(key, one);
      expect(await records.photosOf(key)).toMatchObject([{ photoId: two }]);
      expect(await records.photosOf({ ...key, target: 'another' })).toMatchObject([{ externalId: 'x' }]);
      expect(await records.photosOf({ ...key, jobId: 'no id' })).toEqual([]);
    });

    it('take a receipt once in its time', async () => {
      const take = (receipt: string, at: number, target = 'desk') => records.takeReceipt(target, receipt, at, 600_000);

      expect(await records.hasReceipt('desk', 'r')).toBe(false);
      expect(await take('r', NOON)).toBe(true);
      expect(await records.hasReceipt('desk', 'r')).toBe(true);
      expect(await records.hasReceipt('another', 'r')).toBe(false);
      expect(await take('r', NOON + 1)).toBe(false);
      expect(await take('s', NOON + 1)).toBe(true);
      expect(await take('r', NOON + 1, 'another')).toBe(true);
      expect(await take('r', NOON + 600_001)).toBe(true);
      const many = await Promise.all(Array.from({ length: 6 }, () => take('t', NOON)));
      expect(many.filter(Boolean)).toHaveLength(1);
    });
  });
}
