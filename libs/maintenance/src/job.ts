import { fail, ok, type Result } from '@stadtfunk/kernel';
import type { Evidence, Text } from './alert.ts';

export const JOB_STATES = ['open', 'assigned', 'inProgress', 'waiting', 'done', 'verified', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const;
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** States in which somebody may still have to do something. */
export const ACTIVE_JOB_STATES = ['open', 'assigned', 'inProgress', 'waiting'] as const satisfies readonly JobState[];

/** What a person can do to a job. The sensor's confirmation is no action: it comes with the reading that clears the alert. */
export const JOB_ACTIONS = ['assign', 'start', 'wait', 'done', 'cancel', 'reopen', 'delegate'] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

/** What stands in a history: what people do, what the sensors show (`verify`, `relapse`), and what time does. */
export const JOB_EVENTS = [
  ...JOB_ACTIONS,
  'create',
  'verify',
  'relapse',
  'edit',
  'comment',
  'addPhoto',
  'removePhoto',
  'escalate',
  'unproven',
] as const;

/** Of a job. */
export const MOST_TAGS = 20;
/** Characters. */
export const LONGEST_TAG = 40;

/** Where a job is that is about no asset, or about more than the asset. */
export interface JobPlace {
  /** As people say it: an address, a corner, a playground. */
  readonly name: string | null;
  readonly district: string | null;
  /** WGS 84, degrees. */
  readonly position: { readonly longitude: number; readonly latitude: number } | null;
}

/** A work order for a department. */
export interface Job {
  readonly jobId: string;
  /** Running number for people on the telephone. */
  readonly number: number;
  readonly kind: string;
  readonly title: Text;
  /** What a person wrote who asked for it; absent: nothing. */
  readonly description?: string;
  readonly department: string;
  /** Of the department; null: whoever of it comes first. */
  readonly crew: string | null;
  readonly assetId: string | null;
  readonly deviceId: string | null;
  /** Absent: where the asset is. */
  readonly place?: JobPlace;
  readonly priority: JobPriority;
  readonly state: JobState;
  readonly assignee: string | null;
  /** The reason, while it is `waiting`. */
  readonly waitingFor: string | null;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly dueAt: number | null;
  /** When it was said that it is past this due time; null: not yet. */
  readonly overdueAt: number | null;
  readonly closedAt: number | null;
  /** The reading that confirmed the repair. A job that is `done` without one was closed without proof. */
  readonly evidence: Evidence | null;
  /** When it was said that it is `done` and no sensor has confirmed it in time; null: not yet. */
  readonly unprovenAt: number | null;
  readonly alertIds: readonly string[];
  /** Counts changes; a change names the version that it was made on. */
  readonly version: number;
}

/** What an event changed besides the state, with the values after it. */
export interface JobChanges {
  readonly department?: string;
  readonly crew?: string | null;
  readonly assignee?: string | null;
  readonly priority?: JobPriority;
  readonly dueAt?: number | null;
  readonly setTags?: readonly string[];
  readonly unsetTags?: readonly string[];
  /** The alert that the job covers from then on. */
  readonly alertId?: string;
  /** The photo that was added or removed. */
  readonly photoId?: string;
}

export interface JobEvent {
  readonly at: number;
  /** A person's name, or `sensor:<deviceId>`, or `rule:<ruleId>`, or `schedule:<name>`. */
  readonly actor: string;
  readonly action: (typeof JOB_EVENTS)[number];
  readonly from: JobState | null;
  readonly to: JobState;
  readonly note: string | null;
  /** Absent: nothing but the state. */
  readonly changes?: JobChanges;
}

interface Way {
  readonly from: readonly JobState[];
  readonly to: JobState;
}

const WAYS: Readonly<Record<JobAction | 'verify' | 'relapse', Way>> = {
  assign: { from: ACTIVE_JOB_STATES, to: 'assigned' },
  start: { from: ['open', 'assigned', 'waiting'], to: 'inProgress' },
  wait: { from: ['open', 'assigned', 'inProgress'], to: 'waiting' },
  done: { from: ACTIVE_JOB_STATES, to: 'done' },
  cancel: { from: ACTIVE_JOB_STATES, to: 'cancelled' },
  reopen: { from: ['done', 'verified', 'cancelled'], to: 'open' },
  /** Straight to 'assigned' where it goes to a person. */
  delegate: { from: ACTIVE_JOB_STATES, to: 'open' },
  verify: { from: [...ACTIVE_JOB_STATES, 'done'], to: 'verified' },
  relapse: { from: ['done', 'verified'], to: 'open' },
};

/** Where an action leads from a state, or `job.wrongState`. */
export function moveJob(state: JobState, action: keyof typeof WAYS): Result<JobState> {
  const { from, to } = WAYS[action];
  return from.includes(state)
    ? ok(to)
    : fail('job.wrongState', `a job that is ${state} cannot be moved by '${action}'; it works from ${from.join(', ')}`);
}

/** Whether somebody may still have to do something. */
export function isActive(state: JobState): boolean {
  return ACTIVE_JOB_STATES.some((active) => active === state);
}
