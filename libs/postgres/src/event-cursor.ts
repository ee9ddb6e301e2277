import { sql, type SQL } from 'drizzle-orm';
import { invalidCursor } from './page-cursor.ts';
import { outbox } from './schema.ts';

interface EventPosition {
  readonly tx: string;
  readonly eventId: string;
}

/** Widths of the largest xid8 (2^64 - 1) and bigint (2^63 - 1), so that cursors sort as text. */
const TX_DIGITS = 20;
const ID_DIGITS = 19;
const CURSOR = /^(\d{20})-(\d{19})$/;

export function eventCursor(tx: string, eventId: number): string {
  return `${tx.padStart(TX_DIGITS, '0')}-${String(eventId).padStart(ID_DIGITS, '0')}`;
}

/** Faults: `cursor.invalid`. */
export function readEventCursor(cursor: string): EventPosition {
  const match = CURSOR.exec(cursor);
  if (!match) throw invalidCursor();
  const [tx, eventId] = [BigInt(match[1]!), BigInt(match[2]!)];
  if (BigInt.asUintN(64, tx) !== tx || BigInt.asIntN(64, eventId) !== eventId) throw invalidCursor();
  return { tx: String(tx), eventId: String(eventId) };
}

/** Of transactions that began before every one still running: nothing can appear before such a row any more. */
export const isSettled: SQL = sql`${outbox.tx} < pg_snapshot_xmin(pg_current_snapshot())`;

export function isBehind({ tx, eventId }: EventPosition): SQL {
  return sql`(${outbox.tx}, ${outbox.eventId}) > (${tx}::xid8, ${eventId}::bigint)`;
}
