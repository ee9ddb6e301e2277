export { ACCOUNT_SOURCES, ACCOUNT_STATES, type Account, type AccountSource, type AccountState } from './account.ts';
export { Caller, TOKEN_CALLER } from './caller.ts';
export { PERMISSIONS, type Permission } from './permission.ts';
export { departmentsFor, permissionsOf, permissionsOfRole, ROLES, type Role, type RoleAssignment } from './role.ts';
