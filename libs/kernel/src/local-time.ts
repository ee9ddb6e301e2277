const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const part = 'numeric';
    format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: part, month: part, day: part, hour: part, minute: part, second: part },
    });
    formats.set(zone, format);
  }
  return format;
}

/** How far a zone's (`Europe/Berlin`) clocks are ahead of UTC at a moment, in ms. */
export function zoneOffsetMs(time: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year, month, day] = [parts.get('year')!, parts.get('month')!, parts.get('day')!];
  const local = Date.UTC(year, month - 1, day, parts.get('hour'), parts.get('minute'), parts.get('second'));
  return local - (time - modulo(time, 1_000));
}

/** Whether this is the name of a time zone. */
export function isZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** What a zone's clocks show at a moment, as the UTC ms at which clocks in UTC show the same. */
export function localTime(time: number, zone: string): number {
  return time + zoneOffsetMs(time, zone);
}

/**
 * UTC ms at which a zone's clocks show a local time (given as by `localTime`): the first moment of one that is shown twice,
 * and for one that is skipped the moment at which the clocks are put forward.
 */
export function momentOfLocal(local: number, zone: string): number {
  // Clocks differ from UTC by less than a day, so these see the offsets before and after any change around this time.
  const offsets = [zoneOffsetMs(local - DAY_MS, zone), zoneOffsetMs(local + DAY_MS, zone)];
  const shown = offsets.map((offset) => local - offset).filter((time) => localTime(time, zone) === local);
  if (shown.length > 0) return Math.min(...shown);
  let [before, after] = [local - Math.max(...offsets), local - Math.min(...offsets)];
  while (after - before > 1) {
    const between = Math.floor((before + after) / 2);
    if (localTime(between, zone) < local) before = between;
    else after = between;
  }
  return after;
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
