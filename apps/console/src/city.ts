import { type Alert, call, callAll, type Department, type Job, type Ledger, type Severity } from './api.ts';
import type { LiveEvent } from './live.ts';

const SEVERITY_ORDER: readonly Severity[] = ['critical', 'major', 'minor', 'warning'];
const ACTIVE = ['open', 'assigned', 'inProgress', 'waiting'];

/** What the page knows: open alerts and active jobs, kept up to date by events. */
export class City {
  readonly #alerts = new Map<string, Alert>();
  readonly #jobs = new Map<string, Job>();
  departments: readonly Department[] = [];
  ledger: Ledger | undefined;

  async load(): Promise<void> {
    const [alerts, jobs, departments, ledger] = await Promise.all([
      callAll<Alert>('/alerts?open=true'),
      callAll<Job>(`/jobs?state=${ACTIVE.join()}`),
      callAll<Department>('/departments'),
      call<Ledger>('GET', '/ledger'),
    ]);
    this.#alerts.clear();
    this.#jobs.clear();
    for (const alert of alerts) this.putAlert(alert);
    for (const job of jobs) this.putJob(job);
    this.departments = departments;
    this.ledger = ledger;
  }

  async loadLedger(): Promise<void> {
    this.ledger = await call<Ledger>('GET', '/ledger');
  }

  apply({ data }: LiveEvent): void {
    if ('alertId' in data) this.putAlert(data);
    else this.putJob(data);
  }

  putAlert(alert: Alert): void {
    if (alert.open) this.#alerts.set(alert.alertId, alert);
    else this.#alerts.delete(alert.alertId);
  }

  /** An older version never replaces a newer one: answers and events overtake each other. */
  putJob(job: Job): void {
    const present = this.#jobs.get(job.jobId);
    if (present && present.version > job.version) return;
    if (ACTIVE.includes(job.state)) this.#jobs.set(job.jobId, job);
    else this.#jobs.delete(job.jobId);
  }

  /** Worst first, then newest. */
  get alerts(): Alert[] {
    const rank = ({ severity, acknowledgedBy }: Alert) => SEVERITY_ORDER.indexOf(severity) + (acknowledgedBy ? 10 : 0);
    return [...this.#alerts.values()].sort((a, b) => rank(a) - rank(b) || (a.raisedAt < b.raisedAt ? 1 : -1));
  }

  /** Soonest due first; those without a date last. */
  get jobs(): Job[] {
    const due = ({ dueAt }: Job) => (dueAt === null ? Infinity : Date.parse(dueAt));
    return [...this.#jobs.values()].sort((a, b) => due(a) - due(b) || b.number - a.number);
  }
}
