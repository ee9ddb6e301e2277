import { CLOCK_VERDICTS } from '@stadtfunk/readings';
import { z } from 'zod';
import { alert } from '../alerts/alert.schema.ts';
import { battery } from '../forecast/forecast.schema.ts';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pathId } from '../schemas.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable().describe('0..1; null: nothing to count');

const link = z
  .strictObject({
    observedAt: isoTime,
    rsrp: z.number().optional().describe('dBm'),
    rsrq: z.number().optional().describe('dB'),
    snr: z.number().optional().describe('dB'),
    csq: z.number().optional(),
    rssi: z.number().optional().describe('dBm'),
    coverage: z
      .int()
      .min(0)
      .max(2)
      .nullable()
      .describe('NB-IoT coverage enhancement level, estimated from RSRP; null: no RSRP'),
  })
  .meta({ id: 'LinkQuality' });

export const deviceHealth = z
  .strictObject({
    deviceId: z.string(),
    computedAt: isoTime,
    lastContactAt: isoTime.nullable(),
    lastMeasurementAt: isoTime
      .nullable()
      .describe('when the newest uplink arrived that measured something of the asset'),
    reporting: z.strictObject({
      interval: z.string().describe('as it is set, or as its model does'),
      learnedInterval: z.string().nullable().describe('out of its last gaps; null: too few of them'),
      jitter: z.string().nullable(),
    }),
    firmware: z.string().nullable().describe('as its payloads name it'),
    clock: z.enum(CLOCK_VERDICTS).nullable().describe('the verdict on its newest reading'),
    counts: z
      .strictObject({
        processed: count,
        rejected: count,
        decoded: count,
        stored: count,
        duplicate: count,
        quarantined: count,
        late: count.describe('stored, but observed more than 30 minutes before they arrived'),
        clockRepaired: count,
        clockUnknown: count,
      })
      .nullable()
      .describe('null: it never sent'),
    shares: z.strictObject({
      rejected: share.describe('of its uplinks'),
      duplicate: share.describe('of what was decoded'),
      quarantined: share.describe('of what was decoded'),
      late: share.describe('of what was stored'),
      clockRepaired: share.describe('of what was stored'),
      clockUnknown: share.describe('of what was stored'),
    }),
    link: link
      .nullable()
      .describe('the newest that is known of its radio link; readings of rsrp, rsrq, snr tell its course'),
    battery,
    alerts: z.array(alert).describe('open ones of it'),
  })
  .meta({ id: 'DeviceHealth' });

export const binding = z
  .strictObject({
    deviceId: z.string(),
    model: z.string(),
    assetId: z.string(),
    from: isoTime,
    until: isoTime.nullable().describe('null: it sits there now'),
  })
  .meta({ id: 'Binding' });

const device = z.strictObject({ deviceId: pathId });
const asset = z.strictObject({ assetId: pathId });

export const showDeviceHealth = operation({
  summary: 'How a device fares: contact, rhythm, clock, radio link, battery, what came of its uplinks, open alerts',
  tag: 'devices',
  params: device,
  answer: { status: 200, schema: deviceHealth },
  problems: { 404: 'no such device' },
});

export const listDeviceBindings = operation({
  summary: 'On which assets a device sat, newest first',
  tag: 'devices',
  params: device,
  answer: { status: 200, schema: pageOf(binding) },
  problems: { 404: 'no such device' },
});

export const listAssetBindings = operation({
  summary: 'Which devices sat on an asset, newest first',
  tag: 'assets',
  params: asset,
  answer: { status: 200, schema: pageOf(binding) },
  problems: { 404: 'no such asset' },
});
