import type { Text } from '../api/types.ts';

/** Every key of a rule, with what goes into the text. Insert it on a line of its own, four spaces in. */
export const KEY_HELP: readonly { readonly key: string; readonly text: Text; readonly snippet: string }[] = [
  {
    key: 'id',
    text: {
      de: 'Kennung wie waste.full, bleibt bei Änderungen gleich',
      en: 'id such as waste.full; stays when the rule changes',
    },
    snippet: 'id: waste.full',
  },
  {
    key: 'subject',
    text: {
      de: 'asset oder device: wovon es höchstens einen offenen Alarm gibt',
      en: 'asset or device: of what there is at most one open alert',
    },
    snippet: 'subject: asset',
  },
  {
    key: 'appliesTo',
    text: { de: 'wofür sie gilt: type, district, model, tag', en: 'what it applies to: type, district, model, tag' },
    snippet: 'appliesTo: { type: WasteContainer }',
  },
  {
    key: 'when',
    text: { de: 'die Bedingung', en: 'the condition' },
    snippet: 'when: fillingLevel >= 0.85',
  },
  {
    key: 'unchanged',
    text: {
      de: 'statt when: eine Größe, die sich ändern müsste; braucht for',
      en: 'instead of when: a quantity that has to change; needs for',
    },
    snippet: 'unchanged: occupancy\n    for: P7D',
  },
  {
    key: 'silent',
    text: {
      de: 'statt when: das Gerät meldet sich nicht, oder misst nichts',
      en: 'instead of when: the device is not heard, or measures nothing',
    },
    snippet: 'silent: { intervals: 3, margin: PT30M, atLeast: PT6H }',
  },
  {
    key: 'clear',
    text: {
      de: 'wann es vorbei ist; sonst, sobald when nicht mehr gilt',
      en: 'when it is over; else as soon as when does not hold',
    },
    snippet: 'clear: fillingLevel < 0.5',
  },
  {
    key: 'for',
    text: { de: 'wie lange es gelten muss, etwa PT10M', en: 'how long it must hold, such as PT10M' },
    snippet: 'for: PT10M',
  },
  {
    key: 'clearFor',
    text: { de: 'wie lange das Ende gelten muss', en: 'how long the end must hold' },
    snippet: 'clearFor: PT10M',
  },
  {
    key: 'readings',
    text: { de: 'bei wie vielen Messungen in Folge', en: 'on how many readings in a row' },
    snippet: 'readings: 2',
  },
  {
    key: 'severity',
    text: { de: 'critical, major, minor, warning, oder Stufen', en: 'critical, major, minor, warning, or steps' },
    snippet: 'severity:\n      - { is: minor }\n      - { is: major, after: P1D, priority: high }',
  },
  {
    key: 'department',
    text: {
      de: 'wer die Arbeit tut; sonst die Stelle des Objekts',
      en: "who does the work; else the asset's own department",
    },
    snippet: 'department: waste',
  },
  {
    key: 'job',
    text: { de: 'der Auftrag: Art, Dringlichkeit, Frist', en: 'the job: kind, priority, due' },
    snippet: 'job: { kind: emptying, priority: high, due: PT24H }',
  },
  {
    key: 'mode',
    text: { de: 'setzt das Speichern: shadow zeichnet nur auf', en: 'set by saving: shadow only records' },
    snippet: 'mode: shadow',
  },
  {
    key: 'title',
    text: { de: 'Text des Alarms, deutsch und englisch', en: 'text of the alert, German and English' },
    snippet: 'title: { de: Behälter voll, en: Container full }',
  },
  {
    key: 'group',
    text: { de: 'wann viele Alarme ein Problem sind', en: 'when many alerts are one problem' },
    snippet:
      "group:\n      by: cabinet\n      atLeast: 3\n      within: PT10M\n      title: { de: 'Ausfall an {group}', en: 'Outage at {group}' }",
  },
  {
    key: 'examples',
    text: {
      de: 'Messungen und was daraus wird; laufen vor dem Speichern',
      en: 'readings and what becomes of them; run before saving',
    },
    snippet:
      'examples:\n      - name: it fills up and is emptied\n        readings:\n          - { at: PT0S, fillingLevel: 0.9 }\n          - { at: PT1H, fillingLevel: 0.1 }\n        alerts:\n          - { raised: PT0S, cleared: PT1H }',
  },
];
