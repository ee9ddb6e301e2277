import type { Alert, Severity } from './alert.ts';

/** An alert that nobody has acknowledged, and of whose jobs nobody has taken one. */
export interface UnacknowledgedAlert {
  readonly alert: Alert;
  /** Of its job, else of its asset; null: nobody's. */
  readonly department: string | null;
  /** When each of the steps was told that its present severity has had, in their order. */
  readonly toldAt: readonly number[];
}

/** Somebody who is to look after an alert now. */
export interface EscalationRecipient {
  readonly role: 'onCall' | 'lead' | 'person';
  readonly personId: string;
  readonly name: string;
  readonly mail: string | null;
}

/** One step: whom an alert is told to that those before did not acknowledge. */
export interface Escalation {
  /** Counts from 1. */
  readonly step: number;
  /** How long after the alert was raised the step is meant to come. */
  readonly afterMs: number;
  readonly department: string | null;
  /** Empty: nobody is on call, or the department has no lead. */
  readonly to: readonly EscalationRecipient[];
}

/** What an event `alert.escalated` says. */
export interface EscalatedAlert extends Alert {
  readonly escalation: Escalation;
}

/** A step as it was told. */
export interface ToldEscalation extends Omit<Escalation, 'afterMs'> {
  readonly severity: Severity;
  readonly at: number;
}

/** Which alerts have to be looked at. */
export interface EscalationReach {
  readonly severity: Severity;
  /** No step is due earlier than this after an alert was raised. */
  readonly afterMs: number;
  /** An alert has no more steps than this. */
  readonly steps: number;
}

/** Who is told of alerts that nobody acknowledges, and when. Follows from what is recorded, so no timer has to be kept. */
export abstract class EscalationPlan {
  abstract reach(): readonly EscalationReach[];
  /** The step that is due; null: none. */
  abstract due(alert: UnacknowledgedAlert, now: number): Escalation | null;
}

/** Where a page of alerts goes on. */
export type EscalationCursor = Pick<Alert, 'raisedAt' | 'alertId'>;

export abstract class EscalationRecords {
  /** Alerts within reach, those raised first first, from behind a cursor on. */
  abstract unacknowledged(
    reach: readonly EscalationReach[],
    now: number,
    limit: number,
    after: EscalationCursor | null,
  ): Promise<readonly UnacknowledgedAlert[]>;

  /**
   * Tells one step: an event `alert.escalated`, a line in the history of the alert's jobs, and a record that it was told, all or
   * nothing. False, and nothing, if it was told before, or somebody has acknowledged the alert meanwhile or it is over.
   */
  abstract tell(alert: Alert, escalation: Escalation, at: number): Promise<boolean>;

  /** What was told of an alert, in its order. */
  abstract told(alertId: string): Promise<readonly ToldEscalation[]>;
}

/** Tells what is due, of all alerts, and gives how much that was. Told twice at once, by several processes, it is told once. */
export async function escalateAlerts(
  plan: EscalationPlan,
  records: EscalationRecords,
  now: number,
  { limit, isAborted }: { readonly limit: number; readonly isAborted: () => boolean },
): Promise<number> {
  const reach = plan.reach();
  let told = 0;
  let after: EscalationCursor | null = null;
  while (reach.length > 0 && !isAborted()) {
    const page: readonly UnacknowledgedAlert[] = await records.unacknowledged(reach, now, limit, after);
    for (const found of page) {
      const escalation = isAborted() ? null : plan.due(found, now);
      if (escalation && (await records.tell(found.alert, escalation, now))) told++;
    }
    after = page.at(-1)?.alert ?? null;
    if (page.length < limit) break;
  }
  return told;
}
