import type { JobDraft } from '@stadtfunk/maintenance';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Raise } from './alert-changes.ts';
import { relapse } from './alert-relapses.ts';
import { alertOf, jobOf } from './rows.ts';
import { alerts, departments, jobAlerts, jobHistory, jobs } from './schema.ts';
import type { Told } from './tell.ts';

/** Opens alerts, each with its job: a new one, or the one that the same problem had before. The constraint decides which are new; the others change nothing. */
export async function raiseAlerts(tx: NodePgDatabase, raises: readonly Raise[], at: Date): Promise<readonly Told[]> {
  const raised = await tx.insert(alerts).values(raises.map(toAlertRow)).onConflictDoNothing().returning();
  const fresh = new Map(raised.map((row) => [row.alertId, row]));
  const orders: Order[] = [];
  for (const raise of raises) if (raise.job && fresh.has(raise.alertId)) orders.push({ raise, draft: raise.job });
  const relapsed = await relapse(tx, orders, at);
  const made = await createJobs(
    tx,
    orders.filter(({ raise }) => !relapsed.has(raise.alertId)),
    at,
  );

  const told: Told[] = [];
  for (const { alertId, job } of raises) {
    const row = fresh.get(alertId);
    // Of the same raise twice in one batch, the second changes nothing.
    if (!row || !fresh.delete(alertId)) continue;
    told.push({ type: 'alert.raised', data: alertOf(row) });
    const again = relapsed.get(alertId);
    if (again) told.push({ type: 'job.changed', data: again });
    const jobRow = !again && job && made.get(job.jobId);
    if (jobRow) told.push({ type: 'job.created', data: jobOf(jobRow, [alertId]) });
  }
  return told;
}

/** A job that a new alert asks for. */
export interface Order {
  readonly raise: Raise;
  readonly draft: JobDraft;
}

async function createJobs(
  tx: NodePgDatabase,
  orders: readonly Order[],
  at: Date,
): Promise<ReadonlyMap<string, typeof jobs.$inferSelect>> {
  if (orders.length === 0) return new Map();
  // A rule may name a department that nobody has described. Its jobs must not stop the partition.
  const named = [...new Set(orders.map(({ draft }) => draft.department))];
  await tx
    .insert(departments)
    .values(named.map((name) => ({ departmentId: name, nameDe: name, nameEn: name })))
    .onConflictDoNothing();
  const made = await tx
    .insert(jobs)
    .values(orders.map((order) => toJobRow(order, at)))
    .onConflictDoNothing()
    .returning();
  await tx
    .insert(jobAlerts)
    .values(orders.map(({ raise, draft }) => ({ jobId: draft.jobId, alertId: raise.alertId })))
    .onConflictDoNothing();
  const ruleOf = new Map(orders.map(({ raise, draft }) => [draft.jobId, raise.ruleId]));
  if (made.length > 0) {
    await tx.insert(jobHistory).values(
      made.map(({ jobId, state }) => {
        return { jobId, at, actor: `rule:${ruleOf.get(jobId)}`, action: 'create', fromState: null, toState: state };
      }),
    );
  }
  return new Map(made.map((row) => [row.jobId, row]));
}

function toAlertRow(raise: Raise): typeof alerts.$inferInsert {
  const { type: _type, job: _job, evidence, raisedAt, ...same } = raise;
  return { ...same, raisedAt: new Date(raisedAt), raisedBy: evidence };
}

function toJobRow({ raise, draft }: Order, createdAt: Date): typeof jobs.$inferInsert {
  const { assetId, deviceId } = raise;
  const dueAt = draft.dueAt === null ? null : new Date(draft.dueAt);
  return { ...draft, assetId, deviceId, state: 'open', createdAt, dueAt };
}
