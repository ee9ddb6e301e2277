export { describeAlertSettlement, LAMP_GROUPING, type AlertSettlementHarness } from './testing/alert-settlement.ts';
export { RuleBench, rulesOf, subjectOf } from './testing/rule-bench.ts';
export { clearOf, describeRulesRecords, raiseOf, worsenOf, type RulesRecordsHarness } from './testing/rules-records.ts';
export { describeRuleVersions, versionOf, type RuleVersionsHarness } from './testing/rule-versions.ts';
