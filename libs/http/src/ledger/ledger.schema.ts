import { z } from 'zod';
import { operation } from '../operation.ts';
import { pathId } from '../schemas.ts';

const count = z.int().min(0);

export const ledgerReport = z
  .strictObject({
    uplinks: z.strictObject({ received: count, processed: count, rejected: count, waiting: count }),
    readings: z.strictObject({ decoded: count, stored: count, duplicate: count, quarantined: count }),
    rules: z.strictObject({ waiting: count }),
  })
  .meta({
    id: 'Ledger',
    description:
      'received = processed + rejected + waiting; decoded = stored + duplicate + quarantined; rules: uplinks not judged yet',
  });

export const showLedger = operation({
  summary: 'What became of everything that was received',
  tag: 'ledger',
  answer: { status: 200, schema: ledgerReport },
});

export const showDeviceLedger = operation({
  summary: 'What became of everything that a device sent',
  tag: 'ledger',
  params: z.strictObject({ deviceId: pathId }),
  answer: { status: 200, schema: ledgerReport },
  problems: { 404: 'no such device', 503: 'others are searching; try again' },
});
