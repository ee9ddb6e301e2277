import { ManualClock } from '@stadtfunk/kernel/testing';
import { CappedChannel, DigestChannel, digestTask, type Digest, type OutboxEvent } from '@stadtfunk/maintenance';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresNotificationLedger } from './postgres-notification-ledger.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';

const HOUR = 3_600_000;

class Mailbox extends DigestChannel {
  override readonly channel = 'mail';
  readonly sent: number[] = [];
  readonly digests: Digest[] = [];
  isBroken = false;

  override concerns({ type }: OutboxEvent): boolean {
    return type !== 'job.changed';
  }
  override async deliver(event: OutboxEvent) {
    if (this.concerns(event)) this.sent.push(event.eventId);
    return { ok: true } as const;
  }
  override async deliverDigest(digest: Digest) {
    if (this.isBroken) return { ok: false, error: { code: 'mail.away', detail: 'away' }, retryable: true } as const;
    this.digests.push(digest);
    return { ok: true } as const;
  }
}

onEachDatabase((name, open) => {
  describe(`the cap of notifications, on ${name}`, () => {
    let database: Database;
    let mailbox: Mailbox;
    let clock: ManualClock;
    let capped: CappedChannel;
    let ledger: PostgresNotificationLedger;

    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());
    beforeEach(async () => {
      await emptyTables(database.pool);
      ledger = new PostgresNotificationLedger(database);
      mailbox = new Mailbox();
      clock = new ManualClock(Date.UTC(2026, 10, 21, 12, 10));
      capped = new CappedChannel(mailbox, ledger, 2, clock);
    });

    const put = async (data: object, type = 'job.created') => {
      const { rows } = await database.pool.query<{ event_id: string; at: Date }>(
        'insert into outbox (type, at, data) values ($1, now(), $2) returning event_id, at',
        [type, JSON.stringify(data)],
      );
      const { event_id: eventId, at } = rows[0]!;
      return { eventId: Number(eventId), type, at: at.getTime(), data } as OutboxEvent;
    };
    const job = (name: string, more: object = {}) => put(aJob(name, more));
    const digests = () => {
      const run = { name: 'x', dueAt: 0, attempt: 1, signal: new AbortController().signal };
      return digestTask(ledger, [mailbox], clock)(run);
    };

    it('lets so many through per department and hour, and lists the others in one digest', async () => {
      const events = [];
      for (let index = 0; index < 5; index++) events.push(await job(`job-${index}`));
      const other = await job('lamp', { department: 'lighting' });
      for (const event of [...events, other]) expect(await capped.deliver(event)).toEqual({ ok: true });
      expect(mailbox.sent).toEqual([events[0]!.eventId, events[1]!.eventId, other.eventId]);

      await digests();
      expect(mailbox.digests).toEqual([]);
      clock.advance(HOUR);
      await digests();
      await digests();
      expect(mailbox.digests).toMatchObject([
        { department: 'waste', count: 3, from: Date.UTC(2026, 10, 21, 12), until: Date.UTC(2026, 10, 21, 13) },
      ]);
      expect(mailbox.digests[0]!.events).toEqual(events.slice(2));
      await capped.deliver(await job('next hour'));
      expect(mailbox.sent).toHaveLength(4);
    });

    it('says the same of an event that is tried again', async () => {
      const [first, second, third] = [await job('a'), await job('b'), await job('c')];
      for (const event of [first, second, third, third, first]) await capped.deliver(event);

      expect(mailbox.sent).toEqual([first.eventId, second.eventId, first.eventId]);
    });

    it('never withholds what cannot wait, and counts nothing of which nobody is told', async () => {
      for (let index = 0; index < 3; index++) await capped.deliver(await put(aJob(`x-${index}`), 'job.changed'));
      const urgent = [];
      for (let index = 0; index < 4; index++) urgent.push(await job(`u-${index}`, { priority: 'urgent' }));
      urgent.push(await put(anAlert('a', { severity: 'critical' }), 'alert.raised'));
      for (const event of urgent) await capped.deliver(event);

      expect(mailbox.sent).toEqual(urgent.map(({ eventId }) => eventId));
    });

    it('keeps a digest that cannot be told until it can', async () => {
      for (let index = 0; index < 3; index++) await capped.deliver(await job(`job-${index}`));
      clock.advance(HOUR);
      mailbox.isBroken = true;
      await expect(digests()).rejects.toMatchObject({ code: 'mail.away', retryable: true });
      mailbox.isBroken = false;
      await digests();

      expect(mailbox.digests).toMatchObject([{ count: 1 }]);
    });

    it('forgets hours of long ago, some at a time, and never what has yet to stand in a digest', async () => {
      for (let index = 0; index < 5; index++) await capped.deliver(await job(`job-${index}`));
      const next = clock.now() + HOUR;
      expect(await ledger.purge(clock.now() - HOUR, 10)).toBe(0);
      expect(await ledger.purge(next, 1)).toBe(1);
      expect(await ledger.purge(next, 10)).toBe(1);
      expect(await ledger.purge(next, 10)).toBe(0);
      clock.advance(HOUR);
      await digests();

      expect(mailbox.digests).toMatchObject([{ count: 3 }]);
      expect(await ledger.purge(next, 10)).toBe(3);
    });

    it('lets no more through when many come at once', async () => {
      const events = await Promise.all(Array.from({ length: 12 }, (_, index) => job(`job-${index}`)));
      await Promise.all(events.map((event) => capped.deliver(event)));

      expect(mailbox.sent).toHaveLength(2);
    });
  });
});
