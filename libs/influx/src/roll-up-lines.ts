import { isQuantityName, type QuantityName, type SeriesTotals, type Total, type Totals } from '@stadtfunk/readings';
import type { Cell, Series } from './influx-query.ts';
import { MEASUREMENT } from './line-protocol.ts';
import { idOfTagText, tagValueOf } from './tag-value.ts';

/** Fields of a roll-up: `fillingLevel_count` and so on. */
export const CELLS = ['count', 'sum', 'min', 'max'] as const;

/** One pair of asset and device in one hour or day, as line protocol. `series` is what `seriesNames` gave. */
export function rollUpLine(series: string, totals: Totals, start: number): string {
  const [device = '', asset = ''] = series.split('\n');
  const fields: string[] = [];
  for (const [name, { count, sum, min, max }] of Object.entries(totals)) {
    fields.push(`${name}_count=${count}i,${name}_sum=${sum}`);
    if (min !== undefined && max !== undefined) fields.push(`${name}_min=${min},${name}_max=${max}`);
  }
  const assetTag = asset === '' ? '' : `,assetId=${tagValueOf(idOfTagText(asset))}`;
  const deviceTag = `,deviceId=${tagValueOf(idOfTagText(device))}`;
  return `${MEASUREMENT}${assetTag}${deviceTag} ${fields.join(',')} ${start}`;
}

/** Adds readings, as `select *` gives them, to the totals of their pairs of asset and device. */
export function addReadings(into: SeriesTotals, { columns, values }: Series): void {
  const quantities = columns.flatMap((name, index) => (isQuantityName(name) ? [[name, index] as const] : []));
  const nameOf = seriesNames(columns);
  for (const row of values) {
    const series = nameOf(row);
    for (const [name, index] of quantities) {
      const value = row[index];
      if (typeof value === 'number' || typeof value === 'boolean') into.add(series, name, Number(value));
    }
  }
}

/** Adds roll-ups, as `select *` gives them, to the totals of their pairs of asset and device. */
export function mergeRollUps(into: SeriesTotals, { columns, values }: Series): void {
  const totalsOf = totalsReader(columns);
  const nameOf = seriesNames(columns);
  for (const row of values) {
    for (const [name, total] of totalsOf(row)) into.merge(nameOf(row), name, total);
  }
}

/** The totals in a row that has these columns. */
export function totalsReader(columns: readonly string[]): (row: readonly Cell[]) => readonly [QuantityName, Total][] {
  const names = columns.map((column) => column.replace(/_count$/, '')).filter(isQuantityName);
  const places = names.map((name) => [name, CELLS.map((cell) => columns.indexOf(`${name}_${cell}`))] as const);
  return (row) =>
    places.flatMap(([name, indexes]): [QuantityName, Total][] => {
      const [count, sum, min, max] = indexes.map((index) => row[index]);
      if (typeof count !== 'number' || typeof sum !== 'number') return [];
      const hasExtremes = typeof min === 'number' && typeof max === 'number';
      return [[name, { count, sum, ...(hasExtremes && { min, max }) }]];
    });
}

/** Tells series apart by their tags. No tag holds a line break, and none is empty. */
function seriesNames(columns: readonly string[]): (row: readonly Cell[]) => string {
  const [device, asset] = [columns.indexOf('deviceId'), columns.indexOf('assetId')];
  return (row) => `${String(row[device] ?? '')}\n${String(row[asset] ?? '')}`;
}
