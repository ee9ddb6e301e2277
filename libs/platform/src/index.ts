export { httpUrlOf } from './addresses.ts';
export { organisationSource } from './organisation-in-force.ts';
export { parseRoles, ROLES, type Role, type Roles } from './roles.ts';
export { readRuleFiles } from './rule-files.ts';
export { runProgram, runRole } from './run-program.ts';
export { serve } from './serve.ts';
export { settings } from './settings.ts';
export type { Platform } from './start-platform.ts';
export { UserError } from './user-error.ts';
