/** Who asks for more is not believed: it would be as if somebody had switched the channel off. */
const LONGEST_MS = 2 * 3_600_000;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long an answer asks to wait, ms: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). A date is read by the clock of
 * whoever answered, `Date`, where the answer has it. Undefined: it does not say.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): number | undefined {
  const text = headers['retry-after'];
  if (typeof text !== 'string') return undefined;
  const seconds = /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
  if (seconds !== undefined) return Math.min(seconds * 1_000, LONGEST_MS);
  const until = dateOf(text);
  if (until === undefined) return undefined;
  const { date } = headers;
  return Math.min(Math.max(until - ((typeof date === 'string' && dateOf(date)) || now), 0), LONGEST_MS);
}

function dateOf(text: string): number | undefined {
  const time = HTTP_DATE.test(text.trim()) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
