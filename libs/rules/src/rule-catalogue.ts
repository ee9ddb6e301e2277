import type { AssetType } from '@stadtfunk/devices';
import type { Severity, Text } from '@stadtfunk/maintenance';

/** A rule as people see it in a list. */
export interface RuleSummary {
  readonly ruleId: string;
  /** Changes with the rule's meaning; alerts name the version that raised them. */
  readonly version: string;
  readonly title: Text;
  /** `shadow`: it only records. */
  readonly mode: 'live' | 'shadow';
  readonly severity: Severity;
  /** The types of asset that it watches; empty: it watches devices, whatever they sit on. */
  readonly assetTypes: readonly AssetType[];
  /** The job that its alerts ask for; null: they ask for none. */
  readonly jobKind: string | null;
}

/** The rules that are in force in this process. */
export abstract class RuleCatalogue {
  abstract list(): readonly RuleSummary[];
}
