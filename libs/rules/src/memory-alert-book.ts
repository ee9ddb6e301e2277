import {
  isActive,
  isRelapse,
  isWorse,
  joinedJob,
  JOB_PRIORITIES,
  relapsedJob,
  takesAlerts,
  verifiedJob,
  withdrawnJob,
  worsenedJob,
  type Alert,
  type AlertChange,
  type Grouping,
  type Job,
  type JobDraft,
  type JobEvent,
  type JobPriority,
  type JobStep,
  type MemberState,
} from '@stadtfunk/maintenance';

type Raise = Extract<AlertChange, { type: 'raise' }>;
type Worsen = Extract<AlertChange, { type: 'worsen' }>;
type Clear = Extract<AlertChange, { type: 'clear' }>;

/** What is known of an open alert whose job and notification may wait, or may be taken over by the job of a group. */
export interface HeldAlert {
  readonly state: MemberState;
  /** Whether anybody outside has been told of it. */
  readonly told: boolean;
  readonly job: JobDraft | null;
  readonly grouping: Grouping;
  readonly waitsUntil: number | null;
}

export interface AlertRows {
  readonly alerts: Map<string, Alert>;
  readonly held: Map<string, HeldAlert>;
  /** Groups that are open, by key: the alert that stands for them, and when the first member was raised. */
  readonly groups: Map<string, { readonly alertId: string; readonly since: number }>;
  readonly jobs: Map<string, Job>;
  readonly history: (JobEvent & { readonly jobId: string })[];
  /** `quiet`: only live pages hear of it. */
  readonly events: { readonly type: string; readonly data: Alert | Job; readonly quiet?: boolean }[];
}

/** Where to find what belongs to a problem, an alert or a group, in the order in which it came: a backtest has many of them. */
interface Index {
  /** Alerts by rule and subject, and the one of them that is open. */
  readonly byProblem: Map<string, Set<string>>;
  readonly open: Map<string, string>;
  /** Alerts by the alert of a group behind which they stand or stood. */
  readonly byGroup: Map<string, Set<string>>;
  readonly jobsByAlert: Map<string, Set<string>>;
}

/** By the alerts: rows can have what is held apart. */
const INDEXES = new WeakMap<AlertRows['alerts'], Index>();

function indexOf({ alerts, jobs }: AlertRows): Index {
  let index = INDEXES.get(alerts);
  if (!index) {
    index = { byProblem: new Map(), open: new Map(), byGroup: new Map(), jobsByAlert: new Map() };
    INDEXES.set(alerts, index);
    for (const alert of alerts.values()) noteAlert(index, alert);
    for (const job of jobs.values()) noteJob(index, job);
  }
  return index;
}

function noteAlert(index: Index, alert: Alert): void {
  const problem = problemOf(alert);
  noteIn(index.byProblem, problem, alert.alertId);
  if (alert.clearedAt === null) index.open.set(problem, alert.alertId);
  else if (index.open.get(problem) === alert.alertId) index.open.delete(problem);
  if (alert.groupAlertId !== undefined) noteIn(index.byGroup, alert.groupAlertId, alert.alertId);
}

function noteJob(index: Index, { jobId, alertIds }: Job): void {
  for (const alertId of alertIds) noteIn(index.jobsByAlert, alertId, jobId);
}

function noteIn(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key);
  if (set) set.add(id);
  else sets.set(key, new Set([id]));
}

const NO_JOBS: readonly Job[] = [];

function problemOf({ ruleId, subject }: Pick<Alert, 'ruleId' | 'subject'>): string {
  return `${ruleId} ${subject}`;
}

/** What raising, worsening and clearing do to alerts and jobs in memory. Whoever else puts rows there does so before the first. */
export class MemoryAlertBook {
  readonly rows: AlertRows;
  readonly #holds: boolean;
  readonly #index: Index;

  /** @param holds whether alerts that may be one of a group wait: for whoever has a settlement */
  constructor(rows: AlertRows, holds: boolean) {
    this.rows = rows;
    this.#holds = holds;
    this.#index = indexOf(rows);
  }

  apply(change: AlertChange, at: number): void {
    if (change.type === 'raise') this.raise(change, at);
    else if (change.type === 'worsen') this.#worsen(change, at);
    else this.clear(change, at);
  }

