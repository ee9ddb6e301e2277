import type { Values } from '@stadtfunk/readings';

/** ITU-T X.733 perceived severity, worst first. */
export const SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

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

/** Why an episode ended: a reading showed it, its rule is gone, or the sensor now looks at another asset. */
export type ClearReason = 'measured' | 'ruleRemoved' | 'rebound';

/** An episode in which a rule holds. Times are UTC ms in event time. */
export interface Alert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
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
}
