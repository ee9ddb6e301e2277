import { Fault, type Result } from '@stadtfunk/kernel';
import {
  type Alert,
  type AlertFilter,
  type Department,
  type DomainEvent,
  editedJob,
  isActive,
  type Job,
  type JobEdit,
  type JobEvent,
  type JobFilter,
  type JobMove,
  type JobRefusal,
  type JobStep,
  MaintenanceStore,
  movedJob,
  OVERDUE_ACTOR,
  UNPROVEN_ACTOR,
} from '@stadtfunk/maintenance';
import { pageOf } from './page-of.ts';

const DEPARTMENTS: readonly Department[] = [
  { departmentId: 'waste', name: { de: 'Abfallwirtschaft', en: 'Waste management' } },
  { departmentId: 'parking', name: { de: 'Parkraum', en: 'Parking' } },
  { departmentId: 'lighting', name: { de: 'Straßenbeleuchtung', en: 'Street lighting' } },
];

/** Alerts and jobs in memory. `put…` does what the rules do. */
export class MemoryMaintenanceStore extends MaintenanceStore {
  readonly #alerts = new Map<string, Alert>();
  readonly #jobs = new Map<string, Job>();
  readonly #histories = new Map<string, JobEvent[]>();
  readonly #events: DomainEvent[] = [];
  readonly #departments = new Map(DEPARTMENTS.map((department) => [department.departmentId, department]));
  /** How often events were read, for tests of how often that is. */
  eventReads = 0;

  putAlert(alert: Alert, type: string): void {
    this.#alerts.set(alert.alertId, alert);
    this.#tell(type, alert.raisedAt, alert);
  }

  putJob(job: Job, event: JobEvent, type = event.action === 'create' ? 'job.created' : 'job.changed'): void {
    this.#jobs.set(job.jobId, job);
    this.#histories.set(job.jobId, [...(this.#histories.get(job.jobId) ?? []), event]);
    this.#tell(type, event.at, job);
  }

  override async listAlerts({ open, severity, ruleId, assetId, deviceId, groupAlertId, ...page }: AlertFilter) {
    const fits = (alert: Alert) =>
      (open === undefined || (alert.clearedAt === null) === open) &&
      (severity === undefined || alert.severity === severity) &&
      (ruleId === undefined || alert.ruleId === ruleId) &&
      (assetId === undefined || alert.assetId === assetId) &&
      (deviceId === undefined || alert.deviceId === deviceId) &&
      (groupAlertId === undefined || alert.groupAlertId === groupAlertId);
    const alerts = [...this.#alerts.values()].filter(fits).sort((a, b) => b.raisedAt - a.raisedAt);
    return pageOf(alerts, ({ alertId }) => alertId, page);
  }

  override async findAlert(alertId: string): Promise<Alert | undefined> {
    return this.#alerts.get(alertId);
  }

  override async acknowledgeAlert(alertId: string, actor: string, at: number): Promise<Alert | undefined> {
    const alert = this.#alerts.get(alertId);
    if (!alert || alert.acknowledgedAt !== null) return alert;
    this.putAlert({ ...alert, acknowledgedAt: at, acknowledgedBy: actor }, 'alert.acknowledged');
    return this.#alerts.get(alertId);
  }

  override async listJobs({ states, department, crew, assetId, ...page }: JobFilter) {
    const fits = (job: Job) =>
      (states === undefined || states.includes(job.state)) &&
      (department === undefined || job.department === department) &&
      (crew === undefined || job.crew === crew) &&
      (assetId === undefined || job.assetId === assetId);
    const jobs = [...this.#jobs.values()].filter(fits).sort((a, b) => b.createdAt - a.createdAt);
    return pageOf(jobs, ({ jobId }) => jobId, page);
  }

  override async findJob(jobId: string): Promise<Job | undefined> {
    return this.#jobs.get(jobId);
  }

  override async jobHistory(jobId: string): Promise<readonly JobEvent[]> {
    return this.#histories.get(jobId) ?? [];
  }

  override async moveJob(move: JobMove): Promise<Job | JobRefusal> {
    if (move.department !== undefined && !this.#departments.has(move.department)) {
      return { code: 'department.unknown', detail: `no department '${move.department}'` };
    }
    return this.#change(move, (job) => movedJob(job, move));
  }

  override async editJob(edit: JobEdit): Promise<Job | JobRefusal> {
    return this.#change(edit, (job) => editedJob(job, edit));
  }

  override async commentJob(jobId: string, actor: string, at: number, note: string): Promise<Job | undefined> {
    const job = this.#jobs.get(jobId);
    if (job) this.putJob(job, { at, actor, action: 'comment', from: job.state, to: job.state, note });
    return job;
  }

  override async escalateOverdue(now: number, limit: number): Promise<number> {
    const overdue = [...this.#jobs.values()].filter(({ state, dueAt, overdueAt }) => {
      return isActive(state) && dueAt !== null && dueAt <= now && (overdueAt ?? -Infinity) < dueAt;
    });
    const longest = overdue.sort((a, b) => a.dueAt! - b.dueAt!).slice(0, limit);
    for (const job of longest) {
      this.#flag({ ...job, overdueAt: now }, 'job.overdue', now, { actor: OVERDUE_ACTOR, action: 'escalate' });
    }
    return longest.length;
  }

  override async flagUnproven(doneBefore: number, now: number, limit: number): Promise<number> {
    const unproven = [...this.#jobs.values()].filter(({ state, evidence, unprovenAt, closedAt }) => {
      return (
        state === 'done' && evidence === null && unprovenAt === null && closedAt !== null && closedAt <= doneBefore
      );
    });
    const longest = unproven.sort((a, b) => a.closedAt! - b.closedAt!).slice(0, limit);
    for (const job of longest) {
      this.#flag({ ...job, unprovenAt: now }, 'job.unproven', now, { actor: UNPROVEN_ACTOR, action: 'unproven' });
    }
    return longest.length;
  }

