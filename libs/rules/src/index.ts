export { type CalendarOptions } from './calendar.ts';
export { compileRules, type RuleSource } from './compile-rules.ts';
export { DEFAULT_RULES } from './default-rules.ts';
export {
  adopt,
  decodeState,
  dueAt,
  encodeState,
  needsAdoption,
  newState,
  type DeviceState,
  type Kept,
  type RuleMemory,
} from './device-state.ts';
export { DeviceRhythms, rhythmOf, type DeviceRhythm } from './device-rhythms.ts';
export { advance, applyUplink } from './evaluator.ts';
export { commonOf } from './grouping.ts';
export { RULE_LANGUAGE } from './language.ts';
export { RULE_OPTIONS } from './options.ts';
export { problemSentence } from './problem-words.ts';
export { describeProblem, type FileProblem as RuleProblem } from '@stadtfunk/yaml';
export { noteRhythm, patternOf, type Pattern, type Rhythm } from './reporting-pattern.ts';
export { openRuleBook, RuleBook, type PassedOver, type RuleInForce } from './rule-book.ts';
export { RuleSet, type RuleFailures } from './rule-set.ts';
export { RULE_FILE_SCHEMA } from './rule-file-schema.ts';
export { eachExample, runExamples, type ExampleAlert, type ExampleOutcome, type RuleExample } from './rule-example.ts';
export { type RuleSubject } from './rule-subject.ts';
export { type Condition, type Hold, type JobOrder, type Rule } from './rule.ts';
export { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from './rules-records.ts';
export { shadowOf, ShadowAlerts, type ShadowAlert, type ShadowAlertFilter } from './shadow-alerts.ts';
export { plainRule, withMode } from './rule-text.ts';
export {
  RULE_VERSION_STATES,
  RuleVersions,
  type NewRuleVersion,
  type RuleActivity,
  type RuleConflict,
  type RuleHistoryPage,
  type RuleVersion,
  type RuleVersionHead,
  type RuleVersionState,
} from './rule-versions.ts';
export { sunAltitude } from './sun.ts';
export { RulesConsumer, type RulesConsumerOptions } from './rules-consumer.ts';
export { MemoryAlertBook, type AlertRows } from './memory-alert-book.ts';
export { MemoryAlertSettlement, type GroupPlaces } from './memory-alert-settlement.ts';
export { conflict as ruleConflict, MemoryRuleVersions, type CountedAlert } from './memory-rule-versions.ts';
export { emptyRulesRows, MemoryRulesRecords, type RulesRows } from './memory-rules-records.ts';
