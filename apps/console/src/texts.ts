import type { Text } from './api.ts';

export type Language = keyof Text;

const TEXTS = {
  skip: { de: 'Zum Inhalt', en: 'Skip to content' },
  signOut: { de: 'Abmelden', en: 'Sign out' },
  otherLanguage: { de: 'English', en: 'Deutsch' },
  signIn: { de: 'Anmelden', en: 'Sign in' },
  signInHint: {
    de: 'Mit dem API-Token, oder mit dem Link, den der Server beim Start ausgibt.',
    en: 'With the API token, or with the link that the server prints when it starts.',
  },
  token: { de: 'API-Token', en: 'API token' },
  wrongToken: { de: 'Das Token ist falsch.', en: 'The token is wrong.' },
  wrongCode: {
    de: 'Der Link ist verbraucht oder zu alt. Bitte mit dem Token anmelden.',
    en: 'The link has been used or is too old. Please sign in with the token.',
  },
  tooMany: {
    de: 'Zu viele Fehlversuche. Bitte einige Minuten warten.',
    en: 'Too many failed attempts. Please wait a few minutes.',
  },
  loading: { de: 'Wird geladen …', en: 'Loading …' },
  loadFailed: { de: 'Die Listen konnten nicht geladen werden.', en: 'The lists could not be loaded.' },
  retry: { de: 'Erneut versuchen', en: 'Try again' },
  live: { de: 'Live', en: 'Live' },
  reconnecting: { de: 'Verbindung wird wiederhergestellt …', en: 'Reconnecting …' },
  alerts: { de: 'Meldungen', en: 'Alerts' },
  jobs: { de: 'Aufträge', en: 'Jobs' },
  openAlerts: { de: 'Offene Meldungen', en: 'Open alerts' },
  unseen: { de: 'Nicht quittiert', en: 'Unacknowledged' },
  openJobs: { de: 'Laufende Aufträge', en: 'Active jobs' },
  overdue: { de: 'Überfällig', en: 'Overdue' },
  overview: { de: 'Überblick', en: 'Overview' },
  noAlerts: { de: 'Keine offenen Meldungen. Alles ruhig.', en: 'No open alerts. All quiet.' },
  noJobs: { de: 'Keine laufenden Aufträge.', en: 'No active jobs.' },
  more: { de: 'Weitere {n} anzeigen', en: 'Show {n} more' },
  acknowledge: { de: 'Quittieren', en: 'Acknowledge' },
  acknowledged: { de: 'Quittiert von {n}', en: 'Acknowledged by {n}' },
  assign: { de: 'Zuweisen', en: 'Assign' },
  start: { de: 'Beginnen', en: 'Start' },
  done: { de: 'Erledigt', en: 'Done' },
  assignee: { de: 'Wer übernimmt?', en: 'Who takes it?' },
  note: { de: 'Was wurde gemacht?', en: 'What was done?' },
  optional: { de: 'freiwillig', en: 'optional' },
  save: { de: 'Speichern', en: 'Save' },
  cancel: { de: 'Abbrechen', en: 'Cancel' },
  department: { de: 'Amt', en: 'Department' },
  allDepartments: { de: 'Alle', en: 'All' },
  due: { de: 'fällig {n}', en: 'due {n}' },
  wasDue: { de: 'war {n} fällig', en: 'was due {n}' },
  device: { de: 'Gerät', en: 'Device' },
  changedMeanwhile: {
    de: 'Inzwischen hat jemand diesen Auftrag geändert. Er ist jetzt auf dem neuesten Stand.',
    en: 'Somebody has changed this job meanwhile. It is now up to date.',
  },
  notPossible: { de: 'Das ging nicht: {n}', en: 'That did not work: {n}' },
  serverAway: { de: 'Der Server ist nicht erreichbar.', en: 'The server cannot be reached.' },
  newAlert: { de: 'Neue Meldung: {n}', en: 'New alert: {n}' },
  ledger: { de: 'Kontobuch', en: 'Ledger' },
  received: { de: 'empfangen', en: 'received' },
  processed: { de: 'verarbeitet', en: 'processed' },
  rejected: { de: 'abgewiesen', en: 'rejected' },
  waiting: { de: 'wartend', en: 'waiting' },
  stored: { de: 'Messwerte gespeichert', en: 'readings stored' },
  critical: { de: 'Kritisch', en: 'Critical' },
  major: { de: 'Schwer', en: 'Major' },
  minor: { de: 'Leicht', en: 'Minor' },
  warning: { de: 'Hinweis', en: 'Warning' },
  open: { de: 'Offen', en: 'Open' },
  assigned: { de: 'Zugewiesen', en: 'Assigned' },
  inProgress: { de: 'In Arbeit', en: 'In progress' },
  jobWaiting: { de: 'Wartet', en: 'Waiting' },
  verified: { de: 'Bestätigt', en: 'Verified' },
  cancelled: { de: 'Verworfen', en: 'Cancelled' },
  urgent: { de: 'Dringend', en: 'Urgent' },
  high: { de: 'Hoch', en: 'High' },
} as const satisfies Record<string, Text>;

export type TextName = keyof typeof TEXTS;

const KEY = 'stadtfunk.language';
let language: Language = localStorage.getItem(KEY) === 'en' ? 'en' : 'de';

export function currentLanguage(): Language {
  return language;
}

export function switchLanguage(): void {
  language = language === 'de' ? 'en' : 'de';
  localStorage.setItem(KEY, language);
}

/** A text of the page, with `{n}` filled in. */
export function say(name: TextName, filling: string | number = ''): string {
  return TEXTS[name][language].replace('{n}', String(filling));
}

/** A text that came with the data. */
export function pick(text: Text): string {
  return text[language];
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `vor 5 Minuten`, `in 2 days`. */
export function relativeTime(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

export function absoluteTime(iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function number(value: number): string {
  return new Intl.NumberFormat(language).format(value);
}
