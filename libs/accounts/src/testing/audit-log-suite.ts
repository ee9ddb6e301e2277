import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditLog, NewAuditEntry } from '../audit-log.ts';

export interface AuditLogHarness {
  fresh(): Promise<AuditLog>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 22, 12);

export const anAuditEntry = (more: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  ...{ at: NOON, accountId: null, actor: 'admin', way: 'token', address: '192.0.2.0', permission: 'assets.write' },
  ...{ action: 'PATCH /api/v1/assets/:assetId', thing: { kind: 'asset', id: 'bin-1' }, asked: { name: 'x' } },
  ...{ requestId: 'r-1', outcome: 'done', code: null, before: { name: null }, after: { name: 'x' } },
  ...more,
});

/** What all audit logs do. */
export function describeAuditLog(name: string, make: () => Promise<AuditLogHarness>): void {
  describe(`${name} as audit log`, () => {
    let harness: AuditLogHarness | undefined;
    let log: AuditLog;
    beforeEach(async () => {
      harness ??= await make();
      log = await harness.fresh();
    });
    afterAll(() => harness?.close());
    const all = async () => (await log.list({ limit: 100 })).items;

    it('keeps entries as they were given', async () => {
      const entry = anAuditEntry();
      await log.record(entry);
      const refused = anAuditEntry({
        outcome: 'refused',
        code: 'access.forbidden',
        thing: null,
        before: null,
        after: null,
      });
      await log.record(refused);

      const [second, first] = await all();
      expect(first).toEqual({ ...entry, entryId: first!.entryId });
      expect(second).toEqual({ ...refused, entryId: second!.entryId });
    });

    it('writes the entry of work that is done, with what work says of it', async () => {
      const {
        outcome: _outcome,
        code: _code,
        before: _before,
        after: _after,
        ...draft
      } = anAuditEntry({ thing: null });
      const done = await log.during(
        draft,
        async () => 41,
        (number) => ({ thing: { kind: 'thing', id: 'of-work' }, after: { number } }),
      );

      expect(done).toBe(41);
      expect(await all()).toEqual([
        expect.objectContaining({ thing: { kind: 'thing', id: 'of-work' }, outcome: 'done', after: { number: 41 } }),
      ]);
    });

    it('writes nothing of work that failed before it changed anything', async () => {
      const {
        outcome: _outcome,
        code: _code,
        before: _before,
        after: _after,
        ...draft
      } = anAuditEntry({ thing: null });
      const failed = log.during(
        draft,
        () => Promise.reject(new Error('no')),
        () => ({ thing: null, after: null }),
      );

      await expect(failed).rejects.toThrow('no');
      expect(await all()).toEqual([]);
    });

    it('finds entries by who, what, thing, outcome and time, the newest first, in pages', async () => {
      const kinds = [
        anAuditEntry({ requestId: 'a', actor: 'm.weber', at: NOON }),
        anAuditEntry({ requestId: 'b', action: 'DELETE /api/v1/x', thing: { kind: 'job', id: 'j-1' }, at: NOON + 1 }),
        anAuditEntry({ requestId: 'c', outcome: 'refused', code: 'x.y', thing: null, at: NOON + 2 }),
        anAuditEntry({ requestId: 'd', at: NOON + 3 }),
      ];
      for (const entry of kinds) await log.record(entry);
      const found = async (filter: object) =>
        (await log.list({ limit: 10, ...filter })).items.map(({ requestId }) => requestId).join('');

      expect(await found({})).toBe('dcba');
      expect(await found({ actor: 'm.weber' })).toBe('a');
      expect(await found({ action: 'delete' })).toBe('b');
      expect(await found({ action: '%' })).toBe('');
      expect(await found({ thingKind: 'asset' })).toBe('da');
      expect(await found({ thingKind: 'job', thingId: 'j-1' })).toBe('b');
      expect(await found({ outcome: 'refused' })).toBe('c');
      expect(await found({ from: NOON + 1, to: NOON + 3 })).toBe('cb');
      const page = await log.list({ limit: 3 });
      expect(await found({ after: page.next! })).toBe('a');
      await expect(log.list({ limit: 1, after: 'x' })).rejects.toMatchObject({ code: 'cursor.invalid' });
    });

    it('forgets what is old enough, some at a time', async () => {
      for (const at of [1, 2, 3, 4]) await log.record(anAuditEntry({ at: NOON + at }));

      expect(await log.purge(NOON + 4, 2)).toBe(2);
      expect(await log.purge(NOON + 4, 2)).toBe(1);
      expect((await all()).map(({ at }) => at)).toEqual([NOON + 4]);
    });
  });
}
