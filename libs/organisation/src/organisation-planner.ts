import {
  EscalationPlan,
  JobPlanner,
  SEVERITIES,
  type Escalation,
  type EscalationReach,
  type EscalatedAlert,
  type JobDraft,
  type JobOccasion,
  type OutboxEvent,
  type OverdueJob,
  type OverdueReach,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';
import { dueEscalation, dueOverdue, overdueReachOf, reachOf } from './escalation.ts';
import { planJob } from './job-plan.ts';
import type { Organisation } from './organisation.ts';
import { quietUntil } from './quiet-hours.ts';

/** New jobs go where the organisation says. */
export class OrganisationPlanner extends JobPlanner {
  readonly #organisation: Organisation;

  constructor(organisation: Organisation) {
    super();
    this.#organisation = organisation;
  }

  override plan(draft: JobDraft, { severity, raisedAt, type, district }: JobOccasion): JobDraft {
    const { kind, priority, department } = draft;
    const facts = { type, district, severity, kind, priority, department };
    const planned = planJob(this.#organisation, facts, draft.dueFrom ?? raisedAt, draft.dueAt);
    const { crew, ...decided } = { department: planned.department, dueAt: planned.dueAt, crew: planned.crew };
    return { ...draft, ...decided, ...(crew !== null && { crew }) };
  }
}

/** Alerts that nobody acknowledges, and jobs that nobody does in time, are told to whom the organisation says. */
export class OrganisationEscalation extends EscalationPlan {
  readonly #organisation: Organisation;

  constructor(organisation: Organisation) {
    super();
    this.#organisation = organisation;
  }

  override reach(): readonly EscalationReach[] {
    return reachOf(this.#organisation);
  }

  override due(alert: UnacknowledgedAlert, now: number): Escalation | null {
    return dueEscalation(this.#organisation, alert, now);
  }

  override overdueReach(): readonly OverdueReach[] {
    return overdueReachOf(this.#organisation);
  }

  override overdueDue(job: OverdueJob, now: number): Escalation | null {
    return dueOverdue(this.#organisation, job, now);
  }
}

/** Until when an event has to wait because its people have quiet hours; null: it goes now. What is critical always does. */
export function quietUntilFor(
  { departments, quietHours }: Organisation,
  { data }: Pick<OutboxEvent, 'data'>,
  now: number,
): number | null {
  const isAlert = 'alertId' in data;
  if (isAlert ? data.severity === SEVERITIES[0] : data.priority === 'urgent') return null;
  const department = isAlert ? escalationOf(data)?.department : data.department;
  const quiet = departments.get(department ?? '')?.quietHours ?? quietHours;
  return quiet && quietUntil(quiet, now);
}

function escalationOf(alert: object): Escalation | undefined {
  return 'escalation' in alert ? (alert as EscalatedAlert).escalation : undefined;
}
