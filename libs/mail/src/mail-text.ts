import type { Alert, Job, OutboxEvent } from '@stadtfunk/maintenance';
import { escalationOf } from './recipients.ts';
import { WORDS, type MailLanguage, type Words } from './words.ts';

export type { MailLanguage };

export interface MailTextOptions {
  readonly language: MailLanguage;
  /** IANA name of the city's time zone. */
  readonly zone: string;
  /** Where people reach the console; null: the mail has no link. */
  readonly consoleUrl: string | null;
}

/** Longer names are cut: nobody reads on, and mail servers fold or refuse endless headers. */
const MAX_LENGTH = 200;

/** Subject and plain text of the mail about an event. */
export function mailText(event: OutboxEvent, options: MailTextOptions): { subject: string; text: string } {
  const words = WORDS[options.language];
  const { data } = event;
  const { subject, facts } =
    'alertId' in data ? aboutAlert(event.type, data, words, options) : aboutJob(event.type, data, words, options);
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  const lines = [
    subject,
    '',
    ...facts.map(([label, value]) => `${`${label}:`.padEnd(width)}${oneLine(value)}`),
    ...(options.consoleUrl === null ? [] : ['', `${words.console}: ${options.consoleUrl}`]),
    '',
    words.automatic,
  ];
  return { subject, text: `${lines.join('\n')}\n` };
}

/** The subject of the mail about an event. */
export function mailSubject(event: OutboxEvent, options: MailTextOptions): string {
  return mailText(event, options).subject;
}

type About = { subject: string; facts: readonly (readonly [label: string, value: string])[] };

function aboutAlert(type: string, alert: Alert, words: Words, { language, zone }: MailTextOptions): About {
  const what = `${oneLine(alert.title[language])} – ${oneLine(alert.assetId ?? alert.deviceId)}`;
  const measured = Object.entries(alert.raisedBy.values).map(([quantity, value]) => `${quantity} ${value}`);
  return {
    subject: `[${words.alert}, ${words.severities[alert.severity]}${endOf(type, words)}] ${what}`,
    facts: [
      ...placeOf(alert, words),
      ...toldTo(alert, words),
      [words.raised, timeText(alert.raisedAt, language, zone)],
      ...(alert.clearedAt === null
        ? []
        : [[words.clearedAt, timeText(alert.clearedAt, language, zone)] satisfies [string, string]]),
      [words.measured, measured.join(', ') || '–'],
      [words.rule, `${alert.ruleId} (${alert.ruleVersion})`],
    ],
  };
}

function aboutJob(type: string, job: Job, words: Words, { language, zone }: MailTextOptions): About {
  const place = job.assetId ?? job.deviceId;
  const what = oneLine(job.title[language]) + (place === null ? '' : ` – ${oneLine(place)}`);
  return {
    subject: `[${words.job} ${job.number}${endOf(type, words)}] ${what}`,
    facts: [
      ...placeOf(job, words),
      ...toldTo(job, words),
      [words.department, job.department],
      [words.priority, words.priorities[job.priority]],
      [words.created, timeText(job.createdAt, language, zone)],
      [words.due, job.dueAt === null ? '–' : timeText(job.dueAt, language, zone)],
    ],
  };
}

/** Whom a step of an escalation calls. */
function toldTo(data: Alert | Job, words: Words): readonly (readonly [string, string])[] {
  const names = escalationOf(data).to.map(({ name }) => name);
  return names.length === 0 ? [] : [[words.toldTo, names.join(', ')]];
}

function endOf(type: string, words: Words): string {
  const word = words.types[type];
  return word === undefined ? '' : `, ${word}`;
}

function placeOf({ assetId, deviceId }: Pick<Job, 'assetId' | 'deviceId'>, words: Words) {
  const facts: [string, string][] = [];
  if (assetId !== null) facts.push([words.asset, assetId]);
  if (deviceId !== null) facts.push([words.device, deviceId]);
  return facts;
}

/**
 * Names come from files, forms and devices. A line break in one would begin a header or a false line of the mail, and a
 * direction mark could turn the rest of the line around.
 */
function oneLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  const characters = [...flat];
  return characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH - 1).join('')}…` : flat;
}

export function timeText(time: number, language: MailLanguage, timeZone: string): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
  const name = zone.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  return `${format.format(time)} ${name}`;
}
