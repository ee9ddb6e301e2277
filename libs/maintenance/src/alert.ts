import type { Values } from '@stadtfunk/readings';
import type { Explanation } from './explanation.ts';
import type { Suppression } from './suppression/suppression.ts';

/** ITU-T X.733 perceived severity, worst first. */
export const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

export function isWorse(severity: Severity, than: Severity): boolean {
  return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(than);
}

export interface Text {
  readonly de: string;
  readonly en: string;
}

/** A reading that decided something, as it is shown to people. */
export interface Evidence {
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly values: Values;
}

/** Why an episode ended: a reading showed it, its rule is gone, the sensor now looks at another asset, or a group was dissolved. */
export type ClearReason = 'measured' | 'ruleRemoved' | 'rebound' | 'dissolved';

/** An episode in which a rule holds. Times are UTC ms in event time. */
export interface Alert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
  /** It may rise while the alert is open. */
  readonly severity: Severity;
  readonly title: Text;
  /** `asset:<id>` or `device:<id>`: what at most one open alert of a rule can be about. */
  readonly subject: string;
  readonly assetId: string | null;
  readonly deviceId: string;
  readonly raisedAt: number;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly clearedAt: number | null;
  readonly clearReason: ClearReason | null;
  readonly raisedBy: Evidence;
  readonly clearedBy: Evidence | null;
  /** Why nobody is told of it, or was when it ended. Absent: everybody is. */
  readonly suppression?: Suppression;
  /** The alert of the group that stands for it. */
  readonly groupAlertId?: string;
  /** Of the alert of a group: for how many it has stood. */
  readonly members?: number;
  /** Absent of one that was raised before alerts were explained, or not by a rule. */
  readonly explanation?: Explanation;
}
