import { createStore, useStore } from './store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'stadtfunk.theme';
const wanted = localStorage.getItem(KEY);
const theme = createStore<Theme>(THEMES.find((name) => name === wanted) ?? 'system');
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function isDarkNow(): boolean {
  return theme.get() === 'dark' || (theme.get() === 'system' && systemDark.matches);
}

const dark = createStore(isDarkNow());

function apply(): void {
  dark.set(isDarkNow());
  document.documentElement.dataset['kernTheme'] = isDarkNow() ? 'dark' : 'light';
}

/** Sets the colours of the page before the first drawing, and follows the device. */
export function startTheme(): void {
  apply();
  theme.subscribe(apply);
  systemDark.addEventListener('change', apply);
}

export function useTheme(): readonly [Theme, (to: Theme) => void] {
  const present = useStore(theme);
  const choose = (to: Theme) => {
    localStorage.setItem(KEY, to);
    theme.set(to);
  };
  return [present, choose];
}

/** For what is drawn on a canvas, and so does not follow style sheets. */
export function useIsDark(): boolean {
  return useStore(dark);
}
