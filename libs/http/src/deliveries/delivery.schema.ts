import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pageQuery, pathId } from '../schemas.ts';

export const delivery = z
  .strictObject({
    eventId: z.string().describe('the `id` of the event as it is delivered'),
    channel: z.string(),
    state: z.enum(['waiting', 'delivered', 'dead']),
    attempts: z.int(),
    lastError: z.string().nullable().describe('code and detail of the last failure'),
    deliveredAt: isoTime.nullable(),
    givenUpAt: isoTime.nullable(),
  })
  .meta({ id: 'Delivery', description: 'How an event fares on a channel, such as `webhook`' });

export const listDeliveries = operation({
  summary: 'Events that could not be delivered and were given up',
  tag: 'deliveries',
  query: z.strictObject({ state: z.literal('dead').default('dead'), ...pageQuery }),
  answer: { status: 200, schema: pageOf(delivery) },
});

export const retryDelivery = operation({
  summary: 'Try a delivery that was given up again, from the first attempt',
  tag: 'deliveries',
  params: z.strictObject({ eventId: pathId, channel: pathId }),
  answer: { status: 200, schema: delivery },
  problems: { 404: 'no such delivery', 409: 'it was not given up' },
});
