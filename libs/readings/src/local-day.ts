const formats = new Map<string, Intl.DateTimeFormat>();

/** UTC ms at which the calendar day of `time` began in a zone (`Europe/Berlin`). Days have 23 to 25 hours. */
export function startOfLocalDay(time: number, zone: string): number {
  const local = time + offsetMs(time, zone);
  const midnight = local - modulo(local, 86_400_000);
  // The clocks may have changed between midnight and now.
  return midnight - offsetMs(midnight - offsetMs(time, zone), zone);
}

/** How far a zone's clocks are ahead of UTC. */
function offsetMs(time: number, zone: string): number {
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
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const [year, month, day] = [parts.get('year')!, parts.get('month')!, parts.get('day')!];
  const local = Date.UTC(year, month - 1, day, parts.get('hour'), parts.get('minute'), parts.get('second'));
  return local - (time - modulo(time, 1_000));
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
