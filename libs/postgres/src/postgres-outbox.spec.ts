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
      await events.markRelayed([first!, third!], [], NOON);
      await events.markRelayed([], ['webhook'], NOON);

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

    it('lists the deliveries that are open, in pages, until their end is recorded', async () => {
      const [first, second, third] = await write(3);
      const arrived = { attempts: 1, deliveredAt: NOON, lastError: null, givenUpAt: null };
      // Done by the queue before the relay came to marking it.
      await events.recordDelivery({ ...arrived, eventId: first!, channel: 'webhook' });

      await events.markRelayed([first!, second!, third!], ['webhook', 'mail'], NOON);
      await events.markRelayed([second!], ['webhook'], NOON);

      expect((await events.find(first!, 'webhook'))?.delivery).toMatchObject(arrived);
      expect((await events.find(second!, 'mail'))?.delivery).toMatchObject({ attempts: 0, deliveredAt: null });
      const page = await events.openDeliveries(null, 3);
      expect(page).toEqual([
        { eventId: first, channel: 'mail' },
        { eventId: second, channel: 'mail' },
        { eventId: second, channel: 'webhook' },
      ]);
      expect(await events.openDeliveries(page[1]!, 10)).toEqual([
        { eventId: second, channel: 'webhook' },
        { eventId: third, channel: 'mail' },
        { eventId: third, channel: 'webhook' },
      ]);
      for (const channel of ['mail', 'webhook']) {
        await events.recordDelivery({ ...arrived, eventId: second!, channel });
        await events.recordDelivery({ ...arrived, eventId: third!, channel, deliveredAt: null, givenUpAt: NOON });
      }
      expect(await events.openDeliveries(null, 10)).toEqual([{ eventId: first, channel: 'mail' }]);
      expect(await events.purge(NOON + 1, 10)).toBe(2);
    });

    it('lists what was given up, and lets it be tried again', async () => {
      const [first, second] = await write(2);
      await events.markRelayed([first!, second!], ['webhook'], NOON);
      const givenUp = {
        eventId: first!,
        channel: 'webhook',
        attempts: 12,
        deliveredAt: null,
        lastError: 'webhook.status: status 500',
        givenUpAt: NOON,
      };
      await events.recordDelivery(givenUp);
      await events.recordDelivery({ ...givenUp, eventId: second! });

      expect(await events.countGivenUp()).toBe(2);
      expect(await events.listGivenUp(null, 1)).toEqual([givenUp]);
      expect(await events.listGivenUp(givenUp, 10)).toEqual([{ ...givenUp, eventId: second }]);
      expect(await events.waiting(10)).toEqual([]);

      expect(await events.retryDelivery(givenUp)).toBe(true);
      expect(await events.retryDelivery(givenUp)).toBe(false);
      expect(await events.retryDelivery({ eventId: 999_999, channel: 'webhook' })).toBe(false);

      expect((await events.waiting(10)).map(({ eventId }) => eventId)).toEqual([first]);
      expect((await events.find(first!, 'webhook'))?.delivery).toEqual({ ...givenUp, givenUpAt: null });
      expect((await events.listGivenUp(null, 10)).map(({ eventId }) => eventId)).toEqual([second]);
    });

    it('purges old events that nobody works on any more, some at a time', async () => {
      const [delivered, givenUp, untold, working, fresh, waiting] = await write(6);
      await events.markRelayed([delivered!, givenUp!, untold!, working!], [], NOON - 10);
      await events.markRelayed([fresh!], [], NOON);
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
