import { planJob, type PlannedJob } from './job-plan.ts';
import type { JobFacts, Organisation } from './organisation.ts';

/** What a person says of a job that they ask for; absent: the organisation decides. */
export interface NamedByPerson {
  readonly department?: string;
  /** null: none. */
  readonly crew?: string | null;
  /** UTC ms; null: some day. */
  readonly dueAt?: number | null;
}

/**
 * Decides on a job that a person asks for. What the person names stays; everything else is decided as for the jobs of rules.
 * @param facts `department`: that of the asset, where the person names none
 * @param from when the person asked, UTC ms
 */
export function planAskedJob(
  organisation: Organisation,
  facts: Omit<JobFacts, 'severity'>,
  named: NamedByPerson,
  from: number,
): PlannedJob {
  const { department = facts.department } = named;
  const isNamed = named.department !== undefined;
  const routing = organisation.routing.filter((route) => !isNamed || (route.department ?? department) === department);
  const planned = planJob({ ...organisation, routing }, { ...facts, department, severity: null }, from, null);
  return {
    ...planned,
    crew: named.crew === undefined ? planned.crew : named.crew,
    dueAt: named.dueAt === undefined ? planned.dueAt : named.dueAt,
  };
}
