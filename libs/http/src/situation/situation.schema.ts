import { ASSET_TYPES } from '@stadtfunk/devices';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime, severity } from '../schemas.ts';

export const situationAsset = z
  .strictObject({
    assetId: z.string(),
    type: z.enum(ASSET_TYPES),
    name: z.string().nullable(),
    coordinates: z.tuple([z.number(), z.number()]).describe('longitude, latitude, degrees, WGS 84'),
    district: z.string().nullable(),
    department: z.string().describe('who owns it'),
    alerts: z
      .array(z.strictObject({ alertId: z.string(), severity }))
      .describe('open ones that are not suppressed, the worst first'),
    jobIds: z.array(z.string()).describe('that are not closed, the newest first'),
    lastContactAt: isoTime.nullable().describe('of any of its devices; null: never'),
  })
  .meta({ id: 'SituationAsset', description: 'An asset as it stands on the map' });

export const showSituation = operation({
  summary:
    'All assets of the city with how they fare, in one answer. `If-None-Match` asks whether anything has changed',
  tag: 'situation',
  headers: { 'if-none-match': 'ETag of the answer before: 304 where nothing has changed' },
  answer: {
    status: 200,
    schema: z.strictObject({ at: isoTime, assets: z.array(situationAsset) }).meta({ id: 'Situation' }),
  },
});
