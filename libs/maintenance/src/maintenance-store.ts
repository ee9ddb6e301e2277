import type { Page } from '@stadtfunk/readings';
import type { Alert, Severity, Text } from './alert.ts';
import type { Job, JobAction, JobEvent, JobPriority, JobState } from './job.ts';

export interface AlertFilter {
  readonly open?: boolean;
  readonly severity?: Severity;
  readonly ruleId?: string;
  readonly assetId?: string;
  readonly deviceId?: string;
  /** The alert of a group: its members. */
  readonly groupAlertId?: string;
  readonly limit: number;
  readonly after?: string;
}

export interface JobFilter {
  /** Any of these. */
  readonly states?: readonly JobState[];
  readonly department?: string;
  readonly crew?: string;
  readonly assetId?: string;
  readonly limit: number;
  readonly after?: string;
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
    | 'department.unknown';
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
  /** The alert or the job as it was after the event. */
  readonly data: Alert | Job;
}

/** Alerts and jobs as people see and move them. Every change writes its history and its event in the same transaction. */
export abstract class MaintenanceStore {
  abstract listAlerts(filter: AlertFilter): Promise<Page<Alert>>;
  abstract findAlert(alertId: string): Promise<Alert | undefined>;
  /** Acknowledging again changes nothing. */
  abstract acknowledgeAlert(alertId: string, actor: string, at: number): Promise<Alert | undefined>;

  abstract listJobs(filter: JobFilter): Promise<Page<Job>>;
  abstract findJob(jobId: string): Promise<Job | undefined>;
  abstract jobHistory(jobId: string): Promise<readonly JobEvent[]>;
  abstract moveJob(move: JobMove): Promise<Job | JobRefusal>;
  /** An edit that changes nothing and says nothing leaves no trace. */
  abstract editJob(edit: JobEdit): Promise<Job | JobRefusal>;
  abstract commentJob(jobId: string, actor: string, at: number, note: string): Promise<Job | undefined>;

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
