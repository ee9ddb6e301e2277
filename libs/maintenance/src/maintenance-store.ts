import type { Page } from '@stadtfunk/readings';
import type {
  AlertEntry,
  AlertFilter,
  AlertOutcome,
  AlertSelection,
  AlertsAssignment,
  AlertsStep,
  AlertTally,
} from './alert-list.ts';
import type { Alert, Text } from './alert.ts';
import type { Job, JobAction, JobEvent, JobPlace, JobPriority, JobState } from './job.ts';

/** Which jobs; what is absent does not matter. */
export interface JobSelection {
  /** Any of these. */
  readonly states?: readonly JobState[];
  readonly department?: string;
  /** Any of these: what somebody may see, whatever he looks for. */
  readonly departments?: readonly string[];
  readonly crew?: string;
  readonly assignee?: string;
  readonly assetId?: string;
  /** Of the asset or the place. */
  readonly district?: string;
  /** Due before this moment, UTC ms. */
  readonly dueBefore?: number;
  /** In number, title, place, assignee, or the ids and the name of what it is about; whatever the case of its letters. */
  readonly text?: string;
}

export const JOB_ORDERS = ['newest', 'due'] as const;
/** `due`: what is due first comes first, what is due some day last. */
export type JobOrder = (typeof JOB_ORDERS)[number];

export interface JobFilter extends JobSelection {
  /** Absent: `newest`. */
  readonly order?: JobOrder;
  readonly limit: number;
  readonly after?: string;
}

export interface JobCounts {
  readonly states: Readonly<Record<JobState, number>>;
  /** Past their due time, and not yet done. */
  readonly overdue: number;
}

/** A job that a person asks for. */
export interface NewJob {
  /** Follows from the request, so that the same request twice is one job. */
  readonly jobId: string;
  readonly kind: string;
  readonly title: Text;
  readonly description: string | null;
  readonly department: string;
  readonly crew: string | null;
  /** The department before the organisation routed it. */
  readonly draftedFor: string;
  /** null: nobody yet. */
  readonly assignee: string | null;
  readonly assetId: string | null;
  readonly deviceId: string | null;
  readonly place: JobPlace | null;
  readonly priority: JobPriority;
  readonly dueAt: number | null;
  /** The open alert that it covers: the job is verified when a sensor clears it. null: none. */
  readonly alertId: string | null;
  readonly actor: string;
  readonly at: number;
}

export interface JobMove {
  readonly jobId: string;
  readonly action: JobAction;
  readonly actor: string;
  readonly at: number;
  /** With `assign` and `delegate`. */
  readonly assignee?: string;
  /** With `delegate`. */
  readonly department?: string;
  /** With `delegate`; null: none. */
  readonly crew?: string | null;
  /** With `wait` and `delegate` the reason, which has to be given. */
  readonly note?: string;
  /** The version that the person saw; absent: whatever it is now. */
  readonly version?: number;
  /** Of the request: one that was done already is not done again. Absent: each is one of its own. */
  readonly requestKey?: string;
}

/** What a person changes of a job without moving it. What is absent stays. */
export interface JobEdit extends Omit<JobMove, 'action' | 'assignee' | 'department' | 'crew'> {
  readonly priority?: JobPriority;
  /** null: some day. */
  readonly dueAt?: number | null;
  readonly setTags?: readonly string[];
  readonly unsetTags?: readonly string[];
}

export interface JobRefusal {
  readonly code:
    | 'job.unknown'
    | 'job.wrongState'
    | 'job.conflict'
    | 'job.reasonMissing'
    | 'job.tagsInvalid'
    | 'job.targetMissing'
    | 'department.unknown'
    | 'alert.closed';
  readonly detail: string;
}

export interface Department {
  readonly departmentId: string;
  readonly name: Text;
}

