import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { Text } from './api/types.ts';
import type { Permission } from './shell/caller.ts';
import type { IconName } from './ui/icons.tsx';

export interface PageRoute {
  /** As React Router reads it: `/alerts/:alertId`. */
  readonly path: string;
  readonly Page: LazyExoticComponent<ComponentType>;
  /** Without it the page says that one may not see it. */
  readonly needs?: Permission;
  /** Its place in the navigation; without it, the page is reached from others. */
  readonly nav?: { readonly title: Text; readonly icon: IconName; readonly group: 'operations' | 'city' | 'system' };
}

/**
 * All pages, in the order of the navigation. Each is loaded when it is first opened: `<subject>/<subject>-page.tsx` with the
 * page as its default export. Add a line for yours.
 */
export const PAGES: readonly PageRoute[] = [
  {
    path: '/',
    Page: lazy(() => import('./situation/situation-page.tsx')),
    needs: 'situation.read',
    nav: { title: { de: 'Lage', en: 'Situation' }, icon: 'situation', group: 'operations' },
  },
  { path: '/accessibility', Page: lazy(() => import('./about/accessibility-page.tsx')) },
];
