import { SEVERITIES, type OutboxEvent, type Severity } from '@stadtfunk/maintenance';

export interface MailRecipient {
  /** A bare address: `name@host`. */
  readonly address: string;
  /** Only jobs of this department; null: everything that is mailed. */
  readonly department: string | null;
}

export interface MailSelection {
  readonly to: readonly MailRecipient[];
  /** Types of the events that are mailed. */
  readonly events: readonly string[];
  /** Alerts less severe than this are not mailed. */
  readonly severity: Severity;
}

/** Who is told of an event; nobody where it is not mailed. Each address once. */
export function addressesFor({ type, data }: OutboxEvent, { to, events, severity }: MailSelection): readonly string[] {
  if (!events.includes(type)) return [];
  const isAlert = 'alertId' in data;
  if (isAlert && SEVERITIES.indexOf(data.severity) > SEVERITIES.indexOf(severity)) return [];
  const department = isAlert ? null : data.department;
  const told = to.filter((recipient) => recipient.department === null || recipient.department === department);
  return [...new Set(told.map(({ address }) => address))];
}
