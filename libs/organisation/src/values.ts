import { DAY_MS, isZone } from '@stadtfunk/kernel';
import { isAbsent, readPattern, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { DATE, ID, LOCAL_MOMENT, LONGEST_TEXT, TIME } from './organisation-format.ts';

/** Readers of what only the organisation's file has: each gives the value, or notes a problem and gives undefined. */

const MINUTE_MS = 60_000;

/** Ms after midnight. */
export function readTime(reader: YamlReader, spot: Spot): number | undefined {
  const text = readPattern(reader, spot, TIME, "a time from '00:00' to '24:00'");
  if (text === undefined) return undefined;
  const [hours, minutes] = text.split(':').map(Number);
  return (hours! * 60 + minutes!) * MINUTE_MS;
}

/** UTC ms of the midnight that begins the date. */
export function readDate(reader: YamlReader, spot: Spot): number | undefined {
  const date = dateOf(valueOf(spot));
  if (date === undefined) reader.problem(spot, 'a date such as 2026-12-24');
  return date;
}

/** A local time, as by `localTime`. */
export function readLocalMoment(reader: YamlReader, spot: Spot): number | undefined {
  const value = valueOf(spot);
  const [, text, hours, minutes] = (typeof value === 'string' && LOCAL_MOMENT.exec(value)) || [];
  const date = dateOf(text);
  if (date !== undefined) return date + (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  reader.problem(spot, 'a local time such as 2026-01-05T08:00, without an offset from UTC');
  return undefined;
}

/** IANA name; absent: the standard. */
export function readZone(reader: YamlReader, spot: Spot, standard: string): string | undefined {
  if (isAbsent(spot)) return standard;
  const value = valueOf(spot);
  if (typeof value === 'string' && isZone(value)) return value;
  reader.problem(spot, 'a time zone such as Europe/Berlin');
  return undefined;
}

export function readId(reader: YamlReader, spot: Spot): string | undefined {
  return readPattern(reader, spot, ID, 'an id of 1 to 64 letters, digits, - and _');
}

/** One line that people read. */
export function readName(reader: YamlReader, spot: Spot): string | undefined {
  const value = valueOf(spot);
  if (isName(value)) return value;
  reader.problem(spot, `a name of up to ${LONGEST_TEXT} characters on one line`);
  return undefined;
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT && !/\p{Cc}/u.test(value);
}

/** The items of a list, read one by one; undefined where one is wrong. Absent: an empty list. */
export function readList<T>(
  reader: YamlReader,
  spot: Spot,
  what: string,
  most: number,
  readItem: (item: Spot) => T | undefined,
): readonly T[] | undefined {
  if (isAbsent(spot)) return [];
  const items = reader.items(spot);
  if (!items || items.length > most) {
    reader.problem(spot, `a list of up to ${most} ${what}`, items && `${items.length}`);
    return undefined;
  }
  const read = items.map(readItem);
  return read.every((item) => item !== undefined) ? read : undefined;
}

/** The ids in a list, also of items in which something else is wrong: who refers to those has made no mistake. */
export function declaredIds(reader: YamlReader, spot: Spot): readonly string[] {
  const items: unknown = isAbsent(spot) ? [] : reader.plain(spot);
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

/** Notes a problem at each item whose id another one had before. */
export function refuseDoubles(
  reader: YamlReader,
  items: readonly { readonly id: string; readonly spot: Spot }[],
): void {
  const lines = new Map<string, number>();
  for (const { id, spot } of items) {
    const line = lines.get(id);
    if (line !== undefined) reader.problem(spot, 'an id that nothing else has', `'${id}', as in line ${line}`);
    else lines.set(id, reader.lineOf(spot));
  }
}

function dateOf(value: unknown): number | undefined {
  const [, year, month, day] = (typeof value === 'string' && DATE.exec(value)) || [];
  if (year === undefined || Number(year) < 1995) return undefined;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Neither the 31st of February nor the 13th month.
  return new Date(date).toISOString().startsWith(`${year}-${month}-${day}`) && date % DAY_MS === 0 ? date : undefined;
}
