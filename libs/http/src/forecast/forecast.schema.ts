import { NO_BATTERY_FORECAST, NO_FILL_FORECAST } from '@stadtfunk/forecast';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { deviceId, isoTime, pathId } from '../schemas.ts';

const moments = {
  expectedAt: isoTime.nullable().describe('as likely before as after; null: beyond 60 days'),
  earliestAt: isoTime.nullable().describe('in one of ten cases it is before'),
  latestAt: isoTime.nullable().describe('in one of ten cases it is after; null: nobody knows'),
};

const filling = z
  .strictObject({
    observedAt: isoTime.describe('of the newest reading that was believed'),
    fillingLevel: z.number().describe('by this reading and those before'),
    ratePerDay: z.number().describe('levels (0..1) that come in on an average day'),
    ratePerWeekday: z.array(z.number()).length(7).describe('from Monday to Sunday, local days'),
    reaches: z.array(z.strictObject({ fillingLevel: z.number(), ...moments })).describe('if nobody empties it before'),
    reason: z
      .enum([...NO_FILL_FORECAST, 'outdated'])
      .nullable()
      .describe('why `reaches` is empty'),
  })
  .meta({ id: 'FillingForecast' });

export const battery = z
  .strictObject({
    deviceId,
    low: z
      .strictObject({
        ...moments,
        quantity: z.enum(['batteryLevel', 'batteryVoltage']).describe('what tells'),
        below: z.number(),
      })
      .nullable(),
    reason: z.enum(NO_BATTERY_FORECAST).nullable().describe('why `low` is null'),
  })
  .meta({ id: 'BatteryForecast' });

export const showForecast = operation({
  summary: 'When a container will be full, and when the batteries of its sensors will be low',
  tag: 'assets',
  params: z.strictObject({ assetId: pathId }),
  answer: {
    status: 200,
    schema: z
      .strictObject({
        assetId: z.string(),
        computedAt: isoTime,
        filling: filling.nullable().describe('null: no filling level was measured'),
        batteries: z.array(battery).describe('of the devices at the asset'),
      })
      .meta({ id: 'Forecast' }),
  },
  problems: { 404: 'no such asset' },
});
