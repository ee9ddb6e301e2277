export { MailChannel, type MailLog, type MailOptions } from './mail-channel.ts';
export { type MailLanguage } from './mail-text.ts';
export { type MailRecipient } from './recipients.ts';
