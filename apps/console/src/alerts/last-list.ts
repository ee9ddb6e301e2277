import { useEffect } from 'react';
import { createStore, useStore } from '../shell/store.ts';

const search = createStore('');

/** Keeps how the list of alerts was filtered and ordered, for the ways back to it. */
export function useAsLastList(address: string): void {
  useEffect(() => search.set(address === '' ? '' : `?${address}`), [address]);
}

/** The address of the list as it was last looked at. */
export function useLastList(): string {
  return `/alerts${useStore(search)}`;
}
