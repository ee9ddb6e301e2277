import { DAY_MS, fail, ok, type Result } from '@stadtfunk/kernel';
import type { ClearReason, Evidence } from './alert.ts';
import {
  isActive,
  JOB_PRIORITIES,
  LONGEST_TAG,
  MOST_TAGS,
  moveJob,
  type Job,
  type JobChanges,
  type JobEvent,
  type JobPriority,
} from './job.ts';
import type { JobEdit, JobMove } from './maintenance-store.ts';

/** A job after something happened to it, and what its history says of that. */
export interface JobStep {
  readonly job: Job;
  readonly event: JobEvent;
}

/** A problem that is back within this time after it was over is the same job, unless its rule says otherwise. In event time. */
export const RELAPSE_WITHIN_MS = DAY_MS;

/** A job takes no more alerts, because each of its events and each list says all of them: what flaps on and on gets a new one. */
export const MOST_ALERTS_OF_A_JOB = 100;

const WITHDRAWN = {
  ruleRemoved: 'the rule was removed',
  rebound: 'the sensor was moved to another asset',
  dissolved: 'the group was dissolved',
} as const satisfies Record<Exclude<ClearReason, 'measured'>, string>;

/** As if it had never been closed, nor begun. */
const REOPENED = {
  assignee: null,
  waitingFor: null,
  closedAt: null,
  evidence: null,
  overdueAt: null,
  unprovenAt: null,
} as const;

/**
 * What a person does to a job. `assign` without an assignee is to the actor; `delegate` is to whom the move names, for a
 * reason. A job that is done has no evidence until a sensor
 * confirms it; reopening takes back when and how it was closed, and who had it.
 */
export function movedJob(before: Job, move: JobMove): Result<JobStep> {
  const { action, actor, at, note } = move;
  const moved = moveJob(before.state, action);
  if (!moved.ok) return moved;
  if (action === 'wait' && !note?.trim()) {
    return fail('job.reasonMissing', 'a job waits for a reason, which the note has to give');
  }
  const next = { ...before, state: moved.value, waitingFor: action === 'wait' ? (note ?? null) : null };
  switch (action) {
    case 'assign': {
      const assignee = move.assignee ?? actor;
      return ok(step(before, { ...next, assignee }, { at, actor, action, note, changes: { assignee } }));
    }
    case 'delegate':
      return delegatedJob(before, move);
    case 'start':
    case 'wait':
      return ok(step(before, next, { at, actor, action, note }));
    case 'done':
    case 'cancel':
      return ok(step(before, { ...next, closedAt: at }, { at, actor, action, note }));
    case 'reopen':
      return ok(step(before, { ...next, ...REOPENED }, { at, actor, action, note, ...unassigned(before) }));
  }
}

/** It goes to another department, crew or person, who has yet to begin it. Another department's crew is not named by itself. */
function delegatedJob(before: Job, move: JobMove): Result<JobStep> {
  const { action, actor, at, note } = move;
  if (!note?.trim()) return fail('job.reasonMissing', 'a job is handed over for a reason, which the note has to give');
  const assignee = move.assignee ?? null;
  const department = move.department ?? before.department;
  const ownCrew = department === before.department ? before.crew : null;
  const crew = move.crew === undefined ? ownCrew : move.crew;
  if (department === before.department && crew === before.crew && (assignee === null || assignee === before.assignee)) {
    return fail('job.targetMissing', 'a job is handed over to another department, crew or person');
  }
  const changes: JobChanges = {
    ...(department !== before.department && { department }),
    ...(crew !== before.crew && { crew }),
    ...(assignee !== before.assignee && { assignee }),
  };
  const state = assignee === null ? 'open' : 'assigned';
  const next: Job = { ...before, department, crew, assignee, state, waitingFor: null };
  return ok(step(before, next, { at, actor, action, note, changes }));
}

/** What a person changes of a job; null: nothing. Priority and due time are of jobs that somebody has yet to do. */
export function editedJob(before: Job, edit: JobEdit): Result<JobStep | null> {
  const { actor, at, note, setTags = [], unsetTags = [] } = edit;
  const unset = unsetTags.filter((tag) => before.tags.includes(tag) && !setTags.includes(tag));
  const set = [...new Set(setTags)].filter((tag) => !before.tags.includes(tag));
  const tags = [...before.tags.filter((tag) => !unset.includes(tag)), ...set].sort();
  if (tags.length > MOST_TAGS || set.some((tag) => tag.length > LONGEST_TAG || tag.trim() === '')) {
    return fail('job.tagsInvalid', `a job has up to ${MOST_TAGS} tags of 1 to ${LONGEST_TAG} characters`);
  }
  const priority = edit.priority ?? before.priority;
  const dueAt = edit.dueAt === undefined ? before.dueAt : edit.dueAt;
  const changes: JobChanges = {
    ...(priority !== before.priority && { priority }),
    ...(dueAt !== before.dueAt && { dueAt }),
    ...(set.length > 0 && { setTags: set.sort() }),
    ...(unset.length > 0 && { unsetTags: unset.sort() }),
  };
  if ((changes.priority !== undefined || changes.dueAt !== undefined) && !isActive(before.state)) {
    return fail('job.wrongState', `a job that is ${before.state} has neither priority nor due time to change`);
  }
  const isChanged = Object.keys(changes).length > 0;
  if (!isChanged && note === undefined) return ok(null);
  // A later due time can be missed again.
  const isOverdue = before.overdueAt !== null && dueAt !== null && before.overdueAt >= dueAt;
  const next = { ...before, tags, priority, dueAt, overdueAt: isOverdue ? before.overdueAt : null };
  return ok(step(before, next, { at, actor, action: 'edit', note, ...(isChanged && { changes }) }));
}

