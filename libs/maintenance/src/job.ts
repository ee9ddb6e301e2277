import { fail, ok, type Result } from '@stadtfunk/kernel';
import type { Evidence, Text } from './alert.ts';

export const JOB_STATES = ['open', 'assigned', 'inProgress', 'done', 'verified', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** States in which somebody may still have to do something. */
export const ACTIVE_JOB_STATES = ['open', 'assigned', 'inProgress'] as const satisfies readonly JobState[];

/** What a person can do to a job. The sensor's confirmation is no action: it comes with the reading that clears the alert. */
export const JOB_ACTIONS = ['assign', 'start', 'done', 'cancel', 'reopen'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

/** A work order for a department. */
export interface Job {
  readonly jobId: string;
  /** Running number for people on the telephone. */
  readonly number: number;
  readonly kind: string;
  readonly title: Text;
  readonly department: string;
  readonly assetId: string | null;
  readonly deviceId: string | null;
  readonly priority: JobPriority;
  readonly state: JobState;
  readonly assignee: string | null;
  readonly createdAt: number;
  readonly dueAt: number | null;
  readonly closedAt: number | null;
  /** The reading that confirmed the repair. A job that is `done` without one was closed without proof. */
  readonly evidence: Evidence | null;
  readonly alertIds: readonly string[];
  /** Counts changes; a change names the version that it was made on. */
  readonly version: number;
}

export interface JobEvent {
  readonly at: number;
  /** A person's name, or `sensor:<deviceId>`, or `rule:<ruleId>`, or `schedule:<name>`. */
  readonly actor: string;
  readonly action: JobAction | 'create' | 'verify' | 'comment' | 'escalate';
  readonly from: JobState | null;
  readonly to: JobState;
  readonly note: string | null;
}

const MOVES: Readonly<Record<JobAction, { readonly from: readonly JobState[]; readonly to: JobState }>> = {
  assign: { from: ['open', 'assigned', 'inProgress'], to: 'assigned' },
  start: { from: ['open', 'assigned'], to: 'inProgress' },
  done: { from: ['open', 'assigned', 'inProgress'], to: 'done' },
  cancel: { from: ['open', 'assigned', 'inProgress'], to: 'cancelled' },
  reopen: { from: ['done', 'cancelled'], to: 'open' },
};

/** Where an action leads from a state, or `job.wrongState`. */
export function moveJob(state: JobState, action: JobAction): Result<JobState> {
  const { from, to } = MOVES[action];
  return from.includes(state)
    ? ok(to)
    : fail('job.wrongState', `a job that is ${state} cannot be moved by '${action}'; it works from ${from.join(', ')}`);
}
