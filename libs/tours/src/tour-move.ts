import type { Job, JobMove } from '@stadtfunk/maintenance';
import type { TourAssignment } from './tour-store.ts';

/** What assigning a tour does to each of its jobs: they go to its crew as by handing over, or to a person. */
export function jobMoveOf({ crew, assignee, actor, at }: TourAssignment, tourNumber: number, jobId: string): JobMove {
  const move = { jobId, actor, at, note: `tour ${tourNumber}`, ...(assignee !== undefined && { assignee }) };
  return crew === undefined ? { ...move, action: 'assign' } : { ...move, action: 'delegate', crew };
}

/** Whether a job is with those whom a tour is assigned to. */
export function isAssignedSo(job: Job, { crew, assignee }: TourAssignment): boolean {
  return (crew === undefined || job.crew === crew) && job.assignee === (assignee ?? null);
}
