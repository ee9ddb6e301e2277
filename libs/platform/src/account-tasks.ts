import { accountTasks } from '@stadtfunk/accounts';
import type { Config } from '@stadtfunk/config';
import { DAY_MS, type Clock } from '@stadtfunk/kernel';
import {
  PostgresAuditLog,
  PostgresOneTimeCodes,
  PostgresSessionStore,
  PostgresSignInAttempts,
  type Database,
} from '@stadtfunk/postgres';

/** What recurs for accounts and the audit log. */
export function accountTasksOf(config: Config, database: Database, clock: Clock) {
  return accountTasks({
    sessions: new PostgresSessionStore(database),
    codes: new PostgresOneTimeCodes(database),
    attempts: new PostgresSignInAttempts(database),
    audit: new PostgresAuditLog(database),
    keepAuditMs: config.KEEP_AUDIT_DAYS === 0 ? null : config.KEEP_AUDIT_DAYS * DAY_MS,
    clock,
  });
}
