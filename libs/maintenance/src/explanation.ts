import type { Evidence, Severity } from './alert.ts';

export type ExplainedValue = number | boolean | string;

/** A comparison as the rule makes it: `value operator limit`, such as `0.93 >= 0.85`. */
export interface Threshold {
  readonly value: ExplainedValue;
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly limit: ExplainedValue;
}

/** The smallest part of a condition that is true or false by itself. */
export interface ExplainedTerm {
  /** As it stands in the rule, in canonical spelling. */
  readonly text: string;
  /** By the last of the readings; null: it did not answer this. */
  readonly answer: boolean | null;
  /** What it names, by how the rule names it. What was not known is missing. */
  readonly values: Readonly<Record<string, ExplainedValue>>;
  /** null: it compares nothing, or nothing that was known. */
  readonly threshold: Threshold | null;
}

/** A condition; of a rule with alternatives (`||`), one of them. */
export interface ExplainedCondition {
  readonly text: string;
  /** Also by an earlier reading, where the last one does not answer it. */
  readonly holds: boolean;
  readonly terms: readonly ExplainedTerm[];
}

/** A decision of a rule, and what it rests on. Times are UTC ms in event time. */
export interface ExplainedDecision {
  readonly ruleVersion: string;
  /** Since when the condition held. */
  readonly since: number;
  /** How long it had to hold. */
  readonly forMs: number;
  /** The readings that decided, oldest first. */
  readonly readings: readonly Evidence[];
  readonly conditions: readonly ExplainedCondition[];
}

/** A rise of the severity, with when it was. */
export interface ExplainedRise extends ExplainedDecision {
  readonly severity: Severity;
  readonly at: number;
}

/** What would clear an alert, with how that stood when it was raised. */
export interface ClearTerms {
  readonly text: string;
  /** How long it has to hold. */
  readonly forMs: number;
  readonly terms: readonly ExplainedTerm[];
}

/** Why an alert was raised, became worse and was cleared, and what would clear it. */
export interface Explanation {
  readonly raised: ExplainedDecision;
  /** In their order. */
  readonly worsened: readonly ExplainedRise[];
  readonly clears: ClearTerms;
  /** null: it is open, or nothing was measured that cleared it. */
  readonly cleared: ExplainedDecision | null;
}
