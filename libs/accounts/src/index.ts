export { ACCOUNT_NAME, accountNameOf, proposedName } from './account-name.ts';
export {
  AccountStore,
  isFullAdministrator,
  type AccountChange,
  type AccountCredentials,
  type AccountFilter,
  type AccountRefusal,
  type Identity,
  type NewAccount,
} from './account-store.ts';
export { accountSchedules, accountTasks, type AccountTasksParts } from './account-tasks.ts';
export { ACCOUNT_SOURCES, ACCOUNT_STATES, type Account, type AccountSource, type AccountState } from './account.ts';
export {
  AUDIT_OUTCOMES,
  AUDIT_WAYS,
  AuditLog,
  type AuditDraft,
  type AuditedThing,
  type AuditEntry,
  type AuditFilter,
  type AuditOutcome,
  type AuditResult,
  type AuditWay,
  type NewAuditEntry,
} from './audit-log.ts';
export { Caller, TOKEN_CALLER } from './caller.ts';
export { readGroupRoles, rolesOfGroups, type GroupRole } from './group-mapping.ts';
export { IdentityProvider, type PendingSignIn, type VouchedPerson, type VouchedSignIn } from './identity-provider.ts';
export { CODE_PURPOSES, OneTimeCodes, type CodePurpose, type OneTimeCode } from './one-time-codes.ts';
export { PasswordKeeper } from './password-keeper.ts';
export { checkPassword, LONGEST_PASSWORD, normalisedPassword, SHORTEST_PASSWORD } from './password-policy.ts';
export { PERMISSIONS, type Permission } from './permission.ts';
export { differences, keepable, redacted } from './redact.ts';
export { departmentsFor, permissionsOf, permissionsOfRole, ROLES, type Role, type RoleAssignment } from './role.ts';
export {
  SEEN_EVERY_MS,
  SessionStore,
  SIGN_IN_METHODS,
  type KnownSession,
  type NewSession,
  type Session,
  type SignInMethod,
} from './session-store.ts';
export { isForgotten, SignInAttempts, waitMs, type BackOff, type Failures } from './sign-in-attempts.ts';
