import { CELLS } from './window.ts';

const HOUR_MS = 3_600_000;

/** One reading, or several close together: when the first was observed, mean, number, smallest, largest. */
export type Cell = [at: number, mean: number, count?: number, min?: number, max?: number];

/** Readings of one quantity within a span, oldest first. */
export interface ReadingSeries {
  /** Since when they are remembered without a gap as long as the span. */
  b: number;
  c: Cell[];
}

/** A series with one more reading, which is newer than all others. Where all others are too old it begins anew. */
export function addReading(
  series: ReadingSeries | undefined,
  at: number,
  value: number,
  spanMs: number,
): ReadingSeries {
  const cells = series?.c ?? [];
  while (cells.length > 0 && cells[0]![0] < at - spanMs) cells.shift();
  const last = cells.at(-1);
  if (!series || !last) return { b: at, c: [[at, value]] };
  if (at - last[0] >= spanMs / CELLS) cells.push([at, value]);
  else cells[cells.length - 1] = joined(last, value);
  return series;
}

function joined([at, mean, count = 1, min = mean, max = mean]: Cell, value: number): Cell {
  return [at, mean + (value - mean) / (count + 1), count + 1, Math.min(min, value), Math.max(max, value)];
}

/** The cells of the span that ends at a moment; undefined where what is remembered does not reach back over all of it. */
export function wholeSpan(series: ReadingSeries, at: number, spanMs: number): readonly Cell[] | undefined {
  if (series.b > at - spanMs) return undefined;
  const cells = withinSpan(series, at, spanMs);
  return cells.length > 0 ? cells : undefined;
}

export function withinSpan({ c }: ReadingSeries, at: number, spanMs: number): readonly Cell[] {
  return c.length > 0 && c[0]![0] < at - spanMs ? c.filter(([from]) => from >= at - spanMs) : c;
}

export function meanOf(cells: readonly Cell[]): number {
  let total = 0;
  let mean = 0;
  for (const [, value, count = 1] of cells) {
    total += count;
    // Not a sum that is divided: the mean of equal values is that value, to the last bit.
    mean += ((value - mean) * count) / total;
  }
  return mean;
}

export function minOf(cells: readonly Cell[]): number {
  return cells.reduce((least, [, mean, , min = mean]) => Math.min(least, min), Infinity);
}

export function maxOf(cells: readonly Cell[]): number {
  return cells.reduce((most, [, mean, , , max = mean]) => Math.max(most, max), -Infinity);
}

/** Change per hour by least squares; undefined for less than two moments. */
export function slopeOf(cells: readonly Cell[]): number | undefined {
  const first = cells[0];
  if (!first || cells.length < 2) return undefined;
  const hours = cells.map(([at, , count = 1]): Cell => [at, (at - first[0]) / HOUR_MS, count]);
  const middle = meanOf(hours);
  const mean = meanOf(cells);
  let together = 0;
  let squares = 0;
  for (let index = 0; index < cells.length; index++) {
    const [, value, count = 1] = cells[index]!;
    const distance = hours[index]![1] - middle;
    together += count * distance * (value - mean);
    squares += count * distance * distance;
  }
  return together / squares;
}
