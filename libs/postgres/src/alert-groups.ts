import {
  decideGroup,
  groupCabinet,
  groupDraft,
  groupSeverity,
  groupSubject,
  isWorse,
  type Evidence,
  type GroupDecision,
  type Grouping,
  type JobDraft,
  type MemberState,
  type Severity,
} from '@stadtfunk/maintenance';
import { idFrom } from '@stadtfunk/kernel';
import { and, asc, eq, inArray, isNotNull, isNull, ne, desc, sql } from 'drizzle-orm';
import type { Raise, Worsen } from './alert-changes.ts';
import { clearAlerts } from './alert-clears.ts';
import { raiseAlerts, suppressionsAt } from './alert-raises.ts';
import { absorbJobs, releaseAlerts } from './alert-release.ts';
import { worsenAlerts } from './alert-worsenings.ts';
import { countMembers } from './group-members.ts';
import { alertOf } from './rows.ts';
import { alertGroups, alerts, assets, heldAlerts } from './schema.ts';
import type { Told } from './tell.ts';
import type { Writer } from './writer.ts';

/** Keys of alerts of which something may have to be decided. */
export async function groupsToSettle(tx: Writer, now: number): Promise<readonly string[]> {
  const { rows } = await tx.execute<{ group_key: string }>(sql`
    select group_key from held_alerts where group_key is not null
      and (state = 'waiting' or state = 'single' and waits_until > ${new Date(now).toISOString()}::timestamptz)
    union select group_key from alert_groups order by group_key`);
  return rows.map((row) => row.group_key);
}

/** Decides about the alerts of one key, and does it. */
export async function settleGroup(tx: Writer, key: string, now: number): Promise<readonly Told[]> {
  const at = new Date(now);
  const members = await lockMembers(tx, key);
  const [open] = await tx.select().from(alertGroups).where(eq(alertGroups.groupKey, key));
  // The rule as it was when the last of them was raised.
  const latest = members.reduce<Member | undefined>((a, b) => (a && a.raisedAt >= b.raisedAt ? a : b), undefined);
  const grouping = latest?.grouping;
  if (!grouping) return open ? await endGroup(tx, open, at) : [];
  const decision = decideGroup({
    grouping,
    members,
    openSince: open?.since.getTime() ?? null,
    total: !open && grouping.share !== undefined ? await countMembers(tx, grouping, latest.assetId) : null,
    now,
  });
  const told: Told[] = [];
  if (decision.isOver && open) told.push(...(await endGroup(tx, open, at)));
  if (decision.forms) told.push(...(await formGroup(tx, key, grouping, decision.forms, members, decision.join, at)));
  const alertId = decision.forms ? (await groupOf(tx, key))?.alertId : open?.alertId;
  if (alertId) {
    told.push(...(await join(tx, alertId, decision.join, members, at)));
    const standing = members.filter(({ state, ...member }) => {
      return decision.join.includes(member.alertId) || (state === 'grouped' && !decision.wait.includes(member.alertId));
    });
    told.push(...(await worsenGroup(tx, alertId, standing, at)));
  }
  await waitAgain(tx, decision.wait, new Date(now + grouping.withinMs));
  told.push(...(await releaseAlerts(tx, decision.release, at)));
  return told;
}

type Open = typeof alertGroups.$inferSelect;

interface Member {
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly assetId: string | null;
  readonly deviceId: string;
  readonly severity: Severity;
  readonly raisedAt: number;
  readonly raisedBy: Evidence;
  readonly state: MemberState;
  readonly waitsUntil: number | null;
  readonly grouping: Grouping;
  readonly job: JobDraft | null;
}

/** The open alerts of a key. Their rows are locked first, as the rules lock them when they clear one. */
async function lockMembers(tx: Writer, key: string): Promise<readonly Member[]> {
  const rows = await tx
    .select({ alert: alerts, held: heldAlerts })
    .from(alerts)
    .innerJoin(heldAlerts, eq(heldAlerts.alertId, alerts.alertId))
    .where(and(eq(heldAlerts.groupKey, key), ne(heldAlerts.state, 'suppressed'), isNull(alerts.clearedAt)))
    .orderBy(asc(alerts.alertId))
    .for('update', { of: alerts });
  return rows.map(({ alert, held }) => ({
    alertId: alert.alertId,
    ruleId: alert.ruleId,
    ruleVersion: alert.ruleVersion,
    assetId: alert.assetId,
    deviceId: alert.deviceId,
    severity: alert.severity as Severity,
    raisedAt: alert.raisedAt.getTime(),
    raisedBy: alert.raisedBy as Evidence,
    state: held.state as MemberState,
    waitsUntil: held.waitsUntil?.getTime() ?? null,
    grouping: held.grouping as Grouping,
    job: held.job as JobDraft | null,
  }));
}

async function groupOf(tx: Writer, key: string): Promise<Open | undefined> {
  return (await tx.select().from(alertGroups).where(eq(alertGroups.groupKey, key)))[0];
}

