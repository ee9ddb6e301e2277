import { PERMISSIONS, type Permission } from './permission.ts';

export const ROLES = ['viewer', 'dispatcher', 'crew', 'departmentLead', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** A role that somebody has, in some departments. */
export interface RoleAssignment {
  readonly role: Role;
  /** Ids of departments; empty: all of them. */
  readonly departments: readonly string[];
}

const VIEWER: readonly Permission[] = [
  'situation.read',
  'alerts.read',
  'jobs.read',
  'tours.read',
  'assets.read',
  'devices.read',
  'rules.read',
  'keyFigures.read',
  'quality.read',
  'system.read',
];

const DISPATCHER: readonly Permission[] = [
  ...VIEWER,
  'alerts.handle',
  'jobs.work',
  'jobs.dispatch',
  'tours.plan',
  'windows.write',
  'devices.write',
];

const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  dispatcher: DISPATCHER,
  crew: [
    'situation.read',
    'alerts.read',
    'jobs.read',
    'jobs.work',
    'tours.read',
    'assets.read',
    'devices.read',
    'devices.write',
  ],
  departmentLead: [...DISPATCHER, 'rules.write', 'quality.repair', 'handovers.read', 'assets.write', 'imports.write'],
  administrator: PERMISSIONS,
};

/** What a role may do, wherever it is held. */
export function permissionsOfRole(role: Role): readonly Permission[] {
  return PERMISSIONS_OF[role];
}

/** All that these roles may do together, in some department or in all. */
export function permissionsOf(roles: readonly RoleAssignment[]): readonly Permission[] {
  return PERMISSIONS.filter((permission) => roles.some(({ role }) => PERMISSIONS_OF[role].includes(permission)));
}

/**
 * Where these roles give a permission: ids of departments, sorted, each once; null: in all of them; empty: nowhere.
 */
export function departmentsFor(roles: readonly RoleAssignment[], permission: Permission): readonly string[] | null {
  const giving = roles.filter(({ role }) => PERMISSIONS_OF[role].includes(permission));
  if (giving.some(({ departments }) => departments.length === 0)) return null;
  return [...new Set(giving.flatMap(({ departments }) => departments))].sort();
}
