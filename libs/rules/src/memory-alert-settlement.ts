import { idFrom } from '@stadtfunk/kernel';
import {
  absorbedJob,
  AlertSettlement,
  decideGroup,
  groupCabinet,
  groupDraft,
  groupKey,
  groupSeverity,
  groupSubject,
  returnedJob,
  type Alert,
  type GroupDecision,
  type Grouping,
} from '@stadtfunk/maintenance';
import { MemoryAlertBook, type AlertRows, type HeldAlert } from './memory-alert-book.ts';

/** What the settlement asks about the city. */
export interface GroupPlaces {
  /** How many could be members of a group, as seen from the asset of a member. */
  count(grouping: Pick<Grouping, 'by' | 'value'>, ofAsset: string | null): number;
  hasAsset(assetId: string): boolean;
}

type Member = Alert & HeldAlert;
type Open = AlertRows['groups'] extends Map<string, infer Group> ? Group : never;

/** Makes groups of alerts in memory: the twin of the adapters. Nobody shelves anything there, and no work is planned. */
export class MemoryAlertSettlement extends AlertSettlement {
  readonly #rows: AlertRows;
  readonly #places: GroupPlaces;
  readonly #book: MemoryAlertBook;

  /** @param rows those of `MemoryRulesRecords` that hold alerts back */
  constructor(rows: AlertRows, places: GroupPlaces) {
    super();
    this.#rows = rows;
    this.#places = places;
    this.#book = new MemoryAlertBook(rows, true);
  }

  override async settle(now: number): Promise<number> {
    const before = this.#rows.events.length;
    for (const key of this.#keys(now)) this.#settleGroup(key, now);
    return this.#rows.events.length - before;
  }

  /** Keys of alerts of which something may have to be decided. */
  #keys(now: number): readonly string[] {
    const keys = new Set(this.#rows.groups.keys());
    for (const [alertId, held] of this.#rows.held) {
      if (held.state === 'waiting' || (held.state === 'single' && (held.waitsUntil ?? 0) > now)) {
        keys.add(groupKey(this.#rows.alerts.get(alertId)!.ruleId, held.grouping));
      }
    }
    return [...keys].sort();
  }

  #settleGroup(key: string, now: number): void {
    const members = this.#membersOf(key);
    const open = this.#rows.groups.get(key);
    const latest = members.reduce<Member | undefined>((a, b) => (a && a.raisedAt >= b.raisedAt ? a : b), undefined);
    if (!latest) {
      if (open) this.#endGroup(key, open, now);
      return;
    }
    const { grouping } = latest;
    const decision = decideGroup({
      grouping,
      members,
      openSince: open?.since ?? null,
      total: !open && grouping.share !== undefined ? this.#places.count(grouping, latest.assetId) : null,
      now,
    });
    if (decision.isOver && open) this.#endGroup(key, open, now);
    if (decision.forms) this.#formGroup(key, grouping, decision.forms, members, decision.join, now);
    const group = this.#rows.groups.get(key);
    if (group) {
      this.#join(group.alertId, decision.join, now);
      this.#worsen(group.alertId, now);
    }
    this.#waitAgain(decision.wait, now + grouping.withinMs);
    this.#release(decision.release, now);
  }

  #membersOf(key: string): readonly Member[] {
    return [...this.#rows.held]
      .map(([alertId, held]): Member => ({ ...this.#rows.alerts.get(alertId)!, ...held }))
      .filter(({ ruleId, grouping, clearedAt }) => groupKey(ruleId, grouping) === key && clearedAt === null)
      .sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
  }

  #formGroup(
    key: string,
    grouping: Grouping,
    { since, decidedBy }: NonNullable<GroupDecision['forms']>,
    members: readonly Member[],
    joining: readonly string[],
    now: number,
  ): void {
    const { ruleId, ruleVersion, deviceId, raisedAt, raisedBy, job } = members.find(
      ({ alertId }) => alertId === decidedBy,
    )!;
    const subject = groupSubject(grouping);
    const before = this.#book.alertsOf({ ruleId, subject }).length;
    const alertId = idFrom('group', subject, ruleId, since, decidedBy, before);
    const cabinetId = groupCabinet(grouping);
    const joined = members.filter((member) => joining.includes(member.alertId));
    const severity = groupSeverity(grouping.severity, joined);
    const { title } = grouping;
    this.#book.raise(
      {
        type: 'raise',
        ...{ alertId, ruleId, ruleVersion, severity, title, subject, deviceId, raisedAt },
        assetId: cabinetId !== undefined && this.#places.hasAsset(cabinetId) ? cabinetId : null,
        evidence: raisedBy,
        job: groupDraft(grouping, alertId, job, Math.max(raisedAt, now)),
      },
      now,
    );
    this.#rows.groups.set(key, { alertId, since });
  }

  #join(groupAlertId: string, alertIds: readonly string[], now: number): void {
    if (alertIds.length === 0) return;
    for (const alertId of alertIds) {
      const alert = this.#rows.alerts.get(alertId)!;
      const held = this.#rows.held.get(alertId)!;
      this.#rows.held.set(alertId, { ...held, state: 'grouped', waitsUntil: null });
      this.#book.put(
        'alert.suppressed',
        { ...alert, suppression: { kind: 'byDesign', until: null }, groupAlertId },
        true,
      );
      if (held.state !== 'single') continue;
      for (const job of this.#book.jobsOf(alertId)) {
        const step = absorbedJob(job, alert, now);
        if (step) this.#book.take(step);
      }
    }
    const group = this.#rows.alerts.get(groupAlertId)!;
    const present = this.#book.membersOf(groupAlertId).length;
    this.#rows.alerts.set(groupAlertId, { ...group, members: Math.max(group.members ?? 0, present) });
  }

  /** A group is as severe as the worst of its members, and stays so when that one recovers. */
  #worsen(alertId: string, now: number): void {
    const { ruleId, severity: before } = this.#rows.alerts.get(alertId)!;
    const members = this.#book.membersOf(alertId).filter(({ clearedAt }) => clearedAt === null);
    const severity = groupSeverity(before, members);
    this.#book.apply({ type: 'worsen', alertId, ruleId, severity, worsenedAt: now, priority: null }, now);
  }

