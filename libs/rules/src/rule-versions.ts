import type { CodedError, Result } from '@stadtfunk/kernel';

/**
 * What a saved version makes of its rule. `draft`: nothing yet; `shadow`: it only records; `live`: it raises alerts; `retired`:
 * the rule is gone; `file`: what the rule files say holds again.
 */
export const RULE_VERSION_STATES = ['draft', 'shadow', 'live', 'retired', 'file'] as const;
export type RuleVersionState = (typeof RULE_VERSION_STATES)[number];

/** A version of a rule without its text. */
export interface RuleVersionHead {
  readonly ruleId: string;
  /** 1 for the first that was saved of this rule, and on by one. */
  readonly number: number;
  readonly state: RuleVersionState;
  /** The version that alerts name; null: of a draft that does not compile, or of a rule that is gone. */
  readonly ruleVersion: string | null;
  readonly author: string;
  readonly reason: string;
  /** UTC ms. */
  readonly savedAt: number;
  /** The version that it brings back; 0: that of the rule files; null: it is new. */
  readonly restores: number | null;
}

export interface RuleVersion extends RuleVersionHead {
  /** A rule file with this one rule. */
  readonly yaml: string;
}

export interface NewRuleVersion extends Omit<RuleVersion, 'number'> {
  /** The number of the version that it was made from, which has to be the newest; 0: there was none. */
  readonly expected: number;
}

/** `rule.conflict`: somebody has saved another one meanwhile. */
export interface RuleConflict extends CodedError {
  readonly code: 'rule.conflict';
}

/** What became of a rule lately, whatever its version. */
export interface RuleActivity {
  readonly ruleId: string;
  readonly openAlerts: number;
  /** Alerts raised since the time that was asked for. */
  readonly fired: number;
  readonly openShadowAlerts: number;
  readonly shadowFired: number;
}

export interface RuleHistoryPage {
  /** Newest first. */
  readonly items: readonly RuleVersionHead[];
  /** Pass as `before`; null: there are no more. */
  readonly next: number | null;
}

/** The versions of rules that people have saved. They are only added, never changed or deleted. */
export abstract class RuleVersions {
  /** All processes hear of it. */
  abstract save(version: NewRuleVersion): Promise<Result<RuleVersion, RuleConflict>>;
  abstract find(ruleId: string, number: number): Promise<RuleVersion | undefined>;
  abstract history(ruleId: string, limit: number, before?: number): Promise<RuleHistoryPage>;
  /** The newest of every rule, drafts too, by rule id. */
  abstract newest(): Promise<readonly RuleVersionHead[]>;
  /** The newest of every rule that is no draft, by rule id: what decides. */
  abstract deciding(): Promise<readonly RuleVersion[]>;
  /** The newest before this one that is no draft. */
  abstract decidedBefore(ruleId: string, number: number): Promise<RuleVersion | undefined>;
  /** How many there are: as long as it is the same, nothing was saved. */
  abstract count(): Promise<number>;
  /** Of rules of which there is something to tell. */
  abstract activity(since: number): Promise<readonly RuleActivity[]>;
}
