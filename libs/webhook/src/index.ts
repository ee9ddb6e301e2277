export { signatureOf, SIGNATURE_HEADER } from './signature.ts';
export { WebhookChannel, type WebhookOptions } from './webhook-channel.ts';
