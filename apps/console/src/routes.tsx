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
  {
    path: '/alerts',
    Page: lazy(() => import('./alerts/alerts-page.tsx')),
    needs: 'alerts.read',
    nav: { title: { de: 'Alarme', en: 'Alerts' }, icon: 'alerts', group: 'operations' },
  },
  { path: '/alerts/shelves', Page: lazy(() => import('./alerts/shelves-page.tsx')), needs: 'alerts.read' },
  { path: '/alerts/windows', Page: lazy(() => import('./alerts/windows-page.tsx')), needs: 'alerts.read' },
  { path: '/alerts/:alertId', Page: lazy(() => import('./alerts/alert-page.tsx')), needs: 'alerts.read' },
  {
    path: '/jobs',
    Page: lazy(() => import('./jobs/jobs-page.tsx')),
    needs: 'jobs.read',
    nav: { title: { de: 'Aufträge', en: 'Jobs' }, icon: 'jobs', group: 'operations' },
  },
  { path: '/jobs/:jobId', Page: lazy(() => import('./jobs/job-page.tsx')), needs: 'jobs.read' },
  {
    path: '/crew',
    Page: lazy(() => import('./jobs/crew/crew-app.tsx')),
    needs: 'jobs.work',
    nav: { title: { de: 'Unterwegs', en: 'On the road' }, icon: 'list', group: 'operations' },
  },
  {
    path: '/tours',
    Page: lazy(() => import('./tours/tours-page.tsx')),
    needs: 'tours.read',
    nav: { title: { de: 'Touren', en: 'Tours' }, icon: 'tours', group: 'operations' },
  },
  { path: '/tours/plan', Page: lazy(() => import('./tours/plan-page.tsx')), needs: 'tours.plan' },
  { path: '/tours/:tourId', Page: lazy(() => import('./tours/tour-page.tsx')), needs: 'tours.read' },
  {
    path: '/assets',
    Page: lazy(() => import('./assets/assets-page.tsx')),
    needs: 'assets.read',
    nav: { title: { de: 'Objekte', en: 'Assets' }, icon: 'assets', group: 'city' },
  },
  { path: '/assets/:assetId', Page: lazy(() => import('./assets/asset-page.tsx')), needs: 'assets.read' },
  { path: '/imports', Page: lazy(() => import('./assets/import-page.tsx')), needs: 'imports.write' },
  {
    path: '/devices',
    Page: lazy(() => import('./devices/devices-page.tsx')),
    needs: 'devices.read',
    nav: { title: { de: 'Geräte', en: 'Devices' }, icon: 'devices', group: 'city' },
  },
  { path: '/devices/:deviceId', Page: lazy(() => import('./devices/device-page.tsx')), needs: 'devices.read' },
  {
    path: '/rules',
    Page: lazy(() => import('./rules/rules-page.tsx')),
    needs: 'rules.read',
    nav: { title: { de: 'Regeln', en: 'Rules' }, icon: 'rules', group: 'city' },
  },
  { path: '/rules/new', Page: lazy(() => import('./rules/new-rule-page.tsx')), needs: 'rules.write' },
  { path: '/rules/:ruleId/*', Page: lazy(() => import('./rules/rule-page.tsx')), needs: 'rules.read' },
  {
    path: '/key-figures',
    Page: lazy(() => import('./key-figures/key-figures-page.tsx')),
    needs: 'keyFigures.read',
    nav: { title: { de: 'Kennzahlen', en: 'Key figures' }, icon: 'keyFigures', group: 'city' },
  },
  {
    path: '/quality',
    Page: lazy(() => import('./quality/quality-page.tsx')),
    needs: 'quality.read',
    nav: { title: { de: 'Datenqualität', en: 'Data quality' }, icon: 'quality', group: 'system' },
  },
  { path: '/quality/dead-letters', Page: lazy(() => import('./quality/letters-page.tsx')), needs: 'quality.read' },
  { path: '/quality/deliveries', Page: lazy(() => import('./quality/deliveries-page.tsx')), needs: 'system.read' },
  { path: '/quality/schedules', Page: lazy(() => import('./quality/schedules-page.tsx')), needs: 'system.read' },
  { path: '/account', Page: lazy(() => import('./account/account-page.tsx')) },
  {
    path: '/accounts',
    Page: lazy(() => import('./account/accounts-page.tsx')),
    needs: 'accounts.manage',
    nav: { title: { de: 'Konten', en: 'Accounts' }, icon: 'account', group: 'system' },
  },
  {
    path: '/accounts/:accountId',
    Page: lazy(() => import('./account/one-account-page.tsx')),
    needs: 'accounts.manage',
  },
  {
    path: '/audit',
    Page: lazy(() => import('./audit/audit-page.tsx')),
    needs: 'audit.read',
    nav: { title: { de: 'Protokoll', en: 'Audit log' }, icon: 'audit', group: 'system' },
  },
];

/** Pages for everybody, signed in or not: they have no navigation around them. Others see the page to sign in. */
export const PUBLIC_PAGES: readonly Pick<PageRoute, 'path' | 'Page'>[] = [
  { path: '/set-password', Page: lazy(() => import('./account/set-password-page.tsx')) },
  { path: '/accessibility', Page: lazy(() => import('./about/accessibility-page.tsx')) },
];
