import { groupKey, type JobDraft, type Suppression } from '@stadtfunk/maintenance';
import type { Raise } from './alert-changes.ts';
import { joinJobs } from './alert-joins.ts';
import { relapse } from './alert-relapses.ts';
import { suppressionsOf } from './alert-suppression.ts';
import { roundsOf } from './change-runs.ts';
import { alertOf, jobOf } from './rows.ts';
import { alerts, departments, heldAlerts, jobAlerts, jobHistory, jobs } from './schema.ts';
import type { Told } from './tell.ts';
import type { Writer } from './writer.ts';

/**
 * Opens alerts, each with its job: a new one, or the one that the same problem had before. The constraint decides which are new;
 * the others change nothing. Of those that are shelved, out of service or may be one of a group, nobody is told yet.
 */
export async function raiseAlerts(
  tx: Writer,
  raises: readonly Raise[],
  suppressions: ReadonlyMap<string, Suppression>,
  at: Date,
): Promise<readonly Told[]> {
  const raised = await tx
    .insert(alerts)
    .values(raises.map((raise) => toAlertRow(raise, suppressions.get(raise.alertId))))
    .onConflictDoNothing()
    .returning();
  const fresh = new Map(raised.map((row) => [row.alertId, row]));
  const isFresh = ({ alertId }: Raise) => fresh.has(alertId);
  await holdAlerts(tx, raises.filter(isFresh), suppressions, at.getTime());
  const orders = raises.flatMap((raise) => {
    return raise.job && isFresh(raise) && !suppressions.has(raise.alertId) ? [{ raise, draft: raise.job }] : [];
  });
  const opened = await openJobs(tx, orders, at);

  const told: Told[] = [];
  for (const { alertId } of raises) {
    const row = fresh.get(alertId);
    // Of the same raise twice in one batch, the second changes nothing.
    if (!row || !fresh.delete(alertId)) continue;
    if (suppressions.has(alertId)) told.push({ type: 'alert.suppressed', data: alertOf(row), quiet: true });
    else told.push({ type: 'alert.raised', data: alertOf(row) });
    const job = opened.get(alertId);
    if (job) told.push(job);
  }
  return told;
}

/** Why nobody is told of an alert when it is raised: what people have said, or that it waits for others. By alert. */
export async function suppressionsAt(
  tx: Writer,
  raises: readonly Raise[],
  now: number,
): Promise<ReadonlyMap<string, Suppression>> {
  if (raises.length === 0) return new Map();
  const asked = await suppressionsOf(
    tx,
    raises.map(({ raisedAt, ...same }) => ({ ...same, time: raisedAt })),
  );
  const found = new Map(asked);
  for (const { alertId, grouping } of raises) {
    if (!grouping || grouping.atOnce || found.has(alertId)) continue;
    found.set(alertId, { kind: 'byDesign', until: now + grouping.withinMs });
  }
  return found;
}

/** Remembers what alerts ask for that wait, and those that may become members of a group. */
async function holdAlerts(
  tx: Writer,
  raises: readonly Raise[],
  suppressions: ReadonlyMap<string, Suppression>,
  now: number,
): Promise<void> {
  const held = raises.filter(({ alertId, grouping }) => grouping !== undefined || suppressions.has(alertId));
  if (held.length === 0) return;
  const rows = held.map(({ alertId, ruleId, job, grouping }): typeof heldAlerts.$inferInsert => {
    const kind = suppressions.get(alertId)?.kind;
    return {
      alertId,
      state: kind === undefined ? 'single' : kind === 'byDesign' ? 'waiting' : 'suppressed',
      told: kind === undefined,
      job,
      groupKey: grouping ? groupKey(ruleId, grouping) : null,
      grouping,
      waitsUntil: grouping ? new Date(now + grouping.withinMs) : null,
    };
  });
  await tx.insert(heldAlerts).values(rows).onConflictDoNothing();
}

/** A job that an alert asks for. */
export interface Order {
  readonly raise: Pick<Raise, 'alertId' | 'ruleId' | 'subject' | 'assetId' | 'deviceId' | 'raisedAt'>;
  readonly draft: JobDraft;
}

/** The jobs of alerts: what is to be told of each, by alert. */
export async function openJobs(tx: Writer, orders: readonly Order[], at: Date): Promise<ReadonlyMap<string, Told>> {
  const told = await openOwnJobs(
    tx,
    orders.filter(({ draft }) => draft.joins === undefined),
    at,
  );
  const joining = orders.filter(({ draft }) => draft.joins !== undefined);
  // One after the other about the same: two of one problem may come at once.
  for (const round of roundsOf(joining, ({ raise }) => raise.subject)) {
    const joined = await joinJobs(tx, round, at);
    const alone = round.filter(({ raise }) => !joined.has(raise.alertId));
    for (const [alertId, job] of joined) told.set(alertId, { type: 'job.changed', data: job });
    for (const [alertId, job] of await openOwnJobs(tx, alone, at)) told.set(alertId, job);
  }
  return told;
}

async function openOwnJobs(tx: Writer, orders: readonly Order[], at: Date): Promise<Map<string, Told>> {
  if (orders.length === 0) return new Map();
  const relapsed = await relapse(tx, orders, at);
  const fresh = orders.filter(({ raise }) => !relapsed.has(raise.alertId));
  const made = await createJobs(tx, fresh, at);
  const told = new Map<string, Told>();
  for (const [alertId, job] of relapsed) told.set(alertId, { type: 'job.changed', data: job });
  for (const { raise, draft } of fresh) {
    const row = made.get(draft.jobId);
    if (row) told.set(raise.alertId, { type: 'job.created', data: jobOf(row, [raise.alertId]) });
  }
  return told;
}

async function createJobs(
  tx: Writer,
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

function toAlertRow(raise: Raise, suppression: Suppression | undefined): typeof alerts.$inferInsert {
  const { type: _type, job: _job, grouping: _grouping, evidence, raisedAt, ...same } = raise;
  return {
    ...same,
    raisedAt: new Date(raisedAt),
    raisedBy: evidence,
    suppression: suppression?.kind ?? null,
    suppressedUntil: suppression?.until ? new Date(suppression.until) : null,
  };
}

function toJobRow({ raise, draft }: Order, createdAt: Date): typeof jobs.$inferInsert {
  const { assetId, deviceId } = raise;
  const dueAt = draft.dueAt === null ? null : new Date(draft.dueAt);
  return { ...draft, assetId, deviceId, state: 'open', createdAt, dueAt };
}
