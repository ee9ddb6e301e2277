import { SEVERITIES, type Escalation, type OutboxEvent, type Severity } from '@stadtfunk/maintenance';

/** What the organisation's file has told to people whom it names: it says itself whether and when. */
const ESCALATED = ['alert.escalated', 'job.escalated'];

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
export function addressesFor(event: OutboxEvent, selection: MailSelection): readonly string[] {
  if (ESCALATED.includes(event.type)) return calledOut(event, selection);
  const { type, data } = event;
  const { events, severity } = selection;
  if (!events.includes(type)) return [];
  const isAlert = 'alertId' in data;
  if (isAlert && SEVERITIES.indexOf(data.severity) > SEVERITIES.indexOf(severity)) return [];
  const department = isAlert ? null : data.department;
  return addressesOf(department, selection);
}

/** Who gets the mails of a department; null or empty: those that are everybody's. Each address once. */
export function addressesOf(department: string | null, { to }: Pick<MailSelection, 'to'>): readonly string[] {
  const told = to.filter((recipient) => recipient.department === null || recipient.department === department);
  return [...new Set(told.map(({ address }) => address))];
}

/** The people of the step; where none of them has an address, whoever gets the mails of the department. */
function calledOut({ data }: OutboxEvent, { to }: MailSelection): readonly string[] {
  const { department, to: people } = escalationOf(data);
  const theirs = people.flatMap(({ mail }) => (mail === null ? [] : [mail]));
  const others = to.filter((recipient) => recipient.department === null || recipient.department === department);
  return [...new Set(theirs.length > 0 ? theirs : others.map(({ address }) => address))];
}

/** What an event of an escalation says besides the alert or the job. */
export function escalationOf(data: OutboxEvent['data']): Pick<Escalation, 'department' | 'to'> {
  return 'escalation' in data ? (data.escalation as Escalation) : { department: null, to: [] };
}
