import type { Text } from '../api/types.ts';

export interface KeyHelp {
  readonly key: string;
  readonly text: Text;
  /** What goes into the text, on a line of its own, four spaces in. */
  readonly snippet: string;
}

function key(name: string, snippet: string, de: string, en: string): KeyHelp {
  return { key: name, text: { de, en }, snippet };
}

/** Every key of a rule, with what goes into the text. */
export const KEY_HELP: readonly KeyHelp[] = [
  key(
    'id',
    'id: waste.full',
    'Kennung wie waste.full, bleibt bei Änderungen gleich',
    'id such as waste.full; stays when the rule changes',
  ),
  key(
    'subject',
    'subject: asset',
    'asset oder device: wovon es höchstens einen offenen Alarm gibt',
    'asset or device: of what there is at most one open alert',
  ),
  key(
    'appliesTo',
    'appliesTo: { type: WasteContainer }',
    'wofür sie gilt: type, district, model, tag',
    'what it applies to: type, district, model, tag',
  ),
  key('when', 'when: fillingLevel >= 0.85', 'die Bedingung', 'the condition'),
  key(
    'unchanged',
    'unchanged: occupancy\n    for: P7D',
    'statt when: eine Größe, die sich ändern müsste; braucht for',
    'instead of when: a quantity that has to change; needs for',
  ),
  key(
    'silent',
    'silent: { intervals: 3, margin: PT30M, atLeast: PT6H }',
    'statt when: das Gerät meldet sich nicht, oder misst nichts',
    'instead of when: the device is not heard, or measures nothing',
  ),
  key(
    'clear',
    'clear: fillingLevel < 0.5',
    'wann es vorbei ist; sonst, sobald when nicht mehr gilt',
    'when it is over; else as soon as when does not hold',
  ),
  key(
    'restart',
    'for: PT2H\n    restart: occupancyChanged',
    'woran eine Messung zeigt, dass es ein anderes ist: for beginnt neu; braucht for',
    'what shows that it is another one: for begins anew; needs for',
  ),
  key('for', 'for: PT10M', 'wie lange es gelten muss, etwa PT10M', 'how long it must hold, such as PT10M'),
  key('clearFor', 'clearFor: PT10M', 'wie lange das Ende gelten muss', 'how long the end must hold'),
  key('readings', 'readings: 2', 'bei wie vielen Messungen in Folge', 'on how many readings in a row'),
  key(
    'severity',
    'severity:\n      - { is: minor }\n      - { is: major, after: P1D, priority: high }',
    'critical, major, minor, warning, oder Stufen',
    'critical, major, minor, warning, or steps',
  ),
  key(
    'department',
    'department: waste',
    'wer die Arbeit tut; sonst die Stelle des Objekts',
    "who does the work; else the asset's own department",
  ),
  key(
    'job',
    'job: { kind: emptying, priority: high, due: PT24H }',
    'der Auftrag: Art, Dringlichkeit, Frist',
    'the job: kind, priority, due',
  ),
  key('mode', 'mode: shadow', 'setzt das Speichern: shadow zeichnet nur auf', 'set by saving: shadow only records'),
  key(
    'title',
    'title: { de: Behälter voll, en: Container full }',
    'Text des Alarms, deutsch und englisch',
    'text of the alert, German and English',
  ),
  key(
    'group',
    "group:\n      by: cabinet\n      atLeast: 3\n      within: PT10M\n      title: { de: 'Ausfall an {group}', en: 'Outage at {group}' }",
    'wann viele Alarme ein Problem sind',
    'when many alerts are one problem',
  ),
  key(
    'examples',
    'examples:\n      - name: it fills up and is emptied\n        readings:\n          - { at: PT0S, fillingLevel: 0.9 }\n          - { at: PT1H, fillingLevel: 0.1 }\n        alerts:\n          - { raised: PT0S, cleared: PT1H }',
    'Messungen und was daraus wird; laufen vor dem Speichern',
    'readings and what becomes of them; run before saving',
  ),
];
