import { idFrom } from '@stadtfunk/kernel';
import type { JobDraft } from '../change.ts';
import { moveJob, type Job } from '../job.ts';
import type { JobStep } from '../job-life.ts';
import type { Grouping } from './alert-group.ts';

/** The job that the alert of a group asks for, due from `from`. It goes to whom the job of a member would go. */
export function groupDraft(
  { job }: Grouping,
  alertId: string,
  ofMember: JobDraft | null,
  from: number,
): JobDraft | null {
  if (!job) return null;
  const { kind, priority, title, dueMs, department } = job;
  return {
    ...ofMember,
    department: ofMember?.department ?? department,
    jobId: idFrom('job', alertId),
    kind,
    title,
    priority,
    dueAt: dueMs === null ? null : from + dueMs,
  };
}

/** Whether the job of one member can be taken over by the job of its group: nobody has begun it. */
function isUntouched({ state }: Job): boolean {
  return state === 'open' || state === 'assigned';
}

/** The job of a group takes the place of the job of a member. Undefined: somebody works on that, or it is closed. */
export function absorbedJob(before: Job, by: { readonly ruleId: string }, at: number): JobStep | undefined {
  const moved = moveJob(before.state, 'cancel');
  if (!isUntouched(before) || !moved.ok) return undefined;
  const note = 'taken over by the job of the group';
  return {
    job: { ...before, state: moved.value, closedAt: at, version: before.version + 1 },
    event: { at, actor: `rule:${by.ruleId}`, action: 'cancel', from: before.state, to: moved.value, note },
  };
}

/** The group is over and the member is not: it has its own job again. Undefined: it has one. */
export function returnedJob(before: Job, by: { readonly ruleId: string }, at: number): JobStep | undefined {
  if (before.state !== 'cancelled') return undefined;
  const fresh = { assignee: null, closedAt: null, evidence: null, overdueAt: null, unprovenAt: null };
  const note = 'the group is over';
  return {
    job: { ...before, ...fresh, state: 'open', version: before.version + 1 },
    event: { at, actor: `rule:${by.ruleId}`, action: 'reopen', from: before.state, to: 'open', note },
  };
}
