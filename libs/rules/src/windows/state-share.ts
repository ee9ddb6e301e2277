import { CELLS, shorten, type Cells } from './window.ts';

/**
 * For how much of a span a condition held. It counts as unchanged from one reading that answers it to the next. The cells are
 * stretches of time, each up to the next: when it begins, and for how many ms of it, up to `u`, the condition held.
 */
export interface StateShare extends Cells<[fromMs: number, heldMs: number]> {
  /** Since when it is remembered without a gap as long as the span. */
  b: number;
  /** When it was answered last, and how. */
  u: number;
  o: boolean;
}

/** Takes in that the condition holds, or not, from now on. */
export function addState(share: StateShare | undefined, holds: boolean, at: number, spanMs: number): StateShare {
  if (!share || at - share.u > spanMs) return { b: at, u: at, o: holds, z: at, c: [[0, 0]] };
  const { z, c } = share;
  const last = c.at(-1)!;
  if (share.o) last[1] += at - share.u;
  if (share.o !== holds && at - z - last[0] >= spanMs / CELLS) c.push([at - z, 0]);
  share.u = at;
  share.o = holds;
  while (c.length > 1 && z + c[1]![0] <= at - spanMs) c.shift();
  shorten(share, at);
  return share;
}

/** 0 to 1; undefined where what is remembered does not reach back over all of the span. */
export function shareOf({ b, u, o, z, c }: StateShare, at: number, spanMs: number): number | undefined {
  if (b > at - spanMs) return undefined;
  const begin = at - spanMs - z;
  const end = u - z;
  let heldMs = 0;
  for (let index = 0; index < c.length; index++) {
    const [from, held] = c[index]!;
    const to = c[index + 1]?.[0] ?? end;
    const within = to - Math.max(from, begin);
    if (within <= 0) continue;
    // A stretch that holds throughout counts to the millisecond; of a mixed one that reaches out of the span, its part.
    heldMs += held === to - from ? within : (held * within) / (to - from);
  }
  return (o ? heldMs + at - Math.max(u, at - spanMs) : heldMs) / spanMs;
}
