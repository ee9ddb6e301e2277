import { LETTER_STATES } from '@stadtfunk/ingest';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { duration, isoTime } from '../schemas.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();

const counts = z.strictObject({
  processed: count,
  rejected: count,
  decoded: count,
  stored: count,
  duplicate: count,
  quarantined: count,
  late: count,
  clockRepaired: count,
  clockUnknown: count,
});

const shares = z.strictObject({
  rejected: share,
  duplicate: share,
  quarantined: share,
  late: share,
  clockRepaired: share,
  clockUnknown: share,
});

const modelQuality = z
  .strictObject({
    model: z.string(),
    firmware: z.string().nullable().describe('as payloads name it; null: they do not, or it never sent'),
    devices: count,
    heard: count.describe('have ever sent'),
    counts,
    shares,
  })
  .meta({ id: 'ModelQuality' });

const reason = z.strictObject({ code: z.string(), count });

const dayQuality = z
  .strictObject({ day: z.iso.date().describe('of the city'), counts, shares })
  .meta({ id: 'DayQuality' });

export const showQuality = operation({
  summary: 'How good the data is: by model and firmware, by day, by reason, and who is silent',
  tag: 'quality',
  query: z.strictObject({
    days: z.coerce.number().int().min(1).max(366).default(14).describe('of the trend and the reasons, up to today'),
    silentFor: duration(60_000, 366 * 86_400_000)
      .exactOptional()
      .describe('from when on a device counts as silent; P1D'),
  }),
  answer: {
    status: 200,
    schema: z
      .strictObject({
        computedAt: isoTime,
        today: z.iso.date().describe('the day of the city on which it is asked'),
        models: z.array(modelQuality).describe('over all time, of registered devices'),
        days: z.array(dayQuality).describe('oldest first; days on which nothing came are left out'),
        quarantined: z.array(reason).describe('readings in these days by reason, most frequent first'),
        rejected: z.array(reason).describe('uplinks in these days by reason, most frequent first'),
        letters: z
          .array(z.strictObject({ code: z.string(), state: z.enum(LETTER_STATES), count }))
          .describe('dead letters, over all time'),
        silent: z.strictObject({
          since: isoTime,
          count: count.describe('devices in service that were not heard since'),
          devices: z
            .array(
              z.strictObject({
                deviceId: z.string(),
                model: z.string(),
                assetId: z.string().nullable(),
                lastContactAt: isoTime.nullable(),
              }),
            )
            .describe('the longest silence first, at most 100'),
        }),
      })
      .meta({ id: 'DataQuality' }),
  },
});
