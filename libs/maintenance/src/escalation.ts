import type { Alert, Severity } from './alert.ts';
import type { Job, JobPriority } from './job.ts';

/** An alert that nobody has acknowledged, and of whose jobs nobody has taken one. */
export interface UnacknowledgedAlert {
  readonly alert: Alert;
  /** Of its job, else of its asset; null: nobody's. */
  readonly department: string | null;
  /** When each of the steps was told that its present severity has had, in their order. */
  readonly toldAt: readonly number[];
}

/** A job that is past its due time, and that somebody has yet to do. */
export interface OverdueJob {
  readonly job: Job;
  /** When each of the steps was told since it is overdue, in their order. */
  readonly toldAt: readonly number[];
}

/** Somebody who is to look after an alert or a job now. */
export interface EscalationRecipient {
  readonly role: 'onCall' | 'lead' | 'person';
  readonly personId: string;
  readonly name: string;
  readonly mail: string | null;
}

/** One step: whom an alert is told to that those before did not acknowledge, or a job that nobody has done in time. */
export interface Escalation {
  /** Counts from 1. */
  readonly step: number;
  /** How long after the alert was raised, or the job was due, the step is meant to come. */
  readonly afterMs: number;
  readonly department: string | null;
  /** Empty: nobody is on call, or the department has no lead. */
  readonly to: readonly EscalationRecipient[];
}

/** What an event `alert.escalated` says. */
export interface EscalatedAlert extends Alert {
  readonly escalation: Escalation;
}

/** What an event `job.escalated` says. */
export interface EscalatedJob extends Job {
  readonly escalation: Escalation;
}

/** A step of an alert as it was told. */
export interface ToldEscalation extends ToldStep {
  readonly severity: Severity;
}

/** A step of a job as it was told. */
export interface ToldOverdue extends ToldStep {
  /** When it was said that the job is overdue: after a later due time the steps begin anew. */
  readonly overdueAt: number;
}

interface ToldStep extends Omit<Escalation, 'afterMs'> {
  readonly at: number;
}

/** Which alerts have to be looked at. */
export interface EscalationReach {
  readonly severity: Severity;
  /** No step is due earlier than this after an alert was raised. */
  readonly afterMs: number;
  /** An alert has no more steps than this. */
  readonly steps: number;
}

/** Which jobs have to be looked at. */
export interface OverdueReach {
  readonly priority: JobPriority;
  /** No step is due earlier than this after the due time. */
  readonly afterMs: number;
  /** A job has no more steps than this. */
  readonly steps: number;
}

/**
 * Who is told of alerts that nobody acknowledges and of jobs that are not done in time, and when. Follows from what is recorded, so
 * no timer has to be kept.
 */
export abstract class EscalationPlan {
  abstract reach(): readonly EscalationReach[];
  /** The step that is due; null: none. */
  abstract due(alert: UnacknowledgedAlert, now: number): Escalation | null;

  abstract overdueReach(): readonly OverdueReach[];
  /** The step that is due; null: none. */
  abstract overdueDue(job: OverdueJob, now: number): Escalation | null;
}

/** Where a page of alerts goes on. */
export type EscalationCursor = Pick<Alert, 'raisedAt' | 'alertId'>;
export type OverdueCursor = Pick<Job, 'dueAt' | 'jobId'>;

export abstract class EscalationRecords {
  /** Alerts within reach, those raised first first, from behind a cursor on. */
  abstract unacknowledged(
    reach: readonly EscalationReach[],
    now: number,
    limit: number,
    after: EscalationCursor | null,
  ): Promise<readonly UnacknowledgedAlert[]>;

  /**
   * Tells one step: an event `alert.escalated`, a line in the history of the alert's jobs, and a record that it was told, all or
   * nothing. False, and nothing, if it was told before, or somebody has acknowledged the alert meanwhile or it is over.
   */
  abstract tell(alert: Alert, escalation: Escalation, at: number): Promise<boolean>;

  /** What was told of an alert, in its order. */
  abstract told(alertId: string): Promise<readonly ToldEscalation[]>;

  /** Jobs within reach of which it was said that they are overdue, those due first first, from behind a cursor on. */
  abstract overdue(
    reach: readonly OverdueReach[],
    now: number,
    limit: number,
    after: OverdueCursor | null,
  ): Promise<readonly OverdueJob[]>;

  /**
   * Tells one step: an event `job.escalated`, a line in the history of the job, and a record that it was told, all or nothing. False,
   * and nothing, if it was told before, or the job is done or has another due time meanwhile. The version of the job stays.
   */
  abstract tellOverdue(job: Job, escalation: Escalation, at: number): Promise<boolean>;

  /** What was told of a job, in its order. */
  abstract toldOverdue(jobId: string): Promise<readonly ToldOverdue[]>;
}

/** How many are looked at together, and whether to go on. */
export interface EscalationBounds {
  readonly limit: number;
  readonly isAborted: () => boolean;
}

/** Tells what is due, of all alerts, and gives how much that was. Told twice at once, by several processes, it is told once. */
export async function escalateAlerts(
  plan: EscalationPlan,
  records: EscalationRecords,
  now: number,
  bounds: EscalationBounds,
): Promise<number> {
  const reach = plan.reach();
  if (reach.length === 0) return 0;
  return tellDue<UnacknowledgedAlert>(bounds, {
    page: (last) => records.unacknowledged(reach, now, bounds.limit, last?.alert ?? null),
    due: (found) => plan.due(found, now),
    tell: ({ alert }, escalation) => records.tell(alert, escalation, now),
  });
}

/** Tells what is due, of all jobs that are overdue, in the same way. */
export async function escalateJobs(
  plan: EscalationPlan,
  records: EscalationRecords,
  now: number,
  bounds: EscalationBounds,
): Promise<number> {
  const reach = plan.overdueReach();
  if (reach.length === 0) return 0;
  return tellDue<OverdueJob>(bounds, {
    page: (last) => records.overdue(reach, now, bounds.limit, last?.job ?? null),
    due: (found) => plan.overdueDue(found, now),
    tell: ({ job }, escalation) => records.tellOverdue(job, escalation, now),
  });
}

async function tellDue<T>(
  { limit, isAborted }: EscalationBounds,
  steps: {
    readonly page: (last: T | null) => Promise<readonly T[]>;
    readonly due: (found: T) => Escalation | null;
    readonly tell: (found: T, escalation: Escalation) => Promise<boolean>;
  },
): Promise<number> {
  let told = 0;
  let last: T | null = null;
  while (!isAborted()) {
    const page: readonly T[] = await steps.page(last);
    for (const found of page) {
      const escalation = isAborted() ? null : steps.due(found);
      if (escalation && (await steps.tell(found, escalation))) told++;
    }
    last = page.at(-1) ?? null;
    if (page.length < limit) break;
  }
  return told;
}
