/** Calls `callback` after `ms`, and gives a function that cancels it. `setTimeout` in programs, a hand-turned one in tests. */
export type Schedule = (callback: () => void, ms: number) => () => void;
