import { useLanguage } from '../i18n/language.ts';
import { type Texts, useTexts } from '../i18n/texts.ts';

/** What recurs, by the names of its tasks. */
const TASKS = {
  'escalate-overdue': { de: 'Überfällige Aufträge eskalieren', en: 'Escalate overdue jobs' },
  'escalate-alerts': { de: 'Nicht quittierte Alarme eskalieren', en: 'Escalate unacknowledged alerts' },
  'flag-unproven': { de: 'Erledigtes ohne Bestätigung melden', en: 'Flag what is done without proof' },
  'notification-digest': { de: 'Zurückgehaltene Benachrichtigungen bündeln', en: 'Digest of held notifications' },
  'purge-outbox': { de: 'Zugestellte Ereignisse löschen', en: 'Delete events that were delivered' },
  'purge-photos': { de: 'Alte Fotos löschen', en: 'Delete old photos' },
  'purge-accounts': { de: 'Alte Sitzungen und Protokolle löschen', en: 'Delete old sessions and audit entries' },
  'purge-readings': { de: 'Alte Messwerte löschen', en: 'Delete old readings' },
  'purge-quality': { de: 'Alte Zahlen zur Datenqualität löschen', en: 'Delete old figures of data quality' },
  'roll-up': { de: 'Messwerte zusammenfassen', en: 'Roll up readings' },
} as const satisfies Texts;

/** How the API says when something recurs, and how that is said in German. */
const RECURRENCES: readonly (readonly [english: RegExp, german: string])[] = [
  [/^every minute$/, 'jede Minute'],
  [/^every (\d+) minutes$/, 'alle $1 Minuten'],
  [/^every hour at minute (\d+)$/, 'stündlich zur Minute $1'],
  [/^every day at (\d\d:\d\d)$/, 'täglich um $1 Uhr'],
];

/** German for a recurrence; what is new is told as the API does. */
export function recurrenceInGerman(recurrence: string): string {
  const known = RECURRENCES.find(([english]) => english.test(recurrence));
  return known ? recurrence.replace(...known) : recurrence;
}

export function useScheduleWords(): { name(task: string): string; recurrence(text: string): string } {
  const t = useTexts(TASKS);
  const language = useLanguage();
  return {
    name: (task) => (Object.hasOwn(t, task) ? t[task as keyof typeof TASKS] : task),
    recurrence: (text) => (language === 'de' ? recurrenceInGerman(text) : text),
  };
}
