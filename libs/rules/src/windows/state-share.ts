import { CELLS } from './window.ts';

/** For how much of a span a condition held. It counts as unchanged from one reading that answers it to the next. */
export interface StateShare {
  /** Since when it is remembered without a gap as long as the span. */
  b: number;
  /** When it was answered last, and how. */
  u: number;
  o: boolean;
  /** Stretches of time, each up to the next: when it begins, and for how many ms of it, up to `u`, the condition held. */
  c: [from: number, heldMs: number][];
}

/** Takes in that the condition holds, or not, from now on. */
export function addState(share: StateShare | undefined, holds: boolean, at: number, spanMs: number): StateShare {
  if (!share || at - share.u > spanMs) return { b: at, u: at, o: holds, c: [[at, 0]] };
  const { c } = share;
  const last = c.at(-1)!;
  if (share.o) last[1] += at - share.u;
  if (share.o !== holds && at - last[0] >= spanMs / CELLS) c.push([at, 0]);
  share.u = at;
  share.o = holds;
  while (c.length > 1 && c[1]![0] <= at - spanMs) c.shift();
  return share;
}

/** 0 to 1; undefined where what is remembered does not reach back over all of the span. */
export function shareOf({ b, u, o, c }: StateShare, at: number, spanMs: number): number | undefined {
  const begin = at - spanMs;
  if (b > begin) return undefined;
  let heldMs = 0;
  for (let index = 0; index < c.length; index++) {
    const [from, held] = c[index]!;
    const to = c[index + 1]?.[0] ?? u;
    const within = to - Math.max(from, begin);
    if (within <= 0) continue;
    // A stretch that holds throughout counts to the millisecond; of a mixed one that reaches out of the span, its part.
    heldMs += held === to - from ? within : (held * within) / (to - from);
  }
  return (o ? heldMs + at - Math.max(u, begin) : heldMs) / spanMs;
}
