import type { Texts } from '../i18n/texts.ts';

export const CHART_TEXTS = {
  zoomIn: { de: 'Näher', en: 'Zoom in' },
  zoomOut: { de: 'Weiter', en: 'Zoom out' },
  earlier: { de: 'Früher', en: 'Earlier' },
  later: { de: 'Später', en: 'Later' },
  whole: { de: 'Alles', en: 'All' },
  table: { de: 'Als Tabelle zeigen', en: 'Show as table' },
  chart: { de: 'Als Diagramm zeigen', en: 'Show as chart' },
  csv: { de: 'CSV herunterladen', en: 'Download CSV' },
  keys: {
    de: 'Pfeiltasten links und rechts gehen von Messung zu Messung, Plus und Minus ändern den Ausschnitt, mit der Umschalttaste verschieben ihn die Pfeiltasten, Null zeigt alles.',
    en: 'The left and right arrow keys go from reading to reading, plus and minus change the section, with the shift key the arrows move it, zero shows everything.',
  },
  mouse: {
    de: 'Ziehen wählt einen Ausschnitt, Doppelklick zeigt alles.',
    en: 'Drag to choose a section, double-click to show everything.',
  },
  time: { de: 'Zeit', en: 'Time' },
  timeUtc: { de: 'Zeit (UTC)', en: 'Time (UTC)' },
  mark: { de: 'Güte', en: 'Quality' },
  late: { de: 'verspätet', en: 'late' },
  doubtful: { de: 'zweifelhaft', en: 'doubtful' },
  yes: { de: 'ja', en: 'yes' },
  no: { de: 'nein', en: 'no' },
  none: { de: 'In dieser Zeit wurde nichts gemessen.', en: 'Nothing was measured in this time.' },
  noneInSection: { de: 'In diesem Ausschnitt wurde nichts gemessen.', en: 'Nothing was measured in this section.' },
  failed: {
    de: 'Das Diagramm konnte nicht geladen werden. Die Werte stehen in der Tabelle.',
    en: 'The chart could not be loaded. The values are in the table.',
  },
  legend: { de: 'Legende', en: 'Legend' },
  threshold: { de: 'Grenze', en: 'Limit' },
  event: { de: 'Ereignis', en: 'Event' },
  section: { de: 'Ausschnitt {from} bis {to}', en: 'Section {from} to {to}' },
  point: { de: '{time}: {values}', en: '{time}: {values}' },
  isCut: {
    de: 'Nicht alle Messungen dieser Zeit sind geladen; die letzten fehlen.',
    en: 'Not all readings of this time are loaded; the last ones are missing.',
  },
  zone: { de: 'Zeiten in {zone}', en: 'Times in {zone}' },
} as const satisfies Texts;
