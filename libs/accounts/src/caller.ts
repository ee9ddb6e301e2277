import type { Permission } from './permission.ts';
import { departmentsFor, type RoleAssignment } from './role.ts';

/** Somebody at the door, with what he may do and where. */
export class Caller {
  constructor(
    readonly accountId: string,
    /** Name of the account, for histories. */
    readonly name: string,
    readonly roles: readonly RoleAssignment[],
    readonly displayName: string = name,
  ) {}

  /** In one department at least. */
  may(permission: Permission): boolean {
    return this.departmentsFor(permission)?.length !== 0;
  }

  /** In all departments, those to come included. */
  mayEverywhere(permission: Permission): boolean {
    return this.departmentsFor(permission) === null;
  }

  /** Null: in all departments; empty: nowhere. */
  departmentsFor(permission: Permission): readonly string[] | null {
    return departmentsFor(this.roles, permission);
  }

  /** Whether he may do it to a thing of this department; null: to a thing that belongs to none. */
  mayIn(permission: Permission, department: string | null): boolean {
    const departments = this.departmentsFor(permission);
    return departments === null || (department !== null && departments.includes(department));
  }
}

/** Whoever holds the API token. */
export const TOKEN_CALLER = new Caller('admin', 'admin', [{ role: 'administrator', departments: [] }]);
