export { RuleCatalogue, type RuleSummary } from './rule-catalogue.ts';
export { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from './rules-records.ts';
