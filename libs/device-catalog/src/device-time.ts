/** Below this a number of the year 1973 or later is in seconds, above in milliseconds (1e11 s = year 5138). */
const SECONDS_BELOW = 1e11;
const MAX_TIME_MS = 8.64e15;

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * UTC ms of `YYYY-MM-DDThh:mm:ss[.fff](Z|±hh:mm)`, also with `/` between the date's parts and a space before the time;
 * undefined if it is no such time. `zoneless` accepts a time without zone, as UTC. Strict, unlike `Date.parse`, whose
 * reading of other texts depends on the host's time zone.
 */
export function parseTime(text: string, zoneless: boolean): number | undefined {
  if (text.length < 19 || text.length > 40) return undefined;
  const separator = text.charCodeAt(4);
  if ((separator !== 45 && separator !== 47) || text.charCodeAt(7) !== separator) return undefined;
  const middle = text.charCodeAt(10);
  if (middle !== 84 && middle !== 116 && middle !== 32) return undefined;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1]!)) return undefined;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return undefined;
  // 60 is a leap second; 24:00:00 is not what clocks send.
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60)) return undefined;

  let at = 19;
  let millis = 0;
  if (text.charCodeAt(at) === 46) {
    let scale = 100;
    for (at++; at < text.length && isDigit(text.charCodeAt(at)); at++) {
      millis += (text.charCodeAt(at) - 48) * scale;
      scale /= 10;
    }
    if (scale === 100) return undefined;
  }
  const offsetMinutes = zoneAt(text, at, zoneless);
  if (offsetMinutes === undefined) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(millis)) - offsetMinutes * 60_000;
}

function zoneAt(text: string, at: number, zoneless: boolean): number | undefined {
  if (at === text.length) return zoneless ? 0 : undefined;
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) return at + 1 === text.length ? 0 : undefined;
  if (sign !== 43 && sign !== 45) return undefined;
  const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
  if (text.length !== at + 5 + colon) return undefined;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 3 + colon, at + 5 + colon);
  if (!(hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59)) return undefined;
  return (sign === 43 ? 1 : -1) * (hours * 60 + minutes);
}

/** UTC ms of a number of seconds or milliseconds, told apart by magnitude; undefined if it is neither. */
export function timeFromNumber(value: number): number | undefined {
  if (!(value > 0)) return undefined;
  const ms = Math.round(value < SECONDS_BELOW ? value * 1000 : value);
  return ms <= MAX_TIME_MS ? ms : undefined;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The number that these digits make, NaN if they are not all digits. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - 48;
  }
  return value;
}
