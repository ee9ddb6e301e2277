import type { DeviceRegistry } from '@stadtfunk/devices';
import { Fault, type Result } from '@stadtfunk/kernel';
import {
  type Alert,
  type AlertEntry,
  type AlertFilter,
  type AlertOutcome,
  type AlertSelection,
  type AlertsAssignment,
  type AlertsStep,
  type AlertTally,
  type Department,
  type DomainEvent,
  editedJob,
  isActive,
  type Job,
  type JobCounts,
  type JobEdit,
  type JobEvent,
  type JobFilter,
  type JobMove,
  type JobRefusal,
  type JobSelection,
  JOB_STATES,
  type JobStep,
  MaintenanceStore,
  movedJob,
  type NewJob,
  OVERDUE_ACTOR,
  UNPROVEN_ACTOR,
} from '@stadtfunk/maintenance';
import { compareAlerts, entryOf, isSelected, tallyOf } from './memory-alert-list.ts';
import { pageOf } from './page-of.ts';

const DEPARTMENTS: readonly Department[] = [
  { departmentId: 'waste', name: { de: 'Abfallwirtschaft', en: 'Waste management' } },
  { departmentId: 'parking', name: { de: 'Parkraum', en: 'Parking' } },
  { departmentId: 'lighting', name: { de: 'Straßenbeleuchtung', en: 'Street lighting' } },
];

/** Alerts and jobs in memory. `put…` does what the rules do. */
export class MemoryMaintenanceStore extends MaintenanceStore {
  readonly #alerts = new Map<string, Alert>();
  /** For what other twins count of them. */
  get everyAlert(): Iterable<Alert> {
    return this.#alerts.values();
  }
  /** For what other twins have about a job. */
  departmentOf(jobId: string): string | undefined {
    return this.#jobs.get(jobId)?.department;
  }
  readonly #jobs = new Map<string, Job>();
  readonly #histories = new Map<string, JobEvent[]>();
  readonly #events: DomainEvent[] = [];
  /** Requests that were done, by job and key. */
  readonly #done = new Set<string>();
  readonly #departments = new Map(DEPARTMENTS.map((department) => [department.departmentId, department]));
  /** How often events were read, for tests of how often that is. */
  eventReads = 0;

  /** @param assets where jobs are, for lists that ask for that */
  constructor(private readonly assets?: Pick<DeviceRegistry, 'findAsset'>) {
    super();
  }

  putAlert(alert: Alert, type: string): void {
    this.#alerts.set(alert.alertId, alert);
    this.#tell(type, alert.raisedAt, alert);
  }

  putJob(job: Job, event: JobEvent, type = event.action === 'create' ? 'job.created' : 'job.changed'): void {
    this.#jobs.set(job.jobId, job);
    this.#histories.set(job.jobId, [...(this.#histories.get(job.jobId) ?? []), event]);
    this.#tell(type, event.at, job);
  }

