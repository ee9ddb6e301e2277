export { RulesRecords, type OpenAlert, type RulesCommit, type StoredState } from './rules-records.ts';
