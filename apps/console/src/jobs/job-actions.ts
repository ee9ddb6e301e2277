import { moveJob } from '@stadtfunk/maintenance';
import type { Job, JobState } from '../api/types.ts';
import type { Caller, Permission } from '../shell/caller.ts';

export const ACTIONS = ['start', 'done', 'assign', 'wait', 'delegate', 'edit', 'reopen', 'cancel'] as const;
export type Action = (typeof ACTIONS)[number];

const NEEDS: Readonly<Record<Action, Permission>> = {
  start: 'jobs.work',
  done: 'jobs.work',
  wait: 'jobs.work',
  assign: 'jobs.dispatch',
  delegate: 'jobs.dispatch',
  edit: 'jobs.dispatch',
  reopen: 'jobs.dispatch',
  cancel: 'jobs.dispatch',
};

/** Whether the state of a job allows it, by the same rules as on the server. */
export function isPossible(state: JobState, action: Action): boolean {
  return action === 'edit' ? moveJob(state, 'done').ok : moveJob(state, action).ok;
}

/** What this person can do to the job now, the usual next step first. */
export function actionsOf({ state, department }: Job, caller: Caller): readonly Action[] {
  const possible = ACTIONS.filter((action) => isPossible(state, action) && caller.mayIn(NEEDS[action], department));
  const next = state === 'open' && possible.includes('assign') ? 'assign' : undefined;
  return next ? [next, ...possible.filter((action) => action !== next)] : possible;
}

/** What dropping a job on a column of the board means. */
export const COLUMN_ACTIONS: Readonly<Partial<Record<JobState, Action>>> = {
  open: 'reopen',
  assigned: 'assign',
  inProgress: 'start',
  waiting: 'wait',
  done: 'done',
};

/** Done at a press: everything else asks for something first. */
export function isImmediate(action: Action): boolean {
  return action === 'start';
}