/** Something that happened, in the order in which it was committed. What live pages and the outside are told. */
export interface DomainEvent {
  /** Opaque; sorts as the order of events. Going on `after` one misses nothing and repeats nothing. */
  readonly cursor: string;
  /**
   * `alert.raised`, `alert.worsened`, `alert.acknowledged`, `alert.cleared`, `job.created`, `job.changed`, `job.overdue`, `job.unproven`,
   * `alert.escalated` (with an `EscalatedAlert`), `job.escalated` (with an `EscalatedJob`).
   */
  readonly type: string;
  readonly at: number;
  /** The alert or the job as it was after the event; of a maintenance window only which one it is. */
  readonly data: Alert | Job | JobDeparture | WindowChange;
}

/** A job went to another department (`job.left`): only live pages of the one that it left are told, and no more than which it is. */
export interface JobDeparture {
  readonly jobId: string;
  /** The department that it left. */
  readonly left: string;
}

/** A maintenance window was planned or ended (`window.changed`): only live pages are told, and read what it is about themselves. */
export interface WindowChange {
  readonly windowId: string;
}

/** Alerts and jobs as people see and move them. Every change writes its history and its event in the same transaction. */
export abstract class MaintenanceStore {
  /**
   * Pages go on behind the last alert that was shown: what is raised meanwhile moves nothing. An alert is never shown twice; in the
   * order of severity, one that becomes worse between two pages may be shown on neither, which `alert.worsened` tells.
   */
  abstract listAlerts(filter: AlertFilter): Promise<Page<AlertEntry>>;
  /** Of the open ones alone. */
  abstract tallyAlerts(selection: AlertSelection): Promise<readonly AlertTally[]>;
  abstract findAlert(alertId: string): Promise<Alert | undefined>;
  /** Acknowledging again changes nothing. */
  abstract acknowledgeAlert(alertId: string, actor: string, at: number): Promise<Alert | undefined>;
  /** All or nothing, in the order of the ids. One that somebody else has acknowledged before is a conflict. */
  abstract acknowledgeAlerts(step: AlertsStep): Promise<readonly AlertOutcome[]>;
  /** Gives the jobs of alerts, or of the groups that stand for them, to somebody; all or nothing, in the order of the ids. */
  abstract assignAlerts(step: AlertsAssignment): Promise<readonly AlertOutcome[]>;

  abstract listJobs(filter: JobFilter): Promise<Page<Job>>;
  abstract countJobs(selection: JobSelection, now: number): Promise<JobCounts>;
  abstract findJob(jobId: string): Promise<Job | undefined>;
  /** Opens a job, with its history and event. One that is there already is given as it is now. */
  abstract createJob(job: NewJob): Promise<Job | JobRefusal>;
  abstract jobHistory(jobId: string): Promise<readonly JobEvent[]>;
  /** A move that was made already, as its request key says, gives the job as it is now, whatever version that is. */
  abstract moveJob(move: JobMove): Promise<Job | JobRefusal>;
  /** An edit that changes nothing and says nothing leaves no trace. */
  abstract editJob(edit: JobEdit): Promise<Job | JobRefusal>;
  abstract commentJob(
    jobId: string,
    actor: string,
    at: number,
    note: string,
    requestKey?: string,
  ): Promise<Job | undefined>;

  /**
   * Says of up to `limit` active jobs that they are past their due time, longest first: once of each, and again of one that was
   * reopened or got a later due time. The version stays: nothing that a person decides on has changed. Gives how many.
   */
  abstract escalateOverdue(now: number, limit: number): Promise<number>;

  /**
   * Says of up to `limit` jobs that were done before `doneBefore` and that no sensor has confirmed that they have no evidence,
   * longest first: once of each, and again of one that was reopened. The version stays. Gives how many.
   */
  abstract flagUnproven(doneBefore: number, now: number, limit: number): Promise<number>;

  abstract listDepartments(): Promise<readonly Department[]>;
  /** Adds departments, and gives those that are known the names given here. */
  abstract putDepartments(departments: readonly Department[]): Promise<void>;

  /** Events after a cursor, oldest first; without a cursor, from the first kept. */
  abstract events(after: string | null, limit: number): Promise<readonly DomainEvent[]>;
  /** The cursor behind the newest event. */
  abstract lastEvent(): Promise<string | null>;
}
