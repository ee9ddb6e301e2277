import { DAY_MS, type FederalState } from '@stadtfunk/kernel';
import { isAbsent, readOneOf, shown, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { DAYS, DAYS_PATTERN, HOLIDAYS, HOURS_KEYS, MOST_CLOSED, MOST_SPANS, SPAN_KEYS } from './organisation-format.ts';
import { leavesTime } from './quiet-hours.ts';
import { readDate, readList, readTime, readZone } from './values.ts';
import type { WeeklySpan, WeeklyTimes } from './weekly-times.ts';

/** Where and when times are meant that do not say it. */
export interface Place {
  readonly zone: string;
  readonly federalState: FederalState;
}

/** Working hours; null where nothing stands. */
export function readHours(reader: YamlReader, spot: Spot, place: Place): WeeklyTimes | null | undefined {
  if (isAbsent(spot)) return null;
  const fields = reader.fields(spot, HOURS_KEYS);
  if (!fields) return undefined;
  const weekly = readSpans(reader, fields.weekly);
  const holidays = isAbsent(fields.holidays) ? 'closed' : readOneOf(reader, fields.holidays, HOLIDAYS);
  const closed = readList(reader, fields.closed, 'dates', MOST_CLOSED, (item) => readDate(reader, item));
  const zone = readZone(reader, fields.zone, place.zone);
  if (!weekly || !holidays || !closed || zone === undefined) return undefined;
  return { zone, weekly, holidaysOf: holidays === 'closed' ? place.federalState : null, closed: new Set(closed) };
}

/** Quiet hours, the same on holidays; null where nothing stands. */
export function readQuietHours(reader: YamlReader, spot: Spot, { zone }: Place): WeeklyTimes | null | undefined {
  if (isAbsent(spot)) return null;
  const weekly = readSpans(reader, spot);
  if (!weekly) return undefined;
  const quiet: WeeklyTimes = { zone, weekly, holidaysOf: null, closed: new Set() };
  if (leavesTime(quiet)) return quiet;
  reader.problem(spot, 'quiet hours that leave some time of the week', 'all of it');
  return undefined;
}

function readSpans(reader: YamlReader, spot: Spot): readonly WeeklySpan[] | undefined {
  const what = "{ days, from, to } such as { days: mon-fri, from: '07:00', to: '15:30' }";
  if (isAbsent(spot) || reader.items(spot)?.length === 0) {
    reader.problem(spot, `at least one ${what}`, shown(valueOf(spot)));
    return undefined;
  }
  const spans = readList(reader, spot, what, MOST_SPANS, (item) => readSpan(reader, item));
  return spans?.flat().sort((a, b) => a.weekday - b.weekday || a.fromMs - b.fromMs);
}

function readSpan(reader: YamlReader, spot: Spot): readonly WeeklySpan[] | undefined {
  const fields = reader.fields(spot, SPAN_KEYS);
  if (!fields) return undefined;
  const days = readDays(reader, fields.days);
  const fromMs = readTime(reader, fields.from);
  const toMs = readTime(reader, fields.to);
  if (!days || fromMs === undefined || toMs === undefined) return undefined;
  if (fromMs === toMs || fromMs === DAY_MS) {
    reader.problem(fields.to, "another time than 'from', which is before '24:00'");
    return undefined;
  }
  // What ends before it begins ends on the next day.
  return days.map((weekday) => ({ weekday, fromMs, toMs: toMs < fromMs ? toMs + DAY_MS : toMs }));
}

/** `mon-fri`, `sat`, or a list of such: 1 is Monday, 7 Sunday. */
export function readDays(reader: YamlReader, spot: Spot): readonly number[] | undefined {
  const items = reader.items(spot) ?? [spot];
  if (items.length === 0) reader.problem(spot, `days such as mon-fri or [mon, wed]`, 'an empty list');
  const days = items.map((item) => {
    const value = valueOf(item);
    const [, first, , last = first] = (typeof value === 'string' && DAYS_PATTERN.exec(value)) || [];
    const [from, to] = [dayOf(first), dayOf(last)];
    if (from > 0 && to >= from) return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    reader.problem(item, `${DAYS.join(', ')}, or from one to a later one such as mon-fri`);
    return undefined;
  });
  if (days.length === 0 || !days.every((some) => some !== undefined)) return undefined;
  return [...new Set(days.flat())];
}

function dayOf(name: string | undefined): number {
  return DAYS.findIndex((day) => day === name) + 1;
}
