import type { Digest } from '@stadtfunk/maintenance';
import { mailSubject, timeText, type MailTextOptions } from './mail-text.ts';
import { WORDS } from './words.ts';

/** Subject and plain text of the mail that lists what was withheld. */
export function digestText(digest: Digest, options: MailTextOptions): { subject: string; text: string } {
  const { count, department, from, until, events } = digest;
  const words = WORDS[options.language];
  const { language, zone, consoleUrl } = options;
  const subject = `[${words.digest}] ${department === '' ? '' : `${department}: `}${count} ${words.withheld}`;
  const more = count - events.length;
  const lines = [
    subject,
    `${timeText(from, language, zone)} – ${timeText(until, language, zone)}`,
    '',
    ...events.map((event) => `- ${timeText(event.at, language, zone)}  ${mailSubject(event, options)}`),
    ...(more > 0 ? [`- … + ${more}`] : []),
    ...(consoleUrl === null ? [] : ['', `${words.console}: ${consoleUrl}`]),
    '',
    words.automatic,
  ];
  return { subject, text: `${lines.join('\n')}\n` };
}
