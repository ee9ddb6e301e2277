export { aNewAccount, describeAccountStore, type AccountStoreHarness } from './testing/account-store-suite.ts';
export { anAuditEntry, describeAuditLog, type AuditLogHarness } from './testing/audit-log-suite.ts';
export {
  describeOneTimeCodes,
  describeSignInAttempts,
  type OneTimeCodesHarness,
  type SignInAttemptsHarness,
} from './testing/code-suites.ts';
export { MemoryAccountStore } from './testing/memory-account-store.ts';
export { MemoryAuditLog } from './testing/memory-audit-log.ts';
export { MemoryOneTimeCodes } from './testing/memory-one-time-codes.ts';
export { MemorySessionStore } from './testing/memory-session-store.ts';
export { MemorySignInAttempts } from './testing/memory-sign-in-attempts.ts';
export { describeSessionStore, type SessionStoreHarness } from './testing/session-store-suite.ts';
