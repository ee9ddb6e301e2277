export type Language = 'de' | 'en';

const LABELS = {
  title: { de: 'Prüfung der Regeln', en: 'Exam of rules' },
  runs: { de: 'Läufe', en: 'runs' },
  deviceDays: { de: 'Gerätetage', en: 'device-days' },
  uplinks: { de: 'Uplinks', en: 'uplinks' },
  readings: { de: 'Messungen', en: 'readings' },
  scenarios: { de: 'Szenarien', en: 'Scenarios' },
  seeds: { de: 'Startwerte', en: 'Seeds' },
  perRule: { de: 'Je Regel', en: 'By rule' },
  rule: { de: 'Regel', en: 'rule' },
  all: { de: 'alle', en: 'all' },
  about: { de: 'betrifft', en: 'is about' },
  incidents: { de: 'Ereignisse', en: 'incidents' },
  visible: { de: 'sichtbar', en: 'visible' },
  found: { de: 'gefunden', en: 'found' },
  missed: { de: 'übersehen', en: 'missed' },
  recall: { de: 'Trefferquote', en: 'recall' },
  alerts: { de: 'Alarme', en: 'alerts' },
  false: { de: 'Fehlalarme', en: 'false' },
  misled: { de: 'getäuscht', en: 'misled' },
  undecided: { de: 'offen', en: 'undecided' },
  precision: { de: 'Genauigkeit', en: 'precision' },
  p50: { de: 'Dauer bis zum Alarm, p50', en: 'time to detect, p50' },
  p95: { de: 'p95', en: 'p95' },
  begin: { de: 'seit Beginn, p50', en: 'since begin, p50' },
  perYear: { de: 'Fehlalarme je Gerätejahr', en: 'false per device-year' },
  groups: { de: 'Gruppen', en: 'groups' },
  jobs: { de: 'Aufträge je Ereignis', en: 'jobs per incident' },
  unseen: { de: 'Was niemand sehen konnte', en: 'What nobody could have seen' },
  reason: { de: 'Grund', en: 'reason' },
  tooShort: { de: 'zu kurz', en: 'too short' },
  radio: { de: 'Funk', en: 'radio' },
  sensorWrong: { de: 'Sensor falsch', en: 'sensor wrong' },
  clockWrong: { de: 'Uhr falsch', en: 'clock wrong' },
  dead: { de: 'Gerät stumm', en: 'device silent' },
  notMeasured: { de: 'nicht gemessen', en: 'not measured' },
  tooEarly: { de: 'zu früh', en: 'too early' },
  tooFast: { de: 'zu schnell', en: 'too fast' },
  delays: { de: 'Vom ersten sichtbaren Augenblick bis zum Alarm', en: 'From the first visible moment to the alert' },
  delaysNote: {
    de: 'Balken: die Hälfte (p50); Strich: 95 von 100 (p95). Logarithmisch.',
    en: 'Bar: one half (p50); line: 95 of 100 (p95). Logarithmic.',
  },
  timeline: { de: 'Was war, und was gemeldet wurde', en: 'What was so, and what was told' },
  timelineNote: {
    de: 'Balken: was wirklich so war. Rauten: Alarme; rot: Fehlalarm, grau: getäuscht oder offen.',
    en: 'Bars: what was really so. Diamonds: alerts; red: a false one, grey: misled or undecided.',
  },
  curves: { de: 'Füllstände', en: 'Filling levels' },
  curvesNote: {
    de: 'Punkte: Messungen, wie sie ankamen; rot: falsche. Flächen: wirklich voll. Rauten: Alarme.',
    en: 'Dots: measurements as they arrived; red: wrong ones. Areas: really full. Diamonds: alerts.',
  },
  mistakes: { de: 'Fehler', en: 'Mistakes' },
  device: { de: 'Gerät', en: 'device' },
  what: { de: 'was', en: 'what' },
  from: { de: 'von', en: 'from' },
  to: { de: 'bis', en: 'to' },
  lastRun: { de: 'Letzter Lauf', en: 'Last run' },
  uncovered: { de: 'Wovon keine Regel handelt', en: 'What no rule is about' },
  notExamined: {
    de: 'Nicht geprüft, weil niemand gesagt hat, wovon sie handeln',
    en: 'Not examined, because nobody said what they are about',
  },
  none: { de: 'nichts', en: 'nothing' },
  more: { de: 'weitere', en: 'more' },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

export type Label = keyof typeof LABELS;

export function label(name: Label, language: Language): string {
  return LABELS[name][language];
}

/** `12 s`, `5 min`, `3.5 h`; a dash of nothing. */
export function shownSeconds(seconds: number | null, language: Language): string {
  if (seconds === null) return '–';
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  const number = (value: number) => shownNumber(value, value < 10 ? 1 : 0, language);
  return seconds < 172_800 ? `${number(seconds / 3_600)} h` : `${number(seconds / 86_400)} d`;
}

export function shownNumber(value: number, digits: number, language: Language): string {
  return value.toLocaleString(language === 'de' ? 'de-DE' : 'en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `99,2 %`; a dash of nothing. */
export function shownShare(share: number | null, language: Language): string {
  if (share === null) return '–';
  // Never more than it is: 99.96 is not 100.
  return `${shownNumber(Math.floor(share * 1000) / 10, 1, language)} %`;
}
