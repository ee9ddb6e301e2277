import { Fault } from '@stadtfunk/kernel';
import type { Delivery, DeliveryKey } from '@stadtfunk/maintenance';
import { isoOrNull } from '../schemas.ts';

/** Of ids and cursors: numbers that are safe, and none that a database would refuse. */
const EVENT_ID = /^[1-9]\d{0,14}$/;

export function toDeliveryBody({ eventId, channel, attempts, deliveredAt, lastError, givenUpAt }: Delivery) {
  return {
    eventId: String(eventId),
    channel,
    state:
      deliveredAt !== null ? ('delivered' as const) : givenUpAt !== null ? ('dead' as const) : ('waiting' as const),
    attempts,
    lastError,
    deliveredAt: isoOrNull(deliveredAt),
    givenUpAt: isoOrNull(givenUpAt),
  };
}

/** The delivery that a path names; undefined: there can be none. */
export function deliveryKeyOf(eventId: string, channel: string): DeliveryKey | undefined {
  return EVENT_ID.test(eventId) ? { eventId: Number(eventId), channel } : undefined;
}

export function deliveryCursor({ eventId, channel }: DeliveryKey): string {
  return Buffer.from(JSON.stringify(['deliveries', String(eventId), channel])).toString('base64url');
}

/** Faults: `cursor.invalid`. */
export function readDeliveryCursor(cursor: string): DeliveryKey {
  const [list, eventId, channel] = partsOf(cursor);
  const key = list === 'deliveries' && channel !== undefined ? deliveryKeyOf(eventId ?? '', channel) : undefined;
  if (!key) throw new Fault('cursor.invalid', 'the cursor is not one that this list gave out', false);
  return key;
}

function partsOf(cursor: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) && parts.length === 3 ? parts.map(String) : [];
  } catch {
    return [];
  }
}
