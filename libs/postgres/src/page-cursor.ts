import { Fault } from '@stadtfunk/kernel';
import type { Page } from '@stadtfunk/readings';

/** What a page cursor is made of: the keys of the last item shown. */
type Keys = readonly (string | number)[];
type KeyKind = 'id' | 'time' | 'text' | 'uuid';

/** 9999-12-31T23:59:59.999Z, the last moment that is written the same way everywhere. */
export const LAST_TIME = 253_402_300_799_999;

const LONGEST_CURSOR = 1024;

/** The opaque cursor behind an item. `list` ties it to the list that it came from. */
export function pageCursor(list: string, keys: Keys): string {
  return Buffer.from(JSON.stringify([list, ...keys])).toString('base64url');
}

/** The keys in a cursor that somebody sent back. Faults: `cursor.invalid`. */
export function readPageCursor(list: string, cursor: string, kinds: readonly KeyKind[]): Keys {
  const parts = cursor.length <= LONGEST_CURSOR ? parse(cursor) : undefined;
  const isOurs =
    Array.isArray(parts) &&
    parts.length === kinds.length + 1 &&
    parts[0] === list &&
    kinds.every((kind, index) => isKey(parts[index + 1], kind));
  if (!isOurs) throw invalidCursor();
  return (parts as unknown[]).slice(1) as unknown as Keys;
}

/** Cuts one row more than was asked for into a page. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  toItem: (row: R) => T,
  toCursor: (row: R) => string,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toItem), next: last !== undefined && rows.length > limit ? toCursor(last) : null };
}

export function invalidCursor(): Fault {
  return new Fault('cursor.invalid', 'the cursor is not one that this list gave out', false);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Safe as a parameter: a row number, UTC ms, or text that PostgreSQL can hold. */
function isKey(value: unknown, kind: KeyKind): boolean {
  if (kind === 'text') return typeof value === 'string' && isStorable(value);
  if (kind === 'uuid') return typeof value === 'string' && isUuid(value);
  return Number.isSafeInteger(value) && (value as number) >= 0 && (kind === 'id' || (value as number) <= LAST_TIME);
}

/** PostgreSQL's text has every character but NUL. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000');
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
