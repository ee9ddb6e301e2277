import { CLOCK_VERDICTS, QUANTITY_NAMES } from '@stadtfunk/readings';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { deviceId, instant, isoTime, listOf, pageOf, pathId } from '../schemas.ts';

export const values = z.partialRecord(z.enum(QUANTITY_NAMES), z.union([z.number(), z.boolean()]));

export const reading = z
  .strictObject({
    observedAt: isoTime.describe('by the device, where its clock can be believed; with `every`: start of the bucket'),
    receivedAt: isoTime.nullable().describe('null with `every`'),
    values,
    clock: z.enum(CLOCK_VERDICTS).nullable().describe('null with `every`'),
    quality: z.int().min(0).max(4).nullable().describe('uCIFI 6042: 3 suspicious, 4 accepted; null with `every`'),
    deviceId: deviceId.optional().describe('absent with `every`'),
    count: z.int().optional().describe('readings in the bucket; only with `every`'),
  })
  .meta({ id: 'Reading' });

const SHORT = /^(\d{1,4})(m|h|d)$/;

/** `15m`, `1h`, `1d` or an ISO 8601 duration; whole days are local calendar days. */
const every = z
  .string()
  .max(20)
  .regex(/^(?:\d{1,4}[mhd]|P.+)$/, 'must be like 15m, 1h, 1d, or an ISO 8601 duration like PT15M')
  .transform((text) => {
    const [, count, unit] = SHORT.exec(text) ?? [];
    if (count === undefined) return text;
    return unit === 'd' ? `P${count}D` : `PT${count}${unit!.toUpperCase()}`;
  });

const timeZone = z.string().max(64).refine(isTimeZone, 'is no time zone like Europe/Berlin');

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

export const readingQuery = z.strictObject({
  from: instant.exactOptional().describe('inclusive; absent: from the first, or as many buckets back as `limit` says'),
  to: instant.exactOptional().describe('exclusive; absent: to the last'),
  quantity: listOf(QUANTITY_NAMES, 'quantity').exactOptional().describe('only these, separated by commas'),
  every: every.exactOptional().describe('means of numbers and shares of true per bucket: 15m, 1h, 1d, PT15M'),
  zone: timeZone.exactOptional().describe('whose days `every=1d` means; absent: that of the city'),
  order: z.enum(['asc', 'desc']).default('asc').describe('by observedAt'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().min(1).max(512).exactOptional().describe('the `next` of the page before'),
});

export type ReadingQueryInput = z.output<typeof readingQuery>;

export const listAssetReadings = operation({
  summary: 'What was measured at an asset, by whichever device sat there',
  tag: 'readings',
  params: z.strictObject({ assetId: pathId }),
  query: readingQuery,
  answer: { status: 200, schema: pageOf(reading) },
  problems: { 404: 'no such asset' },
});

export const listDeviceReadings = operation({
  summary: 'What a device reported about itself: battery, link quality',
  tag: 'readings',
  params: z.strictObject({ deviceId: pathId }),
  query: readingQuery,
  answer: { status: 200, schema: pageOf(reading) },
  problems: { 404: 'no such device' },
});

export const quantity = z
  .strictObject({
    name: z.enum(QUANTITY_NAMES),
    unit: z.string().describe('UCUM'),
    kind: z.enum(['number', 'flag']),
    min: z.number().nullable(),
    max: z.number().nullable(),
    of: z.enum(['asset', 'device']),
    label: z.strictObject({ de: z.string(), en: z.string() }),
    source: z.string(),
  })
  .meta({ id: 'Quantity' });

export const listQuantities = operation({
  summary: 'All quantities with their units and ranges',
  tag: 'readings',
  answer: { status: 200, schema: pageOf(quantity) },
});
