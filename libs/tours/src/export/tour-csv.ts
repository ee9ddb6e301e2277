import type { Tour } from '../tour.ts';
import { csvOf } from './csv.ts';
import { addressLine, degrees, type ExportLanguage } from './words.ts';

const HEADINGS: Readonly<Record<ExportLanguage, readonly string[]>> = {
  de: [
    'Halt',
    'Auftrag',
    'Titel',
    'Priorität',
    'Fällig',
    'Anlage',
    'Name',
    'Adresse',
    'Füllstand %',
    'Breite',
    'Länge',
  ],
  en: ['Stop', 'Job', 'Title', 'Priority', 'Due', 'Asset', 'Name', 'Address', 'Filling %', 'Latitude', 'Longitude'],
};

/** A tour as a table, a stop a row. `timeText` writes due times on the clocks of the city. */
export function tourCsv(tour: Tour, language: ExportLanguage, timeText: (time: number) => string): string {
  return csvOf([
    HEADINGS[language],
    ...tour.stops.map((stop, index) => [
      index + 1,
      stop.number,
      stop.title[language],
      stop.priority,
      stop.dueAt === null ? null : timeText(stop.dueAt),
      stop.assetId,
      stop.name,
      addressLine(stop),
      stop.fillingLevel === null ? null : Math.round(stop.fillingLevel * 100),
      degrees(stop.position.latitude),
      degrees(stop.position.longitude),
    ]),
  ]);
}
