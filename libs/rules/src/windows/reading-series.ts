import { CELLS, shorten, type Cells } from './window.ts';

const HOUR_MS = 3_600_000;

/** One reading, or several close together: when the first was observed, mean, number, smallest, largest. */
export type Cell = [fromMs: number, mean: number, count?: number, min?: number, max?: number];

/** Readings of one quantity within a span. */
export interface ReadingSeries extends Cells<Cell> {
  /** Since when they are remembered without a gap as long as the span. */
  b: number;
}

/** A series with one more reading, which is newer than all others. Where all others are too old it begins anew. */
export function addReading(
  series: ReadingSeries | undefined,
  at: number,
  value: number,
  spanMs: number,
): ReadingSeries {
  if (!series) return { b: at, z: at, c: [[0, value]] };
  const { z, c } = series;
  while (c.length > 0 && z + c[0]![0] < at - spanMs) c.shift();
  const last = c.at(-1);
  if (!last) return { b: at, z: at, c: [[0, value]] };
  if (at - z - last[0] >= spanMs / CELLS) c.push([at - z, value]);
  else c[c.length - 1] = joined(last, value);
  shorten(series, at);
  return series;
}

function joined([fromMs, mean, count = 1, min = mean, max = mean]: Cell, value: number): Cell {
  return [fromMs, mean + (value - mean) / (count + 1), count + 1, Math.min(min, value), Math.max(max, value)];
}

/** The cells of the span that ends at a moment; undefined where what is remembered does not reach back over all of it. */
export function wholeSpan(series: ReadingSeries, at: number, spanMs: number): readonly Cell[] | undefined {
  if (series.b > at - spanMs) return undefined;
  const cells = withinSpan(series, at, spanMs);
  return cells.length > 0 ? cells : undefined;
}

export function withinSpan({ z, c }: ReadingSeries, at: number, spanMs: number): readonly Cell[] {
  const begin = at - spanMs - z;
  return c.length > 0 && c[0]![0] < begin ? c.filter((cell) => cell[0] >= begin) : c;
}

export function meanOf(cells: readonly Cell[]): number {
  let total = 0;
  let mean = 0;
  for (const cell of cells) {
    const count = cell[2] ?? 1;
    total += count;
    // Not a sum that is divided: the mean of equal values is that value, to the last bit.
    mean += ((cell[1] - mean) * count) / total;
  }
  return mean;
}

export function minOf(cells: readonly Cell[]): number {
  let least = Infinity;
  for (const cell of cells) least = Math.min(least, cell[3] ?? cell[1]);
  return least;
}

export function maxOf(cells: readonly Cell[]): number {
  let most = -Infinity;
  for (const cell of cells) most = Math.max(most, cell[4] ?? cell[1]);
  return most;
}

/** Change per hour by least squares; undefined for less than two moments. */
export function slopeOf(cells: readonly Cell[]): number | undefined {
  if (cells.length < 2) return undefined;
  const begin = cells[0]![0];
  const mean = meanOf(cells);
  let total = 0;
  let middleMs = 0;
  for (const cell of cells) {
    const count = cell[2] ?? 1;
    total += count;
    middleMs += ((cell[0] - begin - middleMs) * count) / total;
  }
  let together = 0;
  let squares = 0;
  for (const cell of cells) {
    const weighted = (cell[2] ?? 1) * (cell[0] - begin - middleMs);
    together += weighted * (cell[1] - mean);
    squares += weighted * (cell[0] - begin - middleMs);
  }
  return (together / squares) * HOUR_MS;
}
