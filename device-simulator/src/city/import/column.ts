import { durationMs, fail, ok, type Result } from '@stadtfunk/kernel';
import { STREET_TYPES } from '../streets.ts';

type Read = (text: string) => Result<unknown>;

/** A column of a CSV file, or a property of a GeoJSON feature. */
export interface Column {
  readonly name: string;
  /** Of which assets; absent: of all. */
  readonly of?: readonly string[];
  readonly read: Read;
}

export const IMPORT_TYPES = ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'] as const;

const LONGEST_TEXT = 200;

const text: Read = (value) =>
  value.length > LONGEST_TEXT ? fail('value.tooLong', `more than ${LONGEST_TEXT} characters`) : ok(value);

/** Ids go into topics and file names. */
const id: Read = (value) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)
    ? ok(value)
    : fail('value.id', 'up to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit');

function number(least: number, most: number): Read {
  return (value) => {
    // German spreadsheets write a comma; a thousand separator is not understood.
    const parsed = /^[+-]?\d+(?:[.,]\d+)?$/.test(value) ? Number(value.replace(',', '.')) : NaN;
    return parsed >= least && parsed <= most ? ok(parsed) : fail('value.number', `no number from ${least} to ${most}`);
  };
}

function oneOf(names: readonly string[]): Read {
  return (value) => {
    const found = names.find((name) => name.toLowerCase() === value.toLowerCase());
    return found === undefined ? fail('value.unknown', `none of ${names.join(', ')}`) : ok(found);
  };
}

/** Several in one field, with `|` between them. */
function listOf(names: readonly string[] | null): Read {
  return (value) => {
    const items = value.split('|').map((item) => item.trim());
    const unknown = names && items.find((item) => !names.includes(item));
    return unknown === null || unknown === undefined
      ? ok(items)
      : fail('value.unknown', `none of ${names!.join(', ')}`);
  };
}

const duration: Read = (value) => {
  const ms = durationMs(value);
  return ms !== undefined && ms > 0 ? ok(value) : fail('value.duration', 'no ISO 8601 duration such as PT2H');
};

const BIN = ['WasteContainer'];
const SPOT = ['ParkingSpot'];
const LAMP = ['Streetlight'];
const CABINET = ['StreetlightControlCabinet'];

/** What is read, beside the place. Only `type` is required; of names and units see docs/simulated-city.md. */
export const COLUMNS: readonly Column[] = [
  { name: 'type', read: oneOf(IMPORT_TYPES) },
  { name: 'assetId', read: id },
  { name: 'name', read: text },
  { name: 'district', read: text },
  { name: 'streetAddress', read: text },
  { name: 'streetType', read: oneOf(STREET_TYPES) },
  { name: 'binId', of: BIN, read: text },
  {
    name: 'storedWasteKind',
    of: BIN,
    read: listOf(['organic', 'inorganic', 'glass', 'oil', 'plastic', 'metal', 'paper', 'other']),
  },
  { name: 'storedWasteOrigin', of: BIN, read: oneOf(['household', 'municipal', 'industrial', 'hostelry', 'other']) },
  { name: 'containerHeight', of: BIN, read: number(0.2, 5) },
  { name: 'sensorOffset', of: BIN, read: number(0, 3) },
  { name: 'maximumParkingDuration', of: SPOT, read: duration },
  { name: 'requiredPermit', of: SPOT, read: listOf(null) },
  { name: 'category', of: SPOT, read: listOf(null) },
  { name: 'powerRating', of: LAMP, read: number(1, 2000) },
  { name: 'streetPoleNum', of: LAMP, read: text },
  { name: 'circuit', of: LAMP, read: text },
  { name: 'refStreetlightControlCabinet', of: LAMP, read: id },
  { name: 'features', of: CABINET, read: listOf(['astronomicalClock', 'individualControl']) },
];

export const readLatitude = number(-90, 90);
export const readLongitude = number(-180, 180);
