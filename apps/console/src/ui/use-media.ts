import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds now: `(max-width: 1000px)`. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** As in the style sheets: columns that are hidden on a phone may say what they say in another cell. */
export function useIsPhone(): boolean {
  return useMedia('(max-width: 700px)');
}
