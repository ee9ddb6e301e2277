import { CELLS, shorten, type Cells } from './window.ts';

/** How often something happened within a span: when the first of some close together happened, and how many did. */
export type Tally = Cells<[fromMs: number, count: number]>;

/** How often a condition changed. */
export interface Changes extends Tally {
  /** What it was last. */
  o: boolean;
}

/** Notes whether it happened now, and forgets what is too old. */
export function tallyUp<T extends Tally>(tally: T, happened: boolean, at: number, spanMs: number): T {
  const { z, c } = tally;
  while (c.length > 0 && z + c[0]![0] < at - spanMs) c.shift();
  if (!happened) return tally;
  const last = c.at(-1);
  if (!last) {
    tally.z = at;
    c.push([0, 1]);
  } else if (at - z - last[0] < spanMs / CELLS) last[1]++;
  else c.push([at - z, 1]);
  shorten(tally, at);
  return tally;
}

export function totalOf({ z, c }: Tally, at: number, spanMs: number): number {
  const begin = at - spanMs - z;
  let total = 0;
  for (const cell of c) if (cell[0] >= begin) total += cell[1];
  return total;
}