/** A sensor shows that a job's problem is over. Undefined: there is nothing to confirm. When it was closed stays. */
export function verifiedJob(
  before: Job,
  by: { readonly deviceId: string; readonly evidence: Evidence | null },
  at: number,
): JobStep | undefined {
  const moved = moveJob(before.state, 'verify');
  if (!moved.ok) return undefined;
  const closed = { closedAt: before.closedAt ?? at, evidence: by.evidence, waitingFor: null, unprovenAt: null };
  const event = { at, actor: `sensor:${by.deviceId}`, action: 'verify' } as const;
  return step(before, { ...before, state: moved.value, ...closed }, event);
}

/** No sensor can confirm a job any more. Undefined: it is closed already. */
export function withdrawnJob(
  before: Job,
  by: { readonly ruleId: string; readonly reason: keyof typeof WITHDRAWN },
  at: number,
): JobStep | undefined {
  const moved = moveJob(before.state, 'cancel');
  if (!moved.ok) return undefined;
  const event = { at, actor: `rule:${by.ruleId}`, action: 'cancel', note: WITHDRAWN[by.reason] } as const;
  return step(before, { ...before, state: moved.value, closedAt: at, waitingFor: null }, event);
}

/** A problem has become worse, and its work more urgent. Undefined: nobody has yet to do it, or it is that urgent already. */
export function worsenedJob(
  before: Job,
  by: { readonly ruleId: string; readonly priority: JobPriority },
  at: number,
): JobStep | undefined {
  const { priority } = by;
  if (!isActive(before.state) || JOB_PRIORITIES.indexOf(priority) >= JOB_PRIORITIES.indexOf(before.priority)) {
    return undefined;
  }
  const event = { at, actor: `rule:${by.ruleId}`, action: 'edit', changes: { priority } } as const;
  return step(before, { ...before, priority }, event);
}

/** Another alert of the same problem: the work is due as soon, and as urgent, as either of them says. */
export function joinedJob(
  before: Job,
  by: {
    readonly alertId: string;
    readonly ruleId: string;
    readonly dueAt: number | null;
    readonly priority: JobPriority;
  },
  at: number,
): JobStep {
  const dueAt = Math.min(by.dueAt ?? Infinity, before.dueAt ?? Infinity);
  const isMoreUrgent = JOB_PRIORITIES.indexOf(by.priority) < JOB_PRIORITIES.indexOf(before.priority);
  const changes = {
    ...(dueAt < (before.dueAt ?? Infinity) && { dueAt }),
    ...(isMoreUrgent && { priority: by.priority }),
  };
  const after = { ...before, ...changes, alertIds: [...before.alertIds, by.alertId].sort() };
  const event = {
    at,
    actor: `rule:${by.ruleId}`,
    action: 'edit',
    changes: { alertId: by.alertId, ...changes },
  } as const;
  return step(before, after, event);
}

/** Whether a problem that was over at `clearedAt` and is there again at `raisedAt` belongs to the job that it had. */
export function isRelapse(job: Job, clearedAt: number, raisedAt: number, withinMs = RELAPSE_WITHIN_MS): boolean {
  if (!takesAlerts(job)) return false;
  return isActive(job.state) || (raisedAt - clearedAt <= withinMs && moveJob(job.state, 'relapse').ok);
}

/** Whether it has room for one more alert. */
export function takesAlerts({ alertIds }: Pick<Job, 'alertIds'>): boolean {
  return alertIds.length < MOST_ALERTS_OF_A_JOB;
}

/** The problem of a job is back. One that somebody has taken on again meanwhile goes on; a closed one is open, due anew. */
export function relapsedJob(
  before: Job,
  by: { readonly alertId: string; readonly ruleId: string; readonly dueAt: number | null },
  at: number,
): JobStep {
  const { alertId } = by;
  const event = { at, actor: `rule:${by.ruleId}`, action: 'relapse' } as const;
  const next = { ...before, alertIds: [...before.alertIds, alertId].sort() };
  const moved = moveJob(before.state, 'relapse');
  if (!moved.ok) return step(before, next, { ...event, changes: { alertId } });
  const changes = { alertId, dueAt: by.dueAt, ...unassigned(before).changes };
  return step(before, { ...next, ...REOPENED, state: moved.value, dueAt: by.dueAt }, { ...event, changes });
}

function unassigned({ assignee }: Job): { readonly changes?: JobChanges } {
  return assignee === null ? {} : { changes: { assignee: null } };
}

type NewEvent = Omit<JobEvent, 'from' | 'to' | 'note'> & { readonly note?: string | null | undefined };

function step(before: Job, after: Job, event: NewEvent): JobStep {
  return {
    job: { ...after, version: before.version + 1 },
    event: { ...event, from: before.state, to: after.state, note: event.note ?? null },
  };
}
