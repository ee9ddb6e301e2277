import type { RoutedJob } from '@stadtfunk/maintenance';
import { planJob } from './job-plan.ts';
import type { Organisation } from './organisation.ts';

/** Where a job is, or would be. */
export interface Destination {
  readonly department: string;
  readonly crew: string | null;
}

export interface MovedJob {
  readonly jobId: string;
  readonly number: number;
  readonly from: Destination;
  readonly to: Destination;
  /** Line of the route that would decide; null: none, so it would go to whom the rule or the asset names. */
  readonly routeLine: number | null;
}

/**
 * Of some jobs those that this organisation would have sent elsewhere than they are now. Those that people have handed over since say
 * nothing about routes, and are left out.
 */
export function jobsElsewhere(organisation: Organisation, jobs: readonly RoutedJob[]): readonly MovedJob[] {
  return jobs.flatMap((job) => {
    const { jobId, number, department, crew, isDelegated } = job;
    if (isDelegated) return [];
    const facts = { ...job, department: job.draftedFor ?? department };
    const planned = planJob(organisation, facts, 0, null);
    if (planned.department === department && planned.crew === crew) return [];
    const to = { department: planned.department, crew: planned.crew };
    return [{ jobId, number, from: { department, crew }, to, routeLine: planned.routeLine }];
  });
}