  override async listAlerts({ order, explained = true, limit, after, ...selection }: AlertFilter) {
    const entries = (await this.#selectAlerts(selection)).sort(compareAlerts(order));
    const page = pageOf(entries, ({ alertId }) => alertId, { limit, ...(after !== undefined && { after }) });
    return explained ? page : { ...page, items: page.items.map(({ explanation: _left, ...entry }) => entry) };
  }

  override async tallyAlerts(selection: AlertSelection): Promise<readonly AlertTally[]> {
    return tallyOf(await this.#selectAlerts(selection));
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

  override async acknowledgeAlerts({ alertIds, actor, at }: AlertsStep): Promise<readonly AlertOutcome[]> {
    return alertIds.map((alertId): AlertOutcome => {
      const alert = this.#alerts.get(alertId);
      if (alert?.clearedAt !== null) return goneOutcome(alertId, alert);
      if (alert.acknowledgedAt === null) {
        this.putAlert({ ...alert, acknowledgedAt: at, acknowledgedBy: actor }, 'alert.acknowledged');
      } else if (alert.acknowledgedBy !== actor) {
        return { alertId, outcome: 'conflict', code: 'alert.acknowledged' };
      }
      return { alertId, outcome: 'done', code: null };
    });
  }

  override async assignAlerts({ alertIds, departments, ...move }: AlertsAssignment) {
    return alertIds.map((alertId): AlertOutcome => {
      const alert = this.#alerts.get(alertId);
      const job = alert && entryOf(alert, undefined, [...this.#jobs.values()]).job;
      if (!job || !isActive(job.state)) {
        if (alert?.clearedAt !== null) return goneOutcome(alertId, alert);
        return { alertId, outcome: 'conflict', code: 'alert.withoutJob' };
      }
      if (departments && !departments.includes(job.department)) {
        return { alertId, outcome: 'conflict', code: 'job.foreign' };
      }
      const isDone = job.state === 'assigned' && job.assignee === move.assignee;
      if (!isDone) {
        const assign = { jobId: job.jobId, action: 'assign', ...move } as const;
        this.#change(assign, (before) => movedJob(before, assign));
      }
      return { alertId, outcome: 'done', code: null };
    });
  }

  override async listJobs({ order = 'newest', limit, after, ...selection }: JobFilter) {
    const jobs = (await this.#select(selection)).sort((a, b) =>
      order === 'newest' ? b.createdAt - a.createdAt : (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || 0,
    );
    return pageOf(jobs, ({ jobId }) => jobId, { limit, ...(after !== undefined && { after }) });
  }

  override async countJobs(selection: JobSelection, now: number): Promise<JobCounts> {
    const jobs = await this.#select(selection);
    const counts = JOB_STATES.map((state) => [state, jobs.filter((job) => job.state === state).length] as const);
    const overdue = jobs.filter(({ state, dueAt }) => isActive(state) && dueAt !== null && dueAt < now);
    return { states: Object.fromEntries(counts) as JobCounts['states'], overdue: overdue.length };
  }

  override async createJob(asked: NewJob): Promise<Job | JobRefusal> {
    const { description, place, draftedFor: _draftedFor, alertId, actor, at, assignee, ...same } = asked;
    const present = this.#jobs.get(asked.jobId);
    if (present) return present;
    if (!this.#departments.has(asked.department)) {
      return { code: 'department.unknown', detail: `no department '${asked.department}'` };
    }
    if (alertId !== null && this.#alerts.get(alertId)?.clearedAt !== null) {
      return { code: 'alert.closed', detail: `no open alert ${alertId}` };
    }
    const state = assignee === null ? 'open' : 'assigned';
    const job: Job = {
      ...same,
      ...(description !== null && { description }),
      ...(place !== null && { place }),
      ...{ number: 100 + this.#jobs.size, assignee, state, createdAt: at, waitingFor: null, tags: [], version: 1 },
      ...{ overdueAt: null, closedAt: null, evidence: null, unprovenAt: null },
      alertIds: alertId === null ? [] : [alertId],
    };
    const changes = assignee === null ? {} : { changes: { assignee } };
    this.putJob(job, { at, actor, action: 'create', from: null, to: state, note: null, ...changes });
    return job;
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
    const before = this.#jobs.get(move.jobId);
    const moved = this.#change(move, (job) => movedJob(job, move));
    if (before && 'jobId' in moved && moved.department !== before.department) {
      this.#tell('job.left', move.at, { jobId: moved.jobId, left: before.department });
    }
    return moved;
  }

  override async editJob(edit: JobEdit): Promise<Job | JobRefusal> {
    return this.#change(edit, (job) => editedJob(job, edit));
  }

  override async commentJob(jobId: string, actor: string, at: number, note: string, requestKey?: string) {
    const job = this.#jobs.get(jobId);
    if (!job || this.#isDone(jobId, requestKey)) return job;
    this.putJob(job, { at, actor, action: 'comment', from: job.state, to: job.state, note });
    this.#noteDone(jobId, requestKey);
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
    { jobId, version, requestKey }: Pick<JobMove, 'jobId' | 'version' | 'requestKey'>,
    decide: (job: Job) => Result<JobStep | null>,
  ): Job | JobRefusal {
    const job = this.#jobs.get(jobId);
    if (!job) return { code: 'job.unknown', detail: `no job ${jobId}` };
    if (this.#isDone(jobId, requestKey)) return job;
    if (version !== undefined && version !== job.version) {
      return { code: 'job.conflict', detail: `the job is at version ${job.version}, not ${version}` };
    }
    const decided = decide(job);
    if (!decided.ok) return { code: decided.error.code as JobRefusal['code'], detail: decided.error.detail };
    if (!decided.value) return job;
    this.putJob(decided.value.job, decided.value.event);
    this.#noteDone(jobId, requestKey);
    return decided.value.job;
  }

  async #selectAlerts(selection: AlertSelection): Promise<AlertEntry[]> {
    const jobs = [...this.#jobs.values()];
    const found: AlertEntry[] = [];
    for (const alert of this.#alerts.values()) {
      const asset = alert.assetId === null ? undefined : await this.assets?.findAsset(alert.assetId);
      const entry = entryOf(alert, asset, jobs);
      if (isSelected(entry, asset, selection)) found.push(entry);
    }
    return found;
  }

  #isDone(jobId: string, requestKey: string | undefined): boolean {
    return requestKey !== undefined && this.#done.has(`${jobId} ${requestKey}`);
  }

  #noteDone(jobId: string, requestKey: string | undefined): void {
    if (requestKey !== undefined) this.#done.add(`${jobId} ${requestKey}`);
  }

  async #select({ states, departments, dueBefore, district, text, ...same }: JobSelection): Promise<Job[]> {
    const found: Job[] = [];
    for (const job of this.#jobs.values()) {
      const asset = job.assetId === null ? undefined : await this.assets?.findAsset(job.assetId);
      const { title, description, assignee, assetId, deviceId, place } = job;
      const words = [title.de, title.en, description, assignee, assetId, deviceId, place?.name, asset?.name];
      const further = [asset?.address?.['streetAddress'], asset?.attributes['streetPoleNum']];
      const isMentioned = (sought: string) =>
        /^#?(\d{1,9})$/.exec(sought)?.[1] === String(job.number) ||
        [...words, ...further].some(
          (word) => typeof word === 'string' && word.toLowerCase().includes(sought.toLowerCase()),
        );
      const fits =
        (states === undefined || states.includes(job.state)) &&
        (departments === undefined || departments.includes(job.department)) &&
        (dueBefore === undefined || (job.dueAt !== null && job.dueAt < dueBefore)) &&
        (district === undefined || place?.district === district || asset?.district === district) &&
        (text === undefined || isMentioned(text)) &&
        (['department', 'crew', 'assignee', 'assetId'] as const).every(
          (name) => same[name] === undefined || job[name] === same[name],
        );
      if (fits) found.push(job);
    }
    return found;
  }

  #flag(job: Job, type: string, at: number, event: Pick<JobEvent, 'actor' | 'action'>): void {
    const { jobId, state } = job;
    this.#jobs.set(jobId, job);
    const entry = { ...event, at, from: state, to: state, note: null };
    this.#histories.set(jobId, [...(this.#histories.get(jobId) ?? []), entry]);
    this.#tell(type, at, job);
  }

  #tell(type: string, at: number, data: DomainEvent['data']): void {
    this.#events.push({ cursor: `e${this.#events.length + 1}`, type, at, data });
  }
}

function goneOutcome(alertId: string, alert: Alert | undefined): AlertOutcome {
  return { alertId, outcome: 'gone', code: alert ? 'alert.cleared' : 'alert.unknown' };
}
