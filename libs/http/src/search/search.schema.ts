import { ASSET_TYPES, LIFECYCLES } from '@stadtfunk/devices';
import { z } from 'zod';
import { point } from '../assets/asset.schema.ts';
import { operation } from '../operation.ts';
import { isoTime, listOf } from '../schemas.ts';

const KINDS = ['asset', 'device'] as const;

const assetHit = z
  .strictObject({
    kind: z.literal('asset'),
    assetId: z.string(),
    type: z.enum(ASSET_TYPES),
    name: z.string().nullable(),
    number: z.string().nullable().describe('the public one: of the pole, the serial number or the feeder pillar'),
    address: z.string().nullable().describe('in one line'),
    district: z.string().nullable(),
    location: point,
  })
  .meta({ id: 'AssetHit' });

const deviceHit = z
  .strictObject({
    kind: z.literal('device'),
    deviceId: z.string(),
    model: z.string(),
    lifecycle: z.enum(LIFECYCLES),
    imei: z.string().nullable(),
    assetId: z.string().nullable(),
    lastContactAt: isoTime.nullable(),
  })
  .meta({ id: 'DeviceHit' });

export const searchRegistry = operation({
  summary: 'Assets and devices by public number, name, address, id or IMEI (its last digits are enough)',
  tag: 'assets',
  query: z.strictObject({
    q: z.string().min(1).max(200).describe('words, or the beginnings of words: all of them have to be there'),
    kind: listOf(KINDS, 'kind')
      .default([...KINDS])
      .describe('asset, device, or both'),
    limit: z.coerce.number().int().min(1).max(50).default(10).describe('of each kind'),
  }),
  answer: {
    status: 200,
    schema: z.strictObject({ items: z.array(z.discriminatedUnion('kind', [assetHit, deviceHit])), next: z.null() }),
  },
});
