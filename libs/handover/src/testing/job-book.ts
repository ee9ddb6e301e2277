import type { Clock } from '@stadtfunk/kernel';
import {
  editedJob,
  movedJob,
  type Job,
  type JobAction,
  type JobEdit,
  type JobEvent,
  type JobMove,
  type JobRefusal,
  type OutboxEvent,
} from '@stadtfunk/maintenance';
import { aJob } from '@stadtfunk/maintenance/testing';

/** Jobs in memory that move as jobs do, with the events that they leave for the channels. */
export class JobBook {
  readonly events: OutboxEvent[] = [];
  readonly history: JobEvent[] = [];
  readonly #histories = new Map<string, JobEvent[]>();
  readonly #jobs = new Map<string, Job>();
  readonly #requests = new Set<string>();

  constructor(private readonly clock: Clock) {}

  create(name: string, differences: Partial<Job> = {}): Job {
    return this.#keep({ ...aJob(name), number: this.#jobs.size + 1, ...differences }, 'job.created');
  }

  move(jobId: string, action: JobAction, note?: string): Promise<Job | JobRefusal> {
    return this.moveJob({ jobId, action, actor: 'Anna', at: this.clock.now(), ...(note !== undefined && { note }) });
  }

  async jobHistory(jobId: string): Promise<readonly JobEvent[]> {
    return this.#histories.get(jobId) ?? [];
  }

  async findJob(jobId: string): Promise<Job | undefined> {
    return this.#jobs.get(jobId);
  }

  async moveJob(move: JobMove): Promise<Job | JobRefusal> {
    const job = this.#jobs.get(move.jobId)!;
    if (move.version !== undefined && move.version !== job.version) return { code: 'job.conflict', detail: 'changed' };
    const moved = movedJob(job, move);
    if (!moved.ok) return moved.error as JobRefusal;
    this.#note(move.jobId, moved.value.event);
    return this.#keep(moved.value.job, 'job.changed');
  }

  async editJob(edit: JobEdit): Promise<Job | JobRefusal> {
    const job = this.#jobs.get(edit.jobId)!;
    const edited = editedJob(job, edit);
    if (!edited.ok) return edited.error as JobRefusal;
    if (!edited.value) return job;
    this.#note(edit.jobId, edited.value.event);
    return this.#keep(edited.value.job, 'job.changed');
  }

  async commentJob(
    jobId: string,
    actor: string,
    at: number,
    note: string,
    requestKey?: string,
  ): Promise<Job | undefined> {
    const job = this.#jobs.get(jobId);
    if (!job || (requestKey !== undefined && this.#requests.has(requestKey))) return job;
    if (requestKey !== undefined) this.#requests.add(requestKey);
    this.#note(jobId, { at, actor, action: 'comment', from: job.state, to: job.state, note });
    return this.#keep(job, 'job.changed');
  }

  /** The sensor shows the repair. */
  verify(jobId: string): Job {
    const job = this.#jobs.get(jobId)!;
    return this.#keep(
      { ...job, state: 'verified', closedAt: this.clock.now(), version: job.version + 1 },
      'job.changed',
    );
  }

  /** A photo was added or removed: its event, at the same version. */
  photographed(jobId: string): Job {
    return this.#keep(this.#jobs.get(jobId)!, 'job.changed');
  }

  #note(jobId: string, event: JobEvent): void {
    this.history.push(event);
    this.#histories.set(jobId, [...(this.#histories.get(jobId) ?? []), event]);
  }

  #keep(job: Job, type: string): Job {
    this.#jobs.set(job.jobId, job);
    this.events.push({ eventId: this.events.length + 1, type, at: this.clock.now(), data: job });
    return job;
  }
}
