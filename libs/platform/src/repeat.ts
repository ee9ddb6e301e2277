/** Does something again and again, never twice at once; gives what stops it, resolving when it has stopped. */
export function repeat(
  everyMs: number,
  act: () => Promise<unknown>,
  onFault: (fault: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let acting: Promise<void> = Promise.resolve();
  const next = () => {
    timer = setTimeout(() => {
      acting = act()
        .then(() => undefined, onFault)
        .then(() => {
          if (!stopped) next();
        });
    }, everyMs);
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return acting;
  };
}
