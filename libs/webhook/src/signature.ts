import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'Stadtfunk-Signature';

/**
 * `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`. The time is signed too, so that a receiver can refuse what
 * somebody recorded and sends again later.
 */
export function signatureOf(secret: string, timeMs: number, body: string): string {
  const seconds = Math.floor(timeMs / 1000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
