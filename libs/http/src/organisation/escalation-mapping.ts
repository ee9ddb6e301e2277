import type { Escalation, ToldEscalation } from '@stadtfunk/maintenance';
import { isoOf } from '../schemas.ts';

export function toEscalationBody({ step, severity, at, department, to }: ToldEscalation) {
  return { step, severity, at: isoOf(at), department, to: withoutAddresses(to) };
}

/** Addresses are for the mails. */
export function withoutAddresses(to: Escalation['to']) {
  return to.map(({ role, personId, name }) => ({ role, personId, name }));
}
