import { CELLS } from './window.ts';

/** How often something happened within a span. */
export interface Tally {
  /** When the first of some close together happened, and how many did; oldest first. */
  e: [at: number, count: number][];
}

/** How often a condition changed. */
export interface Changes extends Tally {
  /** What it was last. */
  o: boolean;
}

/** Notes whether it happened now, and forgets what is too old. */
export function tallyUp<T extends Tally>(tally: T, happened: boolean, at: number, spanMs: number): T {
  const { e } = tally;
  while (e.length > 0 && e[0]![0] < at - spanMs) e.shift();
  if (!happened) return tally;
  const last = e.at(-1);
  if (last && at - last[0] < spanMs / CELLS) last[1]++;
  else e.push([at, 1]);
  return tally;
}

export function totalOf({ e }: Tally, at: number, spanMs: number): number {
  return e.reduce((total, [from, count]) => (from >= at - spanMs ? total + count : total), 0);
}
