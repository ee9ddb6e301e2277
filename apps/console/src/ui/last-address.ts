import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { createStore, useStore } from '../shell/store.ts';

const searches = createStore<ReadonlyMap<string, string>>(new Map());

/** Keeps how each page was last filtered and ordered, for the ways back to it. */
export function useAsLastAddress(): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    if (search !== (searches.get().get(pathname) ?? '')) searches.set(new Map(searches.get()).set(pathname, search));
  }, [pathname, search]);
}

/** The address of a page as it was last looked at. */
export function useLastAddress(path: string): string {
  return `${path}${useStore(searches).get(path) ?? ''}`;
}
