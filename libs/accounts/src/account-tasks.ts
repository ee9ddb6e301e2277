import { DAY_MS, type Clock } from '@stadtfunk/kernel';
import type { Schedule, ScheduledTasks } from '@stadtfunk/maintenance';
import type { AuditLog } from './audit-log.ts';
import type { OneTimeCodes } from './one-time-codes.ts';
import type { SessionStore } from './session-store.ts';
import type { SignInAttempts } from './sign-in-attempts.ts';

const PURGE = 'purge-accounts';
const BATCH = 5_000;

/** What recurs for accounts. */
export function accountSchedules(zone: string): readonly Schedule[] {
  return [{ name: PURGE, recurrence: { every: 'hour', minute: 23 }, zone }];
}

export interface AccountTasksParts {
  readonly sessions: Pick<SessionStore, 'purge'>;
  readonly codes: Pick<OneTimeCodes, 'purge'>;
  readonly attempts: Pick<SignInAttempts, 'purge'>;
  readonly audit: Pick<AuditLog, 'purge'>;
  /** null: for ever. */
  readonly keepAuditMs: number | null;
  readonly clock: Clock;
}

/** The tasks of `accountSchedules`: what is over is forgotten. */
export function accountTasks({ sessions, codes, attempts, audit, keepAuditMs, clock }: AccountTasksParts) {
  return {
    [PURGE]: async ({ signal }) => {
      const purge = async (records: Pick<SessionStore, 'purge'>, keepMs: number) => {
        while (!signal.aborted && (await records.purge(clock.now() - keepMs, BATCH)) === BATCH);
      };
      await purge(sessions, DAY_MS);
      await purge(codes, DAY_MS);
      await purge(attempts, DAY_MS);
      if (keepAuditMs !== null) await purge(audit, keepAuditMs);
    },
  } satisfies ScheduledTasks;
}
