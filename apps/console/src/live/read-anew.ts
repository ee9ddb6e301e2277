import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

const waiting = new WeakSet<Query>();

/** Reads anew what is shown of a kind; the rest once it is shown. */
export function readAnew(client: QueryClient, queryKey: QueryKey): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) readOneAnew(client, query);
}

/**
 * What is being read is read once more after that: its answer may be from before what has happened, and a read that is begun anew
 * with every event of a storm never ends.
 */
function readOneAnew(client: QueryClient, query: Query): void {
  const reading = query.state.fetchStatus === 'idle' ? undefined : query.promise;
  if (!reading) {
    void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    return;
  }
  if (waiting.has(query)) return;
  waiting.add(query);
  // The cache takes the answer after those who wait for it have been told.
  const afterwards = () =>
    void window.setTimeout(() => {
      waiting.delete(query);
      readOneAnew(client, query);
    });
  reading.then(afterwards, afterwards);
}
