import { type ExportLanguage, type Tour, tourCsv, tourGeoJson, tourGpx } from '@stadtfunk/tours';

export interface TourFormat {
  readonly extension: string;
  readonly mediaType: string;
  write(tour: Tour, language: ExportLanguage, zone: string): string;
}

const FORMATS: readonly TourFormat[] = [
  { extension: 'gpx', mediaType: 'application/gpx+xml', write: tourGpx },
  { extension: 'geojson', mediaType: 'application/geo+json', write: (tour) => JSON.stringify(tourGeoJson(tour)) },
  {
    extension: 'csv',
    mediaType: 'text/csv; charset=utf-8',
    write: (tour, language, zone) => tourCsv(tour, language, (time) => timeText(time, language, zone)),
  },
];

/** `id.gpx` as the id and its format. */
export function splitFormat(name: string): { readonly tourId: string; readonly format: TourFormat | undefined } {
  const format = FORMATS.find(({ extension }) => name.endsWith(`.${extension}`));
  return { tourId: format ? name.slice(0, -format.extension.length - 1) : name, format };
}

/** The first format that an Accept header names; undefined: JSON. */
export function acceptedFormat(accept: string | undefined): TourFormat | undefined {
  for (const range of (accept ?? '').split(',')) {
    const type = range.split(';')[0]!.trim().toLowerCase();
    if (type === 'application/json') return undefined;
    const format = FORMATS.find(({ mediaType }) => mediaType.split(';')[0] === type);
    if (format) return format;
  }
  return undefined;
}

function timeText(time: number, language: ExportLanguage, timeZone: string): string {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(time);
}
