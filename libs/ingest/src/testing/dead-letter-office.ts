import type { QuarantinedReading } from '@stadtfunk/readings';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { MOST_MOVED, type DeadLetterOffice, type FiledLetter, type LetterFilter } from '../dead-letter-office.ts';

/** An empty office, and a way to put in what the consumer group would. */
export interface DeadLetterOfficeHarness {
  fresh(): Promise<DeadLetterOffice>;
  /** Files letters in this order; gives their ids. */
  file(letters: readonly Omit<FiledLetter, 'letterId'>[]): Promise<readonly string[]>;
  quarantine(readings: readonly QuarantinedReading[]): Promise<void>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);

export function aLetter(differences: Partial<FiledLetter> = {}): Omit<FiledLetter, 'letterId'> {
  return {
    deviceId: 'd-1',
    topic: 'stadtfunk/v1/d-1/up',
    receivedAt: NOON,
    payload: Uint8Array.of(0, 1, 0xff),
    code: 'payload.truncated',
    detail: '3 bytes, 8 are needed',
    state: 'open',
    attempts: 1,
    ...differences,
  };
}

/** What every dead-letter office does. */
export function describeDeadLetterOffice(name: string, make: () => Promise<DeadLetterOfficeHarness>): void {
  describe(`${name} as a dead-letter office`, () => {
    let harness: DeadLetterOfficeHarness | undefined;
    let office: DeadLetterOffice;

    beforeEach(async () => {
      harness ??= await make();
      office = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const file = (...letters: readonly Partial<FiledLetter>[]) => harness!.file(letters.map(aLetter));
    const statesOf = async (ids: readonly string[]) =>
      Promise.all(ids.map(async (id) => (await office.find(id))?.state));

    it('gives a letter back with its bytes', async () => {
      const [letterId, empty] = await file({}, { payload: new Uint8Array(0) });

      const found = await office.find(letterId!);

      expect({ ...found, payload: [...found!.payload] }).toEqual({ ...aLetter(), letterId, payload: [0, 1, 0xff] });
      expect((await office.find(empty!))?.payload).toHaveLength(0);
      for (const id of ['999999', '', '-1', '1.5', 'x', '9'.repeat(30), "1' or true"]) {
        expect(await office.find(id)).toBeUndefined();
      }
    });

    it('lists the letters that fit, newest first', async () => {
      const ids = await file({}, { code: 'device.unknown' }, { deviceId: 'd-2' }, { state: 'resolved' });
      const listed = async (filter: Partial<LetterFilter>) =>
        (await office.list({ limit: 10, ...filter })).items.map(({ letterId }) => ids.indexOf(letterId));

      expect(await listed({})).toEqual([3, 2, 1, 0]);
      expect(await listed({ state: 'open' })).toEqual([2, 1, 0]);
      expect(await listed({ code: 'device.unknown' })).toEqual([1]);
      expect(await listed({ deviceId: 'd-2' })).toEqual([2]);
      expect(await listed({ deviceId: 'd-2', code: 'device.unknown' })).toEqual([]);
    });

    it('pages without missing or repeating a letter while others come in', async () => {
      const ids = await file({}, {}, {}, {}, {});
      const first = await office.list({ limit: 2 });
      await file({}, {});

      const second = await office.list({ limit: 2, after: first.next! });
      const third = await office.list({ limit: 2, after: second.next! });

      const seen = [first, second, third].flatMap(({ items }) => items.map(({ letterId }) => letterId));
      expect(seen).toEqual([...ids].reverse());
      expect(third.next).toBeNull();
      await expect(office.list({ limit: 2, after: 'x' })).rejects.toMatchObject({ code: 'cursor.invalid' });
      await expect(office.listQuarantined({ limit: 2, after: first.next! })).rejects.toMatchObject({
        code: 'cursor.invalid',
      });
    });

    it('marks the open ones of the letters named for another try', async () => {
      const ids = await file({}, { state: 'resolved' }, { state: 'discarded' }, {}, { state: 'retry' });

      expect(await office.retry({ letterIds: [ids[0]!, ids[1]!, ids[2]!, ids[4]!, 'x', '123456'] })).toBe(1);
      expect(await office.retry({ letterIds: [] })).toBe(0);

      expect(await statesOf(ids)).toEqual(['retry', 'resolved', 'discarded', 'open', 'retry']);
    });

    it('marks all open letters of a code for another try', async () => {
      const ids = await file({}, { code: 'device.unknown' }, { code: 'device.unknown', state: 'discarded' }, {});

      expect(await office.retry({ code: 'device.unknown' })).toBe(1);
      expect(await office.retry({ code: 'nothing.such' })).toBe(0);

      expect(await statesOf(ids)).toEqual(['open', 'retry', 'discarded', 'open']);
    });

    it('discards an open letter, once', async () => {
      const [open, retry] = await file({}, { state: 'retry' });

      const discard = (letterId: string) => office.discard({ letterIds: [letterId] });
      expect(await discard(open!)).toBe(1);
      expect(await discard(open!)).toBe(0);
      expect(await discard(retry!)).toBe(0);
      expect(await discard('x')).toBe(0);

      expect(await statesOf([open!, retry!])).toEqual(['discarded', 'retry']);
    });

    it('discards all open letters of a code, or only those of a device', async () => {
      const code = 'device.unknown';
      const ids = await file({ code }, { code, deviceId: 'd-2' }, { code, state: 'retry' }, { code }, {});

      expect(await office.discard({ code, deviceId: 'd-2' })).toBe(1);
      expect(await statesOf(ids)).toEqual(['open', 'discarded', 'retry', 'open', 'open']);
      expect(await office.discard({ code })).toBe(2);
      expect(await statesOf(ids)).toEqual(['discarded', 'discarded', 'retry', 'discarded', 'open']);
    });

    it('moves only so many letters at once, the oldest first', async () => {
      const ids = await harness!.file(Array.from({ length: MOST_MOVED + 2 }, () => aLetter({ code: 'x.y' })));

      expect(await office.retry({ code: 'x.y' })).toBe(MOST_MOVED);
      expect(await statesOf(ids.slice(-3))).toEqual(['retry', 'open', 'open']);
      expect(await office.discard({ code: 'x.y' })).toBe(2);
      expect(await office.discard({ code: 'x.y' })).toBe(0);
    });

    it('lists quarantined readings, newest first, in pages', async () => {
      const reading = { deviceId: 'd-1', receivedAt: NOON, deviceTime: null, code: 'clock.future', values: {} };
      await harness!.quarantine([
        reading,
        {
          ...reading,
          deviceId: 'd-2',
          deviceTime: 8_000_000_000_000_000,
          values: { fillingLevel: 0.5, coverOpen: true },
        },
        { ...reading, receivedAt: NOON + 1 },
      ]);

      const first = await office.listQuarantined({ limit: 2 });
      const second = await office.listQuarantined({ limit: 2, after: first.next! });

      expect([...first.items, ...second.items].map(({ quarantineId: _, ...item }) => item)).toEqual([
        { ...reading, receivedAt: NOON + 1 },
        {
          ...reading,
          deviceId: 'd-2',
          deviceTime: 8_000_000_000_000_000,
          values: { fillingLevel: 0.5, coverOpen: true },
        },
        reading,
      ]);
      expect(second.next).toBeNull();
      expect((await office.listQuarantined({ deviceId: 'd-2', limit: 5 })).items).toHaveLength(1);
    });
  });
}
