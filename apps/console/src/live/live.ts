import { useEffect, useRef } from 'react';
import { callOnce } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import { queryClient } from '../api/query-client.ts';
import { confirmSession, waitForSession } from '../api/session.ts';
import type { Session } from '../api/types.ts';
import { createStore, useStore } from '../shell/store.ts';
import { CachePatches } from './cache-patches.ts';
import { readAnew } from './read-anew.ts';
import type { LiveEvent, LiveState, StreamHandlers } from './event-stream.ts';
import { SharedStream } from './shared-stream.ts';

export type { LiveEvent, LiveState } from './event-stream.ts';

const state = createStore<LiveState>('connecting');
const listeners = new Set<(event: LiveEvent) => void>();
const patches = new CachePatches(queryClient);

/** Pages wait so long for the stream, so that everything need not be read twice. */
const FIRST_CONTACT_MS = 1500;
const mayRead = createStore(false);

const handlers: StreamHandlers = {
  onEvent(event) {
    patches.apply(event);
    for (const listener of [...listeners]) listener(event);
  },
  onOpen(isWhole) {
    // Where the stream began before anything was read, nothing can have fallen between them.
    if (!isWhole && mayRead.get()) readAnew(queryClient, []);
    // What could not be read while the connection was broken is not left to whoever looks at it.
    else void queryClient.invalidateQueries({ predicate: ({ state: { status } }) => status === 'error' });
    mayRead.set(true);
  },
  onState: (next) => state.set(next),
  onLost: () => void checkSession(),
};

/** Asks whether the session is over; if so, the dialog opens, and then the stream comes back by itself. */
async function checkSession(): Promise<void> {
  await callOnce<Session>('GET', '/session').then(confirmSession, (thrown: unknown) => {
    if (thrown instanceof ApiError && thrown.status === 401) return waitForSession();
    return undefined;
  });
}

/** Opens the stream for who is signed in; what this gives closes it. */
export function startLive(accountId: string): () => void {
  const stream = new SharedStream(accountId, handlers);
  stream.open();
  const timer = window.setTimeout(() => mayRead.set(true), FIRST_CONTACT_MS);
  return () => {
    window.clearTimeout(timer);
    mayRead.set(false);
    stream.close();
  };
}

/** False for the moment until the stream has begun; then pages may read what they show. */
export function useMayRead(): boolean {
  return useStore(mayRead);
}

export function useLiveState(): LiveState {
  return useStore(state);
}

/** Hears every event while the component is shown: for what the query cache does not do by itself. */
export function useLiveEvents(onEvent: (event: LiveEvent) => void): void {
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => {
    const listener = (event: LiveEvent) => latest.current(event);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}