  /** They may recover as the others did. */
  #waitAgain(alertIds: readonly string[], waitsUntil: number): void {
    for (const alertId of alertIds) {
      const { groupAlertId: _left, ...alert } = this.#rows.alerts.get(alertId)!;
      this.#rows.alerts.set(alertId, { ...alert, suppression: { kind: 'byDesign', until: waitsUntil } });
      this.#rows.held.set(alertId, { ...this.#rows.held.get(alertId)!, state: 'waiting', waitsUntil });
    }
  }

  #release(alertIds: readonly string[], now: number): void {
    const members = alertIds.map((alertId): Member => {
      return { ...this.#rows.alerts.get(alertId)!, ...this.#rows.held.get(alertId)! };
    });
    members.sort((a, b) => a.raisedAt - b.raisedAt || (a.alertId < b.alertId ? -1 : 1));
    for (const { alertId, told, job } of members) {
      const { suppression: _over, groupAlertId: _left, ...alert } = this.#rows.alerts.get(alertId)!;
      this.#rows.held.set(alertId, {
        ...this.#rows.held.get(alertId)!,
        ...{ state: 'single', told: true, waitsUntil: null },
      });
      this.#book.put(told ? 'alert.released' : 'alert.raised', alert);
      if (told) this.#returnJobs(alertId, now);
      else if (job) this.#book.openJob(alert, job, now);
    }
  }

  /** Jobs that a group had taken over are open again; those that a person has cancelled are not. */
  #returnJobs(alertId: string, now: number): void {
    for (const job of this.#book.jobsOf(alertId)) {
      const actor = this.#rows.history.findLast(({ jobId }) => jobId === job.jobId)?.actor ?? '';
      const step = actor.startsWith('rule:') ? returnedJob(job, { ruleId: actor.slice(5) }, now) : undefined;
      if (step) this.#book.take(step);
    }
  }

  /** The group is over with the last member that recovered, whose reading confirms the job. */
  #endGroup(key: string, { alertId }: Open, now: number): void {
    this.#rows.groups.delete(key);
    const group = this.#rows.alerts.get(alertId);
    if (!group) return;
    const [last] = this.#book
      .membersOf(alertId)
      .filter(({ clearedAt }) => clearedAt !== null)
      .sort((a, b) => b.clearedAt! - a.clearedAt! || (a.alertId < b.alertId ? -1 : 1));
    this.#book.clear(
      {
        type: 'clear',
        alertId,
        deviceId: last?.deviceId ?? group.deviceId,
        clearedAt: Math.max(group.raisedAt, last?.clearedAt ?? now),
        reason: last?.clearReason ?? 'dissolved',
        evidence: last?.clearedBy ?? null,
      },
      now,
    );
  }
}
