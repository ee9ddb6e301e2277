import type { KeyFigures, Spread } from '@stadtfunk/maintenance';
import { csvOf, type ExportLanguage } from '@stadtfunk/tours';

export function toKeyFiguresBody({ acknowledge, repair, ...same }: KeyFigures) {
  return { ...same, acknowledge: toSpreadBody(acknowledge), repair: toSpreadBody(repair) };
}

function toSpreadBody({ count, medianMs, p90Ms }: Spread) {
  return { count, median: secondsOf(medianMs), p90: secondsOf(p90Ms) };
}

const secondsOf = (ms: number | null) => (ms === null ? null : ms / 1_000);
const hoursOf = (ms: number | null) => (ms === null ? null : Math.round(ms / 36_000) / 100);

const HEADINGS: Readonly<Record<ExportLanguage, readonly string[]>> = {
  de: [
    ...['Monat', 'Gruppe', 'Aufträge', 'Verworfen', 'Angenommen', 'Annahme h (Median)', 'Annahme h (P90)', 'Behoben'],
    ...['Behebung h (Median)', 'Behebung h (P90)', 'Wiederholt', 'Mit Frist', 'Frist gehalten', 'Frist gehalten %'],
  ],
  en: [
    ...['Month', 'Group', 'Jobs', 'Cancelled', 'Acknowledged', 'Acknowledge h (median)', 'Acknowledge h (p90)'],
    ...['Repaired', 'Repair h (median)', 'Repair h (p90)', 'Repeated', 'Due', 'Kept in time', 'Kept in time %'],
  ],
};

export function keyFiguresCsv(figures: readonly KeyFigures[], language: ExportLanguage): string {
  return csvOf([
    HEADINGS[language],
    ...figures.map(({ month, group, jobs, cancelled, acknowledge, repair, repeated, due, keptInTime }) => [
      ...[month, group, jobs, cancelled],
      ...[acknowledge.count, hoursOf(acknowledge.medianMs), hoursOf(acknowledge.p90Ms)],
      ...[repair.count, hoursOf(repair.medianMs), hoursOf(repair.p90Ms)],
      ...[repeated, due, keptInTime, due === 0 ? null : Math.round((1_000 * keptInTime) / due) / 10],
    ]),
  ]);
}