/** Raises the alert that stands for the members, with its job. */
async function formGroup(
  tx: Writer,
  key: string,
  grouping: Grouping,
  { since, decidedBy }: NonNullable<GroupDecision['forms']>,
  members: readonly Member[],
  joining: readonly string[],
  at: Date,
): Promise<readonly Told[]> {
  const decider = members.find(({ alertId }) => alertId === decidedBy)!;
  const subject = groupSubject(grouping);
  const before = await tx.$count(alerts, and(eq(alerts.subject, subject), eq(alerts.ruleId, decider.ruleId)));
  const alertId = idFrom('group', subject, decider.ruleId, since, decidedBy, before);
  const { raisedAt } = decider;
  const raise: Raise = {
    type: 'raise',
    alertId,
    ruleId: decider.ruleId,
    ruleVersion: decider.ruleVersion,
    severity: groupSeverity(
      grouping.severity,
      members.filter((member) => joining.includes(member.alertId)),
    ),
    title: grouping.title,
    subject,
    assetId: await assetOf(tx, grouping),
    deviceId: decider.deviceId,
    raisedAt,
    evidence: decider.raisedBy,
    job: groupDraft(grouping, alertId, decider.job, Math.max(raisedAt, at.getTime())),
  };
  const told = await raiseAlerts(tx, [raise], await suppressionsAt(tx, [raise], at.getTime()), at);
  await tx.insert(alertGroups).values({ groupKey: key, alertId, since: new Date(since) });
  return told;
}

/** A cabinet that is an asset itself is the place of the job. */
async function assetOf(tx: Writer, grouping: Grouping): Promise<string | null> {
  const cabinetId = groupCabinet(grouping);
  if (cabinetId === undefined) return null;
  const [found] = await tx.select({ assetId: assets.assetId }).from(assets).where(eq(assets.assetId, cabinetId));
  return found?.assetId ?? null;
}

async function join(
  tx: Writer,
  groupAlertId: string,
  alertIds: readonly string[],
  members: readonly Member[],
  at: Date,
): Promise<readonly Told[]> {
  if (alertIds.length === 0) return [];
  const rows = await tx
    .update(alerts)
    .set({ suppression: 'byDesign', suppressedUntil: null, groupAlertId })
    .where(inArray(alerts.alertId, [...alertIds]))
    .returning();
  await tx
    .update(heldAlerts)
    .set({ state: 'grouped', waitsUntil: null })
    .where(inArray(heldAlerts.alertId, [...alertIds]));
  await tx
    .update(alerts)
    .set({
      members: sql`greatest(members, (select count(*) from alerts member where member.group_alert_id = ${groupAlertId}))`,
    })
    .where(eq(alerts.alertId, groupAlertId));
  const wereSingle = members.filter(({ alertId, state }) => state === 'single' && alertIds.includes(alertId));
  const absorbed = await absorbJobs(
    tx,
    wereSingle.map(({ alertId }) => alertId),
    members[0]!.ruleId,
    at,
  );
  return [...rows.map((row) => ({ type: 'alert.suppressed', data: alertOf(row), quiet: true })), ...absorbed];
}

/** A group is as severe as the worst of its members, and stays so when that one recovers. */
async function worsenGroup(
  tx: Writer,
  alertId: string,
  members: readonly Member[],
  at: Date,
): Promise<readonly Told[]> {
  const [worst] = [...members].sort((a, b) => (isWorse(a.severity, b.severity) ? -1 : 1));
  if (!worst) return [];
  const { ruleId, severity } = worst;
  // Void where the group is that severe already.
  const worsening: Worsen = { type: 'worsen', alertId, ruleId, severity, worsenedAt: at.getTime(), priority: null };
  return worsenAlerts(tx, [worsening], at);
}

/** They may recover as the others did. */
async function waitAgain(tx: Writer, alertIds: readonly string[], waitsUntil: Date): Promise<void> {
  if (alertIds.length === 0) return;
  await tx
    .update(alerts)
    .set({ suppressedUntil: waitsUntil, groupAlertId: null })
    .where(inArray(alerts.alertId, [...alertIds]));
  await tx
    .update(heldAlerts)
    .set({ state: 'waiting', waitsUntil })
    .where(inArray(heldAlerts.alertId, [...alertIds]));
}

/** The group is over with the last member that recovered, whose reading confirms the job. */
async function endGroup(tx: Writer, { groupKey, alertId }: Open, at: Date): Promise<readonly Told[]> {
  const [group] = await tx.select().from(alerts).where(eq(alerts.alertId, alertId));
  const [last] = await tx
    .select()
    .from(alerts)
    .where(and(eq(alerts.groupAlertId, alertId), isNotNull(alerts.clearedAt)))
    .orderBy(desc(alerts.clearedAt), asc(alerts.alertId))
    .limit(1);
  await tx.delete(alertGroups).where(eq(alertGroups.groupKey, groupKey));
  if (!group) return [];
  const raisedAt = group.raisedAt.getTime();
  return clearAlerts(
    tx,
    [
      {
        type: 'clear',
        alertId,
        deviceId: last?.deviceId ?? group.deviceId,
        clearedAt: Math.max(raisedAt, last?.clearedAt?.getTime() ?? at.getTime()),
        reason: (last ? alertOf(last).clearReason : null) ?? 'dissolved',
        evidence: (last?.clearedBy ?? null) as Evidence | null,
      },
    ],
    at,
  );
}
