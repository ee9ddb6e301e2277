import {
  CLOCK_VERDICTS,
  isQuantityName,
  type ClockVerdict,
  type MutableValues,
  type Quality,
  type QuantityName,
  type StoredReading,
} from '@stadtfunk/readings';
import type { Cell, Series } from './influx-query.ts';
import { idOfTagText } from './tag-value.ts';

/** The readings of a series, as they come. Cells that are not of the kind that we write are left out. */
export function readingsOf({ columns, tags, values }: Series): StoredReading[] {
  const quantities = columns.flatMap((name, index) => (isQuantityName(name) ? [[name, index] as const] : []));
  const at = (name: string) => columns.indexOf(name);
  const [time, device, received, clock, quality] = ['time', 'deviceId', 'receivedAt', 'clock', 'quality'].map(at);
  return values.map((row) => ({
    deviceId: idOfTagText(tags?.['deviceId'] ?? textOf(row[device!])),
    observedAt: numberOf(row[time!]),
    receivedAt: numberOf(row[received!]),
    clock: clockOf(row[clock!]),
    quality: qualityOf(row[quality!]),
    values: valuesOf(row, quantities),
  }));
}

/**
 * Sorts by moment, then device, and joins what one device measured at one moment: a device that was bound to another asset
 * in between has a point in two series. What was received last wins.
 */
export function mergeReadings(readings: readonly StoredReading[], order: 'asc' | 'desc'): readonly StoredReading[] {
  const sign = order === 'asc' ? 1 : -1;
  const sorted = [...readings].sort((one, other) => sign * compare(one, other) || one.receivedAt - other.receivedAt);
  const merged: StoredReading[] = [];
  for (const reading of sorted) {
    const before = merged.at(-1);
    if (before && compare(before, reading) === 0) {
      merged[merged.length - 1] = { ...reading, values: { ...before.values, ...reading.values } };
    } else {
      merged.push(reading);
    }
  }
  return merged;
}

type Key = Pick<StoredReading, 'observedAt' | 'deviceId'>;

export function compare(one: Key, other: Key): number {
  return (
    one.observedAt - other.observedAt || (one.deviceId < other.deviceId ? -1 : Number(one.deviceId > other.deviceId))
  );
}

function valuesOf(row: readonly Cell[], quantities: readonly (readonly [QuantityName, number])[]): MutableValues {
  const values: MutableValues = {};
  for (const [name, index] of quantities) {
    const value = row[index];
    if (typeof value === 'number' || typeof value === 'boolean') values[name] = value;
  }
  return values;
}

const textOf = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');
const numberOf = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : 0);
const clockOf = (cell: Cell | undefined): ClockVerdict =>
  CLOCK_VERDICTS.find((verdict) => verdict === cell) ?? 'unknown';
const qualityOf = (cell: Cell | undefined): Quality => ([0, 1, 2, 3, 4] as const).find((each) => each === cell) ?? 0;
