import type { RoleAssignment } from './role.ts';
import { ROLES, type Role } from './role.ts';

export interface GroupRole extends RoleAssignment {
  readonly group: string;
}

/**
 * `group=role` or `group=role@department+department`, with commas between. Undefined: it cannot be read. A group may stand in
 * several of them. Neither commas nor equals signs can be part of a group's name here.
 */
export function readGroupRoles(text: string): readonly GroupRole[] | undefined {
  const read = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
    .map((item): GroupRole | undefined => {
      const [, group, role, departments] = /^([^=]+)=(\w+)(?:@([\w-]+(?:\+[\w-]+)*))?$/u.exec(item) ?? [];
      if (group === undefined || !ROLES.some((known) => known === role)) return undefined;
      return { group: group.trim(), role: role as Role, departments: departments?.split('+') ?? [] };
    });
  return read.every((item) => item !== undefined) ? read : undefined;
}

/** The roles of somebody in these groups. A group that nobody has mapped gives none. */
export function rolesOfGroups(groups: readonly string[], mapping: readonly GroupRole[]): readonly RoleAssignment[] {
  return mapping
    .filter(({ group }) => groups.includes(group))
    .map(({ role, departments }) => ({ role, departments: [...departments] }));
}