  raise(raise: Raise, at: number): void {
    const { alerts, held } = this.rows;
    const { job: draft, grouping, explanation } = raise;
    if (alerts.has(raise.alertId) || this.#index.open.has(problemOf(raise))) return;
    // By name: what a pattern leaves of an object is slow to make.
    const alert: Alert = {
      alertId: raise.alertId,
      ruleId: raise.ruleId,
      ruleVersion: raise.ruleVersion,
      severity: raise.severity,
      title: raise.title,
      subject: raise.subject,
      assetId: raise.assetId,
      deviceId: raise.deviceId,
      raisedAt: raise.raisedAt,
      acknowledgedAt: null,
      acknowledgedBy: null,
      clearedAt: null,
      clearReason: null,
      raisedBy: raise.evidence,
      clearedBy: null,
      ...(explanation && { explanation }),
    };
    const waitsUntil = grouping && this.#holds ? at + grouping.withinMs : null;
    const waits = waitsUntil !== null && !grouping?.atOnce;
    if (grouping && waitsUntil !== null) {
      const state = waits ? 'waiting' : 'single';
      held.set(raise.alertId, { state, told: !waits, job: draft, grouping, waitsUntil });
    }
    if (waits) {
      this.put('alert.suppressed', { ...alert, suppression: { kind: 'byDesign', until: waitsUntil } }, true);
    } else {
      this.put('alert.raised', alert);
      if (draft) this.openJob(raise, draft, at);
    }
  }

  /** The job that an alert asks for: a new one, the one of the same problem, or the one of the last time. */
  openJob(raise: Order, draft: JobDraft, at: number): void {
    const { alertId, assetId, deviceId, ruleId } = raise;
    const { reopenWithinMs, joins = [] } = draft;
    const same = this.#jobOf(raise, joins);
    if (same) return this.take(joinedJob(same, { alertId, ruleId, ...draft }, at));
    const before = this.#jobOfLastTime(raise, reopenWithinMs);
    if (before) return this.take(relapsedJob(before, { alertId, ruleId, dueAt: draft.dueAt }, at));
    const job: Job = {
      jobId: draft.jobId,
      number: this.rows.jobs.size + 1,
      kind: draft.kind,
      title: draft.title,
      department: draft.department,
      crew: draft.crew ?? null,
      assetId,
      deviceId,
      priority: draft.priority,
      state: 'open',
      assignee: null,
      waitingFor: null,
      tags: [],
      createdAt: at,
      dueAt: draft.dueAt,
      overdueAt: null,
      closedAt: null,
      evidence: null,
      unprovenAt: null,
      alertIds: [alertId],
      version: 1,
    };
    const created = { at, actor: `rule:${ruleId}`, action: 'create', from: null, to: 'open', note: null } as const;
    this.rows.history.push({ jobId: job.jobId, ...created });
    this.put('job.created', job);
  }

  #worsen({ alertId, ruleId, severity, priority, explanation: rise }: Worsen, at: number): void {
    const alert = this.rows.alerts.get(alertId);
    if (!alert || alert.clearedAt !== null || !isWorse(severity, alert.severity)) return;
    const { explanation } = alert;
    const told = explanation && rise && { ...explanation, worsened: [...explanation.worsened, rise] };
    const isQuiet = alert.suppression !== undefined;
    this.put('alert.worsened', { ...alert, severity, ...(told && { explanation: told }) }, isQuiet);
    if (priority === null) return;
    const held = this.rows.held.get(alertId);
    if (held?.job && !held.told && isMoreUrgent(priority, held.job.priority)) {
      this.rows.held.set(alertId, { ...held, job: { ...held.job, priority } });
    }
    for (const job of this.jobsOf(alertId)) {
      const step = worsenedJob(job, { ruleId, priority }, at);
      if (step) this.take(step);
    }
  }

  clear({ alertId, deviceId, clearedAt, reason, evidence, explanation: decision }: Clear, at: number): void {
    const alert = this.rows.alerts.get(alertId);
    if (!alert || alert.clearedAt !== null) return;
    const { explanation } = alert;
    const told = explanation && decision && { explanation: { ...explanation, cleared: decision } };
    const isQuiet = this.rows.held.get(alertId)?.told === false;
    this.rows.held.delete(alertId);
    this.put('alert.cleared', { ...alert, clearedAt, clearReason: reason, clearedBy: evidence, ...told }, isQuiet);
    for (const job of this.jobsOf(alertId)) {
      if (!job.alertIds.every((each) => this.rows.alerts.get(each)?.clearedAt !== null)) continue;
      const { ruleId } = alert;
      const step =
        reason === 'measured'
          ? verifiedJob(job, { deviceId, evidence }, at)
          : withdrawnJob(job, { ruleId, reason }, at);
      if (step) this.take(step);
    }
  }

