import type { AssetType } from '@stadtfunk/devices';
import type { Alert, Severity } from './alert.ts';
import type { JobPriority, JobState } from './job.ts';

/**
 * Where an alert stands; in exactly one of these. `unacknowledged` and `acknowledged` are open and told to everybody, `shelved` and
 * `suppressed` (by planned work, or because a group stands for it) are open and told to nobody.
 */
export const ALERT_STATES = ['unacknowledged', 'acknowledged', 'shelved', 'suppressed', 'cleared'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export function alertState({ clearedAt, suppression, acknowledgedAt }: AlertStanding): AlertState {
  if (clearedAt !== null) return 'cleared';
  if (suppression) return suppression.kind === 'shelved' ? 'shelved' : 'suppressed';
  return acknowledgedAt === null ? 'unacknowledged' : 'acknowledged';
}

type AlertStanding = Pick<Alert, 'clearedAt' | 'suppression' | 'acknowledgedAt'>;

/** The order of a list: worst first and the newest first of those that are as bad, or by time alone. */
export const ALERT_ORDERS = ['newest', 'oldest', 'severity'] as const;
export type AlertOrder = (typeof ALERT_ORDERS)[number];

/** Which alerts. What is absent leaves all; lists mean any of these. */
export interface AlertSelection {
  readonly open?: boolean;
  readonly severities?: readonly Severity[];
  readonly states?: readonly AlertState[];
  readonly ruleId?: string;
  readonly assetId?: string;
  readonly deviceId?: string;
  /** The alert of a group: its members. */
  readonly groupAlertId?: string;
  /** Of its asset. */
  readonly assetType?: AssetType;
  readonly district?: string;
  /** Whom it concerns: who owns its asset, or has a job about it. */
  readonly departments?: readonly string[];
  /** Each has to stand in its title, rule, device, asset or place, in any case of letters. */
  readonly words?: readonly string[];
  /** Raised at this moment or later, UTC ms. */
  readonly since?: number;
  /** Of these alone. Ids that there are not are left out. */
  readonly alertIds?: readonly string[];
}

export interface AlertFilter extends AlertSelection {
  /** `newest` where it is absent. */
  readonly order?: AlertOrder;
  /** False: without explanations, which are many times as long as the rest. */
  readonly explained?: boolean;
  readonly limit: number;
  readonly after?: string;
}

/** What people know an alert's asset by. */
export interface AlertPlace {
  readonly assetId: string;
  readonly type: AssetType;
  readonly name: string | null;
  readonly district: string | null;
  readonly street: string | null;
}

/** The job that an alert is worked in. */
export interface AlertJob {
  readonly jobId: string;
  readonly number: number;
  readonly state: JobState;
  readonly department: string;
  readonly priority: JobPriority;
  readonly assignee: string | null;
  readonly dueAt: number | null;
}

/** An alert with what a list of alerts shows beside it. */
export interface AlertEntry extends Alert {
  /** null: it is about no asset, or about one that there is not any more. */
  readonly place: AlertPlace | null;
  /** Whom it concerns: who owns its asset, and whoever has a job about it. Sorted; empty: nobody in particular. */
  readonly departments: readonly string[];
  /** One that is still to be done before others, its own before that of its group, the latest first. */
  readonly job: AlertJob | null;
}

/** How many open alerts are alike. */
export interface AlertTally {
  readonly severity: Severity;
  readonly state: Exclude<AlertState, 'cleared'>;
  readonly ruleId: string;
  readonly assetType: AssetType | null;
  readonly district: string | null;
  readonly count: number;
}

/** The most that one step is taken for at once. */
export const MOST_ALERTS_AT_ONCE = 500;

/** `gone`: it is over or there is none; `conflict`: it is not as the person saw it, or it cannot be done. */
export const ALERT_OUTCOMES = ['done', 'conflict', 'gone'] as const;

/** What became of one alert of many. */
export interface AlertOutcome {
  readonly alertId: string;
  readonly outcome: (typeof ALERT_OUTCOMES)[number];
  /** null: it is done. */
  readonly code:
    | 'alert.unknown'
    | 'alert.cleared'
    | 'alert.acknowledged'
    | 'alert.withoutJob'
    | 'job.wrongState'
    | 'job.foreign'
    | null;
}

/** A step that is taken for many alerts at once, each as if it were alone. */
export interface AlertsStep {
  /** Up to `MOST_ALERTS_AT_ONCE`, each once. */
  readonly alertIds: readonly string[];
  readonly actor: string;
  readonly at: number;
}

/** Gives the jobs of alerts to somebody. */
export interface AlertsAssignment extends AlertsStep {
  readonly assignee: string;
  /** Jobs of other departments stay as they are (`job.foreign`), though the alert concerns one of these; absent: of any. */
  readonly departments?: readonly string[];
}
