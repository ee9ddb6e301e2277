import {
  SEVERITIES,
  type Escalation,
  type EscalationReach,
  type EscalationRecipient,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';
import { isIn } from './match.ts';
import type { EscalationPolicy, EscalationPolicyStep, Organisation } from './organisation.ts';
import { dutyAt } from './rota.ts';

/** For each severity that escalates, when the first step can be due at the earliest, and how many there can be. */
export function reachOf({ escalation }: Organisation): readonly EscalationReach[] {
  return SEVERITIES.flatMap((severity) => {
    const policies = escalation.filter(({ match }) => isIn(match.severities, severity));
    if (policies.length === 0) return [];
    const afterMs = Math.min(...policies.map(({ steps }) => steps[0]!.afterMs));
    return [{ severity, afterMs, steps: Math.max(...policies.map(({ steps }) => steps.length)) }];
  });
}

/**
 * The step that is due now for an alert that nobody has acknowledged; null: none. Follows from the times at which the steps
 * before were told, so nothing has to remember it. Each step comes as long after the one before as the file says, also where
 * an alert became known late: nobody is passed over because we were away.
 */
export function dueEscalation(organisation: Organisation, alert: UnacknowledgedAlert, now: number): Escalation | null {
  const policy = policyOf(organisation, alert);
  const step = alert.toldAt.length + 1;
  const next = policy?.steps[step - 1];
  if (!policy || !next || now < dueAt(policy, alert)) return null;
  const to = recipientsOf(organisation, alert, next, now);
  return { step, afterMs: next.afterMs, department: alert.department, to };
}

function policyOf({ escalation }: Organisation, { alert, department }: UnacknowledgedAlert) {
  return escalation.find(({ match }) => isIn(match.severities, alert.severity) && isIn(match.departments, department));
}

function dueAt({ steps }: EscalationPolicy, { alert, toldAt }: UnacknowledgedAlert): number {
  const afterMs = steps[toldAt.length]!.afterMs;
  const before = toldAt.at(-1);
  const since = alert.raisedAt + afterMs;
  return before === undefined ? since : Math.max(since, before + afterMs - (steps[toldAt.length - 1]?.afterMs ?? 0));
}

function recipientsOf(
  organisation: Organisation,
  { department }: UnacknowledgedAlert,
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
