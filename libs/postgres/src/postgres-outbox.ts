import {
  Outbox,
  type Alert,
  type Delivery,
  type DeliveryKey,
  type Job,
  type OutboxEvent,
} from '@stadtfunk/maintenance';
import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isEventOf } from './department-limit.ts';
import { query, transaction } from './query.ts';
import { deliveries, outbox } from './schema.ts';
import { announce } from './tell.ts';

/** Events on their way out, in tables. */
export class PostgresOutbox extends Outbox {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async waiting(limit: number): Promise<readonly OutboxEvent[]> {
    const rows = await query(this.#database, (drizzle) =>
      drizzle.select().from(outbox).where(isNull(outbox.relayedAt)).orderBy(asc(outbox.eventId)).limit(limit),
    );
    return rows.map(toEvent);
  }

  override async markRelayed(eventIds: readonly number[], channels: readonly string[], at: number): Promise<void> {
    if (eventIds.length === 0) return;
    const opened = eventIds.flatMap((eventId) => channels.map((channel) => ({ eventId, channel })));
    await transaction(this.#database, async (tx) => {
      await tx
        .update(outbox)
        .set({ relayedAt: new Date(at) })
        .where(and(inArray(outbox.eventId, [...eventIds]), isNull(outbox.relayedAt)));
      // The work may have been done already: what it has recorded stays.
      if (opened.length > 0) await tx.insert(deliveries).values(opened).onConflictDoNothing();
    });
  }

  override async openDeliveries(after: DeliveryKey | null, limit: number): Promise<readonly DeliveryKey[]> {
    const rows = await this.#undelivered(isNull(deliveries.givenUpAt), after, limit);
    return rows.map(({ eventId, channel }) => ({ eventId, channel }));
  }

  override async find(
    eventId: number,
    channel: string,
  ): Promise<{ readonly event: OutboxEvent; readonly delivery: Delivery | null } | undefined> {
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select({ event: getTableColumns(outbox), delivery: getTableColumns(deliveries) })
        .from(outbox)
        .leftJoin(deliveries, and(eq(deliveries.eventId, outbox.eventId), eq(deliveries.channel, channel)))
        .where(eq(outbox.eventId, eventId)),
    );
    return row && { event: toEvent(row.event), delivery: row.delivery && toDelivery(row.delivery) };
  }

  override async recordDelivery({ eventId, channel, ...result }: Delivery): Promise<void> {
    const values = {
      attempts: result.attempts,
      deliveredAt: toDate(result.deliveredAt),
      lastError: result.lastError,
      givenUpAt: toDate(result.givenUpAt),
    };
    await query(this.#database, (drizzle) =>
      drizzle
        .insert(deliveries)
        .values({ eventId, channel, ...values })
        .onConflictDoUpdate({ target: [deliveries.eventId, deliveries.channel], set: values }),
    );
  }

  override async countGivenUp(): Promise<number> {
    // Of the few that never arrived, for which there is an index.
    const isGivenUp = and(isNull(deliveries.deliveredAt), isNotNull(deliveries.givenUpAt));
    return query(this.#database, (drizzle) => drizzle.$count(deliveries, isGivenUp));
  }

  override async listGivenUp(
    after: DeliveryKey | null,
    limit: number,
    departments?: readonly string[],
  ): Promise<readonly Delivery[]> {
    const isOwn = departments && isEventOf('"deliveries"."event_id"', departments);
    return (await this.#undelivered(and(isNotNull(deliveries.givenUpAt), isOwn), after, limit)).map(toDelivery);
  }

  override retryDelivery({ eventId, channel }: DeliveryKey): Promise<boolean> {
    return transaction(this.#database, async (tx) => {
      const retried = await tx
        .update(deliveries)
        .set({ givenUpAt: null })
        .where(and(eq(deliveries.eventId, eventId), eq(deliveries.channel, channel), isNotNull(deliveries.givenUpAt)))
        .returning({ eventId: deliveries.eventId });
      if (retried.length === 0) return false;
      await tx.update(outbox).set({ relayedAt: null }).where(eq(outbox.eventId, eventId));
      noteChange(tx, { after: { channel, state: 'waiting' } });
      await announce(tx);
      return true;
    });
  }

  override purge(before: number, limit: number): Promise<number> {
    return transaction(this.#database, async (tx) => {
      const old = await tx
        .select({ eventId: outbox.eventId })
        .from(outbox)
        .where(
          and(
            lt(outbox.relayedAt, new Date(before)),
            sql`not exists (select from deliveries where deliveries.event_id = ${outbox}.event_id
              and delivered_at is null and given_up_at is null)`,
          ),
        )
        .orderBy(asc(outbox.eventId))
        .limit(limit)
        .for('update');
      const eventIds = old.map(({ eventId }) => eventId);
      if (eventIds.length === 0) return 0;
      await tx.delete(deliveries).where(inArray(deliveries.eventId, eventIds));
      await tx.delete(outbox).where(inArray(outbox.eventId, eventIds));
      return eventIds.length;
    });
  }

  #undelivered(which: SQL | undefined, after: DeliveryKey | null, limit: number) {
    const { eventId, channel, deliveredAt } = deliveries;
    const isFurther = after ? sql`(${eventId}, ${channel}) > (${after.eventId}, ${after.channel})` : undefined;
    return query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(deliveries)
        .where(and(isNull(deliveredAt), which, isFurther))
        .orderBy(asc(eventId), asc(channel))
        .limit(limit),
    );
  }
}

function toEvent(row: typeof outbox.$inferSelect): OutboxEvent {
  return { eventId: row.eventId, type: row.type, at: row.at.getTime(), data: row.data as Alert | Job };
}

function toDelivery(row: typeof deliveries.$inferSelect): Delivery {
  return {
    eventId: row.eventId,
    channel: row.channel,
    attempts: row.attempts,
    deliveredAt: row.deliveredAt?.getTime() ?? null,
    lastError: row.lastError,
    givenUpAt: row.givenUpAt?.getTime() ?? null,
  };
}

function toDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}
