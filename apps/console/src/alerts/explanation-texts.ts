import type { Texts } from '../i18n/texts.ts';

export const EXPLANATION_TEXTS = {
  raised: {
    de: 'Die Regel „{rule}“ (Version {version}) hat diesen Alarm am {time} ausgelöst.',
    en: 'The rule “{rule}” (version {version}) raised this alert on {time}.',
  },
  held: {
    de: 'Die Bedingung galt seit {time} und musste {duration} lang gelten.',
    en: 'The condition held since {time} and had to hold for {duration}.',
  },
  heldAtOnce: {
    de: 'Die Bedingung galt seit {time}; eine Messung genügte.',
    en: 'The condition held since {time}; one reading was enough.',
  },
  because: { de: 'Das hat entschieden:', en: 'This decided it:' },
  otherWay: {
    de: 'Nicht erfüllt war der andere Weg zu diesem Alarm:',
    en: 'The other way to this alert was not fulfilled:',
  },
  worse: {
    de: 'Am {time} wurde er „{severity}“. Das hat entschieden:',
    en: 'On {time} it became “{severity}”. This decided it:',
  },
  worseByTime: {
    de: 'Am {time} wurde er „{severity}“, weil er {duration} lang bestand.',
    en: 'On {time} it became “{severity}”, because it had lasted for {duration}.',
  },
  clears: { de: 'Er endet, wenn {duration}gilt:', en: 'It clears when this is true{duration}:' },
  clearsFor: { de: '{duration} lang ', en: ' for {duration}' },
  clearsHeard: {
    de: 'Er endet mit der nächsten Meldung des Geräts.',
    en: 'It clears with the next message of the device.',
  },
  clearsMeasured: { de: 'Er endet mit der nächsten Messung.', en: 'It clears with the next reading.' },
  cleared: { de: 'Beendet am {time}, {how}.', en: 'Cleared on {time}, {how}.' },
  isTrue: { de: 'erfüllt', en: 'true' },
  isFalse: { de: 'nicht erfüllt', en: 'not true' },
  isOpen: { de: 'nicht zu beantworten', en: 'could not be answered' },
  compared: {
    de: '{name} {operator} {limit} – gemessen: {value}',
    en: '{name} {operator} {limit} – measured: {value}',
  },
  wanted: { de: '{name} {operator} {limit}', en: '{name} {operator} {limit}' },
  noMore: { de: 'nicht mehr: {text}', en: 'no longer: {text}' },
  '>=': { de: 'mindestens', en: 'at least' },
  '>': { de: 'über', en: 'above' },
  '<=': { de: 'höchstens', en: 'at most' },
  '<': { de: 'unter', en: 'below' },
  '==': { de: 'gleich', en: 'equal to' },
  '!=': { de: 'nicht', en: 'not' },
  yes: { de: 'ja', en: 'yes' },
  no: { de: 'nein', en: 'no' },
  valueIs: { de: '{name}: {value}', en: '{name}: {value}' },
  previous: { de: '{name} der Messung davor', en: '{name} of the reading before' },
  ofAsset: { de: '{name} des Objekts', en: '{name} of the asset' },
  silence: { de: 'Funkstille', en: 'Silence' },
  interval: { de: 'üblicher Abstand der Meldungen', en: 'usual time between messages' },
  jitter: { de: 'übliche Schwankung', en: 'usual variation' },
  sunAltitude: { de: 'Sonnenhöhe', en: 'Altitude of the sun' },
  localHour: { de: 'Uhrzeit (Stunde)', en: 'Time of day (hour)' },
  weekday: { de: 'Wochentag', en: 'Day of the week' },
  holiday: { de: 'Feiertag', en: 'Public holiday' },
  hoursUntilFull: { de: 'Stunden bis voll', en: 'Hours until full' },
  daysUntilBatteryLow: { de: 'Tage bis Batterie schwach', en: 'Days until battery is low' },
  asWritten: { de: 'Wie es in der Regel steht', en: 'As it stands in the rule' },
} as const satisfies Texts;

export type ExplanationTexts = { readonly [Name in keyof typeof EXPLANATION_TEXTS]: string };
