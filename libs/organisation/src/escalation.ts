import {
  JOB_PRIORITIES,
  SEVERITIES,
  type Escalation,
  type EscalationReach,
  type EscalationRecipient,
  type OverdueJob,
  type OverdueReach,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';
import { dueTime, hoursOf } from './job-plan.ts';
import { isIn } from './match.ts';
import type { EscalationPolicyStep, Organisation } from './organisation.ts';
import { dutyAt } from './rota.ts';

/** For each severity that escalates, when the first step can be due at the earliest, and how many there can be. */
export function reachOf({ escalation }: Organisation): readonly EscalationReach[] {
  return SEVERITIES.flatMap((severity) => {
    const policies = escalation.filter(({ match }) => isIn(match.severities, severity));
    return policies.length === 0 ? [] : [{ severity, ...widest(policies) }];
  });
}

/** The same for jobs that are overdue, by their priority. Working time passes no faster than any other. */
export function overdueReachOf({ overdue }: Organisation): readonly OverdueReach[] {
  return JOB_PRIORITIES.flatMap((priority) => {
    const policies = overdue.filter(({ match }) => isIn(match.priorities, priority));
    return policies.length === 0 ? [] : [{ priority, ...widest(policies) }];
  });
}

/** The step that is due now for an alert that nobody has acknowledged; null: none. */
export function dueEscalation(organisation: Organisation, found: UnacknowledgedAlert, now: number): Escalation | null {
  const { alert, department, toldAt } = found;
  const policy = organisation.escalation.find(
    ({ match }) => isIn(match.severities, alert.severity) && isIn(match.departments, department),
  );
  if (!policy) return null;
  const step = dueStep(policy.steps, alert.raisedAt, toldAt, now, (from, afterMs) => from + afterMs);
  return step && escalationOf(organisation, department, step, toldAt, now);
}

/** The step that is due now for a job that nobody has done in time; null: none. */
export function dueOverdue(organisation: Organisation, { job, toldAt }: OverdueJob, now: number): Escalation | null {
  const { priority, department, dueAt } = job;
  const policy = organisation.overdue.find(
    ({ match }) => isIn(match.priorities, priority) && isIn(match.departments, department),
  );
  if (!policy || dueAt === null) return null;
  const hours = hoursOf(organisation, department);
  const step = dueStep(policy.steps, dueAt, toldAt, now, (from, withinMs) => {
    return dueTime({ kind: policy.counting, withinMs }, hours, from) ?? Infinity;
  });
  return step && escalationOf(organisation, department, step, toldAt, now);
}

function widest(policies: readonly { readonly steps: readonly EscalationPolicyStep[] }[]) {
  const afterMs = Math.min(...policies.map(({ steps }) => steps[0]!.afterMs));
  return { afterMs, steps: Math.max(...policies.map(({ steps }) => steps.length)) };
}

/**
 * The next step, if its time has come. Follows from the times at which the steps before were told, so nothing has to remember
 * it. Each comes as long after the one before as the file says, also of what became known late: nobody is passed over because we
 * were away.
 * @param later so long after a moment, by the clock that counts
 */
function dueStep(
  steps: readonly EscalationPolicyStep[],
  since: number,
  toldAt: readonly number[],
  now: number,
  later: (from: number, ms: number) => number,
): EscalationPolicyStep | null {
  const next = steps[toldAt.length];
  if (!next || now < later(since, next.afterMs)) return null;
  const before = toldAt.at(-1);
  const gapMs = next.afterMs - (steps[toldAt.length - 1]?.afterMs ?? 0);
  return before !== undefined && now < later(before, gapMs) ? null : next;
}

function escalationOf(
  organisation: Organisation,
  department: string | null,
  next: EscalationPolicyStep,
  toldAt: readonly number[],
  now: number,
): Escalation {
  const to = recipientsOf(organisation, department, next, now);
  return { step: toldAt.length + 1, afterMs: next.afterMs, department, to };
}

function recipientsOf(
  organisation: Organisation,
  department: string | null,
  { to }: EscalationPolicyStep,
  now: number,
): readonly EscalationRecipient[] {
  const recipients = new Map<string, EscalationRecipient>();
  for (const role of to) {
    const personId = personOf(organisation, department, role, now);
    const person = personId === null ? undefined : organisation.people.get(personId);
    if (person && !recipients.has(person.personId)) {
      const isRole = role === 'onCall' || role === 'lead';
      recipients.set(person.personId, { role: isRole ? role : 'person', ...person });
    }
  }
  return [...recipients.values()];
}

function personOf(organisation: Organisation, department: string | null, role: string, now: number): string | null {
  const owner = department === null ? undefined : organisation.departments.get(department);
  if (role === 'lead') return owner?.leadId ?? null;
  if (role !== 'onCall') return role;
  const rota = owner?.rotaId ? organisation.rotas.get(owner.rotaId) : undefined;
  return rota ? (dutyAt(rota, now)?.personId ?? null) : null;
}
