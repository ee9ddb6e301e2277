const TICK_MS = 15_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: number | undefined;

/** UTC ms, going on every 15 s while somebody follows it, the same for everything on the page. */
export function presentTime(): number {
  return now;
}

/** The moment to compare a time with: what has just happened does not lie ahead because the page's time goes on by steps. */
export function presentFor(time: number, present: number): number {
  return time > present && time - present <= TICK_MS ? time : present;
}

/** What this gives ends it. */
export function followTime(listener: () => void): () => void {
  if (timer === undefined) {
    // Nobody may have followed it for hours.
    now = Date.now();
    timer = window.setInterval(() => {
      now = Date.now();
      for (const told of [...listeners]) told();
    }, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}
