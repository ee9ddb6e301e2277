import type { Alert, AlertChange, JobDraft, Severity } from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';

/** An alert of a rule that only records: nobody was told, and no job was made. */
export interface ShadowAlert extends Omit<Alert, 'acknowledgedAt' | 'acknowledgedBy' | 'groupedInto' | 'explanation'> {
  /** The job that it would have asked for. */
  readonly job: JobDraft | null;
}

export interface ShadowAlertFilter {
  readonly open?: boolean;
  readonly severity?: Severity;
  readonly ruleId?: string;
  readonly assetId?: string;
  readonly deviceId?: string;
  /** On assets of any of these, or with a job for them: what somebody may see. */
  readonly departments?: readonly string[];
  readonly limit: number;
  readonly after?: string;
}

/** What rules in shadow mode have recorded. */
export abstract class ShadowAlerts {
  /** Newest first. */
  abstract list(filter: ShadowAlertFilter): Promise<Page<ShadowAlert>>;
  /** Deletes up to `limit` that were over before `before` (UTC ms); gives how many. */
  abstract purge(before: number, limit: number): Promise<number>;
}

/** What becomes of the shadow alerts of a twin, told by `alertId`. As of alerts, what is there already is not made again. */
export function applyToShadows(shadows: Map<string, ShadowAlert>, changes: readonly AlertChange[]): void {
  for (const change of changes) {
    const { alertId } = change;
    const known = shadows.get(alertId);
    if (change.type === 'raise') {
      const isOpen = ({ subject, ruleId, clearedAt }: ShadowAlert) =>
        subject === change.subject && ruleId === change.ruleId && clearedAt === null;
      if (!known && ![...shadows.values()].some(isOpen)) shadows.set(alertId, shadowOf(change));
    } else if (!known || known.clearedAt !== null) continue;
    else if (change.type === 'worsen') shadows.set(alertId, { ...known, severity: change.severity });
    else {
      const { clearedAt, reason: clearReason, evidence: clearedBy } = change;
      shadows.set(alertId, { ...known, clearedAt, clearReason, clearedBy });
    }
  }
}

/** A raised shadow alert as it is kept. */
export function shadowOf(raise: Extract<AlertChange, { type: 'raise' }>): ShadowAlert {
  const { alertId, ruleId, ruleVersion, severity, title, subject, assetId, deviceId, raisedAt, evidence, job } = raise;
  const about = { alertId, ruleId, ruleVersion, severity, title, subject, assetId, deviceId, raisedAt };
  return { ...about, raisedBy: evidence, clearedAt: null, clearReason: null, clearedBy: null, job };
}
