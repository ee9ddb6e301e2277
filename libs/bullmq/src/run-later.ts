/** Runs something later; gives what calls it off. */
export type RunLater = (delayMs: number, run: () => void) => () => void;

export const runLater: RunLater = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
