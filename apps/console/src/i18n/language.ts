import type { Text } from '../api/types.ts';
import { createStore, useStore } from '../shell/store.ts';

export type Language = keyof Text;

const KEY = 'stadtfunk.language';

/** German first; whoever chose English once gets English again. */
export const language = createStore<Language>(localStorage.getItem(KEY) === 'en' ? 'en' : 'de');

export function switchLanguage(to: Language): void {
  localStorage.setItem(KEY, to);
  language.set(to);
}

export function useLanguage(): Language {
  return useStore(language);
}
