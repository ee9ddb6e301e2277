import { CLOCK_VERDICTS } from '@stadtfunk/readings';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { values } from '../readings/reading.schema.ts';
import { isoTime, pathId } from '../schemas.ts';

const coded = z.strictObject({ code: z.string(), detail: z.string() });

const FATES = ['stored', 'repeated', 'missing', 'quarantined'] as const;

const sample = z.strictObject({
  kind: z.enum(['periodic', 'event', 'history']),
  deviceTime: z.string().nullable().describe('as the device said: ISO 8601, or ms if it is beyond that; null: nothing'),
  observedAt: isoTime.nullable().describe('null: it is quarantined'),
  clock: z.enum(CLOCK_VERDICTS).nullable(),
  quality: z.int().min(0).max(4).nullable(),
  sent: values.describe('in our quantities, before they were judged'),
  values: values.nullable().describe('as they are stored'),
  fate: z
    .enum(FATES)
    .describe(
      'stored: by this uplink; repeated: another one had brought it; missing: the time series does not hold it',
    ),
  refused: z.string().nullable().describe('why it is quarantined'),
});

/** What is in an uplink, as it is understood now. */
export const explained = {
  format: z.string().nullable().describe('null: the device or its model is not known'),
  decoded: z.unknown().describe("in the vendor's words and units; null: it cannot be decoded"),
  samples: z.array(sample),
  problems: z.array(coded).describe('what was left out'),
  error: coded.nullable().describe('why nothing of it can be used; null: something can'),
};

export const uplink = z
  .strictObject({
    sequence: z.int(),
    partition: z.int(),
    receivedAt: isoTime,
    topic: z.string(),
    qos: z.int().min(0).max(2),
    payload: z.strictObject({
      bytes: z.int(),
      hex: z.string().describe('the first 4 KiB'),
      text: z.string().nullable().describe('the same as UTF-8; null: it is none'),
    }),
    ...explained,
  })
  .meta({ id: 'Uplink', description: 'A raw uplink with what is in it, by the codec and the registration of now' });

export const listUplinks = operation({
  summary: 'Raw uplinks of a device that the uplink log still has, newest first, decoded',
  tag: 'devices',
  params: z.strictObject({ deviceId: pathId }),
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(50).default(20),
    before: z.coerce.number().int().min(1).exactOptional().describe('the `next` of the answer before'),
  }),
  answer: {
    status: 200,
    schema: z
      .strictObject({
        items: z.array(uplink),
        next: z.int().nullable().describe('pass as `before` to look further back; null: there is nothing more'),
        searchedTo: isoTime.nullable().describe('how far back was looked; null: the log is empty'),
        complete: z.boolean().describe('the log holds nothing older of this device'),
      })
      .meta({
        id: 'UplinkPage',
        description: 'A search is bounded in time: it may end before it has found `limit` uplinks',
      }),
  },
  problems: { 404: 'no such device', 503: 'others are searching; try again' },
});
