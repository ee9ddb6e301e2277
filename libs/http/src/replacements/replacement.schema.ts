import { z } from 'zod';
import { device } from '../devices/device.schema.ts';
import { operation } from '../operation.ts';
import { pathId } from '../schemas.ts';

const params = z.strictObject({ assetId: pathId });
const deviceId = z.string().min(1).max(64);

export const listCandidates = operation({
  summary: 'Free devices that can sit on an asset: those heard last first',
  tag: 'assets',
  params,
  query: z.strictObject({
    q: z.string().min(1).max(200).exactOptional().describe('of its id or IMEI; the last digits are enough'),
    limit: z.coerce.number().int().min(1).max(50).default(20),
  }),
  answer: { status: 200, schema: z.strictObject({ items: z.array(device), next: z.null() }) },
  problems: { 404: 'no such asset' },
});

export const replaceDevice = operation({
  summary: 'Put another device on an asset: binds it, puts it into service, and takes the former one off',
  tag: 'assets',
  params,
  body: z
    .strictObject({
      device: deviceId.describe('the one that comes'),
      replaces: deviceId.nullable().default(null).describe('the one that goes; null: none'),
      then: z
        .enum(['active', 'maintenance', 'retired'])
        .default('maintenance')
        .describe('the lifecycle of the one that goes'),
    })
    .meta({ id: 'Replacement' }),
  answer: { status: 200, schema: z.strictObject({ assetId: z.string(), device, former: device.nullable() }) },
  problems: {
    404: 'no such asset',
    409: 'the device sits elsewhere, or the one that it replaces does not sit here',
    422: 'no such device, one that is retired, or a model that does not fit the asset',
  },
});