  /** All alerts of a problem, the oldest first. */
  alertsOf(problem: Pick<Alert, 'ruleId' | 'subject'>): readonly Alert[] {
    return [...(this.#index.byProblem.get(problemOf(problem)) ?? [])].map((alertId) => this.rows.alerts.get(alertId)!);
  }

  /** Those that stand behind the alert of a group. */
  membersOf(groupAlertId: string): readonly Alert[] {
    const all = [...(this.#index.byGroup.get(groupAlertId) ?? [])].map((alertId) => this.rows.alerts.get(alertId)!);
    return all.filter((alert) => alert.groupAlertId === groupAlertId);
  }

  /** The jobs that an alert has or had, the oldest first. */
  jobsOf(alertId: string): readonly Job[] {
    const jobIds = this.#index.jobsByAlert.get(alertId);
    if (!jobIds) return NO_JOBS;
    const jobs: Job[] = [];
    for (const jobId of jobIds) {
      const job = this.rows.jobs.get(jobId)!;
      if (job.alertIds.includes(alertId)) jobs.push(job);
    }
    return jobs.length > 1 ? jobs.sort((a, b) => a.number - b.number) : jobs;
  }

  /** The active job of an open alert that one of these rules has raised about the same. */
  #jobOf({ subject }: Pick<Raise, 'subject'>, rules: readonly string[]): Job | undefined {
    const open = rules.flatMap((ruleId) => this.#index.open.get(problemOf({ ruleId, subject })) ?? []);
    const jobs = open.flatMap((alertId) =>
      this.jobsOf(alertId).filter((job) => isActive(job.state) && takesAlerts(job)),
    );
    return jobs.sort((a, b) => a.number - b.number)[0];
  }

  /** The job that the problem had before, if it is still about it: an active one first, else that of the last time. */
  #jobOfLastTime(raise: Pick<Raise, 'subject' | 'ruleId' | 'raisedAt'>, withinMs: number | undefined): Job | undefined {
    let last: Job | undefined;
    let lastClearedAt = -Infinity;
    for (const alertId of this.#index.byProblem.get(problemOf(raise)) ?? []) {
      const { clearedAt } = this.rows.alerts.get(alertId)!;
      const jobIds = clearedAt === null ? undefined : this.#index.jobsByAlert.get(alertId);
      if (clearedAt === null || !jobIds) continue;
      for (const jobId of jobIds) {
        const job = this.rows.jobs.get(jobId)!;
        // First what is quick to know: most problems were there often, and their jobs are closed for long.
        if (!isRelapse(job, clearedAt, raise.raisedAt, withinMs) || !job.alertIds.includes(alertId)) continue;
        const order = last
          ? Number(isActive(job.state)) - Number(isActive(last.state)) ||
            clearedAt - lastClearedAt ||
            job.number - last.number
          : 1;
        if (order <= 0) continue;
        last = job;
        lastClearedAt = clearedAt;
      }
    }
    return last;
  }

  take({ job, event }: JobStep): void {
    this.rows.history.push({ jobId: job.jobId, ...event });
    this.put('job.changed', job);
  }

  put(type: string, data: Alert | Job, quiet = false): void {
    if ('jobId' in data) {
      // Its alerts are as many as there were episodes of a problem that comes back again and again.
      const isNoted = this.rows.jobs.get(data.jobId)?.alertIds === data.alertIds;
      this.rows.jobs.set(data.jobId, data);
      if (!isNoted) noteJob(this.#index, data);
    } else {
      this.rows.alerts.set(data.alertId, data);
      noteAlert(this.#index, data);
    }
    this.rows.events.push({ type, data, ...(quiet && { quiet }) });
  }
}

/** The alert that asks for a job. */
type Order = Pick<Raise, 'alertId' | 'ruleId' | 'subject' | 'assetId' | 'deviceId' | 'raisedAt'>;

function isMoreUrgent(priority: JobPriority, than: JobPriority): boolean {
  return JOB_PRIORITIES.indexOf(priority) < JOB_PRIORITIES.indexOf(than);
}
