import { durationMs } from '@stadtfunk/kernel';
import { SEVERITIES } from '@stadtfunk/maintenance';
import { z } from 'zod';

/** A moment in an answer: ISO 8601, UTC, with milliseconds. */
export const isoTime = z.iso.datetime({ precision: 3 });

export function isoOf(time: number): string {
  return new Date(time).toISOString();
}

export function isoOrNull(time: number | null): string | null {
  return time === null ? null : isoOf(time);
}

/** A moment in a request, with its offset; becomes UTC ms. A `+` that a query string turned into a space is mended. */
export const instant = z
  .string()
  .meta({ format: 'date-time' })
  .transform((text, context) => {
    const mended = text.replace(' ', '+');
    const time = z.iso.datetime({ offset: true }).safeParse(mended).success ? Date.parse(mended) : NaN;
    if (!Number.isNaN(time)) return time;
    context.addIssue({
      code: 'custom',
      message: 'must be an ISO 8601 time with Z or an offset, like 2026-11-21T08:00:00Z',
    });
    return z.NEVER;
  });

/** An ISO 8601 duration in a request; becomes ms. */
export function duration(minMs: number, maxMs: number) {
  return z
    .string()
    .max(40)
    .meta({ format: 'duration' })
    .transform((text, context) => {
      const ms = durationMs(text);
      if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
      const message = `must be an ISO 8601 duration between ${isoDuration(minMs)} and ${isoDuration(maxMs)}, like PT1H`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}

/** `PT90S` becomes `PT1M30S`: the duration in days, hours, minutes and seconds. */
export function isoDuration(ms: number): string {
  const parts = [86_400_000, 3_600_000, 60_000, 1000].map((unit, index, units) =>
    index === 3 ? (ms % units[2]!) / unit : Math.floor((index === 0 ? ms : ms % units[index - 1]!) / unit),
  );
  const text = (value: number | undefined, letter: string) => (value ? `${value}${letter}` : '');
  const time = text(parts[1], 'H') + text(parts[2], 'M') + text(parts[3], 'S');
  const date = text(parts[0], 'D');
  return date || time ? `P${date}${time && `T${time}`}` : 'PT0S';
}

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().min(1).max(512).exactOptional().describe('the `next` of the page before'),
};

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe('pass as `after`; null: no more'),
  });
}

/** A page of the domain as it is sent. */
export function toPage<T, Item>(page: { items: readonly T[]; next: string | null }, toItem: (thing: T) => Item) {
  return { items: page.items.map(toItem), next: page.next };
}

/** `a,b` of a query string, as a list of known words. */
export function listOf<const Word extends string>(words: readonly Word[], noun: string) {
  return z
    .string()
    .max(2000)
    .transform((text, context): Word[] => {
      const given = text.split(',').map((word) => word.trim());
      const known = given.filter((word): word is Word => (words as readonly string[]).includes(word));
      if (known.length === given.length) return known;
      const strange = given.filter((word) => !(words as readonly string[]).includes(word)).map((word) => `'${word}'`);
      context.addIssue({ code: 'custom', message: `no ${noun}: ${strange.join(', ')}; there are ${words.join(', ')}` });
      return z.NEVER;
    });
}

export const text = z.strictObject({ de: z.string(), en: z.string() });
export const severity = z.enum(SEVERITIES);

/** Ids of assets and devices. A device's becomes a level of its MQTT topic and its user name. */
export const assetId = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -');
export const deviceId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ : -');

/** Any id in a path: what does not look like one is simply unknown. */
export const pathId = z.string().min(1).max(256);

export const note = z.string().trim().min(1).max(2000);

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('stable, `noun.reason`'),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' });
