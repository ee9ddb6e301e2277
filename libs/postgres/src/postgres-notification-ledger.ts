import { NotificationLedger, type DeliveryKey, type Digest } from '@stadtfunk/maintenance';
import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { eventOf } from './outbox-rows.ts';
import { query, transaction } from './query.ts';
import { countedNotifications, outbox } from './schema.ts';

const HOUR_MS = 3_600_000;

/** Counts notifications in a table. */
export class PostgresNotificationLedger extends NotificationLedger {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override admit(key: DeliveryKey, department: string, hour: number, cap: number): Promise<boolean> {
    const { eventId, channel, department: of, hour: at, withheld } = countedNotifications;
    return transaction(this.#database, async (tx) => {
      // One after the other, so that two who come at once do not both take the last place.
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`stadtfunk.cap ${key.channel} ${department}`}))`);
      const [before] = await tx
        .select({ withheld })
        .from(countedNotifications)
        .where(and(eq(eventId, key.eventId), eq(channel, key.channel)));
      if (before) return !before.withheld;
      const sent = await tx.$count(
        countedNotifications,
        and(eq(channel, key.channel), eq(of, department), eq(at, new Date(hour)), eq(withheld, false)),
      );
      const isAdmitted = sent < cap;
      await tx.insert(countedNotifications).values({ ...key, department, hour: new Date(hour), withheld: !isAdmitted });
      return isAdmitted;
    });
  }

  override async dueDigests(channel: string, before: number, most: number): Promise<readonly Digest[]> {
    const { hour, department, eventId } = countedNotifications;
    const due = and(
      eq(countedNotifications.channel, channel),
      lt(hour, new Date(before)),
      sql`${countedNotifications.withheld} and ${countedNotifications.digestId} is null`,
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({ hour, department, eventId })
        .from(countedNotifications)
        .where(due)
        .orderBy(asc(hour), asc(eventId)),
    );
    const groups = new Map<string, (typeof rows)[number][]>();
    for (const row of rows) {
      const key = `${row.hour.getTime()} ${row.department}`;
      const group = groups.get(key);
      if (group) group.push(row);
      else groups.set(key, [row]);
    }
    return Promise.all(
      [...groups.values()].map(async (group): Promise<Digest> => {
        const { hour: from, department: of } = group[0]!;
        const eventIds = group.slice(0, most).map((row) => row.eventId);
        const events = await query(this.#database, (drizzle) =>
          drizzle.select().from(outbox).where(inArray(outbox.eventId, eventIds)).orderBy(asc(outbox.eventId)),
        );
        const start = from.getTime();
        const period = { from: start, until: start + HOUR_MS };
        return { channel, department: of, ...period, count: group.length, events: events.map(eventOf) };
      }),
    );
  }

  override async markTold({ channel, department, from }: Digest, at: number): Promise<void> {
    const { hour, withheld, digestId } = countedNotifications;
    await query(this.#database, (drizzle) =>
      drizzle
        .update(countedNotifications)
        .set({ digestId: at })
        .where(
          and(
            eq(countedNotifications.channel, channel),
            eq(countedNotifications.department, department),
            eq(hour, new Date(from)),
            eq(withheld, true),
            isNull(digestId),
          ),
        ),
    );
  }

  override async purge(before: number, limit: number): Promise<number> {
    const purged = await query(this.#database, (drizzle) =>
      drizzle.execute(sql`
        delete from counted_notifications where (event_id, channel) in (
          select event_id, channel from counted_notifications
          where hour < ${new Date(before).toISOString()}::timestamptz and not (withheld and digest_id is null)
          order by hour limit ${limit})`),
    );
    return purged.rowCount ?? 0;
  }
}
