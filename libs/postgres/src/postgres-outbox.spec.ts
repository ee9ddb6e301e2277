import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresOutbox } from './postgres-outbox.ts';
import { deliveries, outbox } from './schema.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

onEachDatabase((name, open) => {
  describe(`PostgresOutbox on ${name}`, () => {
    let database: Database;
    let events: PostgresOutbox;

    beforeAll(async () => {
      database = await open();
      events = new PostgresOutbox(database);
    });
    beforeEach(() => emptyTables(database.pool));
    afterAll(() => database.close());

    const write = async (count: number) => {
      const values = Array.from({ length: count }, (_, index) => ({
        type: 'job.changed',
        at: new Date(NOON + index),
        data: { index },
      }));
      const rows = await database.drizzle.insert(outbox).values(values).returning({ eventId: outbox.eventId });
      return rows.map(({ eventId }) => eventId);
    };

    it('gives what waits, oldest first, until it is relayed', async () => {
      const [first, second, third] = await write(3);

      expect(await events.waiting(2)).toEqual([
        { eventId: first, type: 'job.changed', at: NOON, data: { index: 0 } },
        { eventId: second, type: 'job.changed', at: NOON + 1, data: { index: 1 } },
      ]);
      await events.markRelayed([first!, third!], NOON);
      await events.markRelayed([], NOON);

      expect((await events.waiting(10)).map(({ eventId }) => eventId)).toEqual([second]);
      expect(await events.find(first!, 'webhook')).toEqual({
        event: { eventId: first, type: 'job.changed', at: NOON, data: { index: 0 } },
        delivery: null,
      });
      expect(await events.find(999_999, 'webhook')).toBeUndefined();
    });

    it('keeps how an event fared on each channel', async () => {
      const [eventId] = await write(1);
      const failed = {
        eventId: eventId!,
        channel: 'webhook',
        attempts: 1,
        deliveredAt: null,
        lastError: 'webhook.status: 500',
        givenUpAt: null,
      };
      const delivered = { ...failed, attempts: 2, deliveredAt: NOON, lastError: null };

      await events.recordDelivery(failed);
      expect((await events.find(eventId!, 'webhook'))?.delivery).toEqual(failed);
      await events.recordDelivery(delivered);
      await events.recordDelivery({ ...failed, channel: 'mail', givenUpAt: NOON });

      expect((await events.find(eventId!, 'webhook'))?.delivery).toEqual(delivered);
      expect((await events.find(eventId!, 'mail'))?.delivery).toMatchObject({ givenUpAt: NOON });
      expect((await events.find(eventId!, 'pager'))?.delivery).toBeNull();
    });

    it('purges old events that nobody works on any more, some at a time', async () => {
      const [delivered, givenUp, untold, working, fresh, waiting] = await write(6);
      await events.markRelayed([delivered!, givenUp!, untold!, working!], NOON - 10);
      await events.markRelayed([fresh!], NOON);
      const delivery = { channel: 'webhook', attempts: 1, deliveredAt: null, lastError: null, givenUpAt: null };
      await events.recordDelivery({ ...delivery, eventId: delivered!, deliveredAt: NOON - 9 });
      await events.recordDelivery({ ...delivery, eventId: givenUp!, givenUpAt: NOON - 9 });
      await events.recordDelivery({ ...delivery, eventId: working! });

      expect(await events.purge(NOON, 2)).toBe(2);
      expect(await events.purge(NOON, 2)).toBe(1);
      expect(await events.purge(NOON, 2)).toBe(0);

      const kept = await database.drizzle.select({ eventId: outbox.eventId }).from(outbox).orderBy(outbox.eventId);
      expect(kept.map(({ eventId }) => eventId)).toEqual([working, fresh, waiting]);
      expect(await database.drizzle.$count(deliveries)).toBe(1);
    });
  });
});
