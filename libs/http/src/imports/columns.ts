import { wordsOf } from '@stadtfunk/devices';

export const IMPORT_KINDS = ['assets', 'devices', 'bindings'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** What a row would do. */
export const OUTCOMES = ['new', 'changed', 'unchanged', 'error'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A column of a file. */
export interface Column {
  /** As the API calls it; this and the other names may stand in the header, in any case. */
  readonly field: string;
  /** What people call it, the first one in templates. */
  readonly names: readonly string[];
  readonly kind: 'text' | 'number' | 'list';
  readonly isNeeded?: true;
  /** Cells of templates. */
  readonly examples: readonly [string, string];
}

const text = (field: string, names: readonly string[], examples: Column['examples']): Column => {
  return { field, names, kind: 'text', examples };
};
const number = (field: string, names: readonly string[], examples: Column['examples']): Column => {
  return { field, names, kind: 'number', examples };
};
const needed = (column: Column): Column => ({ ...column, isNeeded: true });

export const COLUMNS: Readonly<Record<ImportKind, readonly Column[]>> = {
  assets: [
    needed(text('assetId', ['Kennung', 'ID', 'Anlage', 'Anlagen-ID'], ['L-00042', 'B-0017'])),
    text('type', ['Typ', 'Art'], ['Streetlight', 'WasteContainer']),
    text('name', ['Name', 'Bezeichnung'], ['Leuchte Marktplatz', 'Glascontainer Süd']),
    number('longitude', ['Länge', 'Längengrad', 'lon', 'lng'], ['8,91690', '8,92411']),
    number('latitude', ['Breite', 'Breitengrad', 'lat'], ['50,13280', '50,13107']),
    text('district', ['Stadtteil', 'Ortsteil', 'Bezirk'], ['Innenstadt', 'Lamboy']),
    text('department', ['Dienststelle', 'Amt'], ['', '']),
    text('streetAddress', ['Straße', 'Adresse', 'Anschrift'], ['Am Markt 14', 'Lamboystraße 3']),
    text('postalCode', ['PLZ', 'Postleitzahl'], ['63450', '63452']),
    text('addressLocality', ['Ort', 'Stadt'], ['Hanau', 'Hanau']),
    text('streetPoleNum', ['Mastnummer', 'Mast-Nr.', 'Laternennummer'], ['12-07', '']),
    text('serialNumber', ['Seriennummer', 'Inventarnummer'], ['', 'GC-1187']),
    text('feederPillarNum', ['Schranknummer'], ['', '']),
    text('circuit', ['Stromkreis'], ['2', '']),
    text('refStreetlightControlCabinet', ['Schaltschrank', 'Schaltstelle'], ['', '']),
    number('powerRating', ['Leistung', 'Nennleistung (W)'], ['38', '']),
    number('containerHeight', ['Behälterhöhe', 'Behälterhöhe (m)'], ['', '1,45']),
    number('sensorOffset', ['Sensorversatz', 'Sensorversatz (m)'], ['', '0,05']),
    number('binCapacity', ['Volumen', 'Volumen (l)'], ['', '3000']),
    text('storedWasteKind', ['Abfallart'], ['', 'glass']),
    text('maximumParkingDuration', ['Höchstparkdauer'], ['', '']),
    { field: 'tags', names: ['Schlagwörter'], kind: 'list', examples: ['', 'altstadt|glas'] },
  ],
  devices: [
    needed(text('deviceId', ['Gerät', 'Geräte-ID', 'Sensor'], ['nb-0042', 'nb-0017'])),
    text('model', ['Modell', 'Gerätetyp'], ['ucifi-streetlight', 'dragino-ndds75']),
    text('imei', ['IMEI'], ['867724031234567', '']),
    text('iccid', ['ICCID'], ['', '']),
    text('lifecycle', ['Status', 'Lebenszyklus'], ['active', 'planned']),
    text('assetId', ['Anlage', 'Anlagen-ID'], ['L-00042', '']),
    text('uplinkTopic', ['Topic'], ['', '']),
    text('reportingInterval', ['Meldeintervall'], ['', 'PT2H']),
  ],
  bindings: [
    needed(text('deviceId', ['Gerät', 'Geräte-ID', 'Sensor'], ['nb-0042', 'nb-0017'])),
    needed(text('assetId', ['Anlage', 'Anlagen-ID', 'Kennung'], ['L-00042', ''])),
  ],
};

const named = (name: string) => wordsOf(name).join(' ');

/** The columns of a header, by place; undefined: not known. */
export function columnsOf(kind: ImportKind, header: readonly string[]): readonly (Column | undefined)[] {
  return header.map((name) =>
    COLUMNS[kind].find(({ field, names }) => [field, ...names].some((each) => named(each) === named(name))),
  );
}

/** A file to begin with: UTF-8 with a byte order mark and semicolons, which spreadsheets in German expect. */
export function templateOf(kind: ImportKind, language: 'de' | 'en'): string {
  const columns = COLUMNS[kind];
  const rows = [
    columns.map(({ field, names }) => (language === 'de' ? (names[0] ?? field) : field)),
    ...[0, 1].map((row) => columns.map(({ examples }) => examples[row] ?? '')),
  ];
  return `\ufeff${rows.map((cells) => cells.map(quoted).join(';')).join('\r\n')}\r\n`;
}

function quoted(cell: string): string {
  return /[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** What types and lifecycles are called in German files. */
export const GERMAN_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  type: {
    abfallbehaelter: 'WasteContainer',
    behaelter: 'WasteContainer',
    container: 'WasteContainer',
    stellplatz: 'ParkingSpot',
    parkplatz: 'ParkingSpot',
    leuchte: 'Streetlight',
    strassenleuchte: 'Streetlight',
    schaltschrank: 'StreetlightControlCabinet',
    schaltstelle: 'StreetlightControlCabinet',
  },
  lifecycle: { geplant: 'planned', aktiv: 'active', wartung: 'maintenance', ausgemustert: 'retired' },
};