  override async listDepartments(): Promise<readonly Department[]> {
    return [...this.#departments.values()];
  }

  override async putDepartments(departments: readonly Department[]): Promise<void> {
    for (const department of departments) this.#departments.set(department.departmentId, department);
  }

  override async events(after: string | null, limit: number): Promise<readonly DomainEvent[]> {
    this.eventReads++;
    const start = after === null ? 0 : Number(/^e(\d+)$/.exec(after)?.[1] ?? NaN);
    if (Number.isNaN(start)) throw new Fault('cursor.invalid', 'no such cursor', false);
    return this.#events.slice(start, start + limit);
  }

  override async lastEvent(): Promise<string | null> {
    return this.#events.at(-1)?.cursor ?? null;
  }

  #change(
    { jobId, version }: Pick<JobMove, 'jobId' | 'version'>,
    decide: (job: Job) => Result<JobStep | null>,
  ): Job | JobRefusal {
    const job = this.#jobs.get(jobId);
    if (!job) return { code: 'job.unknown', detail: `no job ${jobId}` };
    if (version !== undefined && version !== job.version) {
      return { code: 'job.conflict', detail: `the job is at version ${job.version}, not ${version}` };
    }
    const decided = decide(job);
    if (!decided.ok) return { code: decided.error.code as JobRefusal['code'], detail: decided.error.detail };
    if (!decided.value) return job;
    this.putJob(decided.value.job, decided.value.event);
    return decided.value.job;
  }

  #flag(job: Job, type: string, at: number, event: Pick<JobEvent, 'actor' | 'action'>): void {
    const { jobId, state } = job;
    this.#jobs.set(jobId, job);
    const entry = { ...event, at, from: state, to: state, note: null };
    this.#histories.set(jobId, [...(this.#histories.get(jobId) ?? []), entry]);
    this.#tell(type, at, job);
  }

  #tell(type: string, at: number, data: Alert | Job): void {
    this.#events.push({ cursor: `e${this.#events.length + 1}`, type, at, data });
  }
}
