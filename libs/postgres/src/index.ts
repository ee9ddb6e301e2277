export {
  openDatabase,
  type Database,
  type DatabaseLocation,
  type DatabaseLog,
  type DatabaseOptions,
  type DatabaseProgress,
} from './database.ts';
export { DatabaseNotices, type DatabaseNoticesOptions } from './database-notices.ts';
export { groupPositions } from './log-positions.ts';
export { PostgresAccountStore } from './postgres-account-store.ts';
export { PostgresAlertSettlement } from './postgres-alert-settlement.ts';
export { PostgresAlertSuppressions } from './postgres-alert-suppressions.ts';
export { PostgresDataQuality } from './postgres-data-quality.ts';
export { PostgresAuditLog } from './postgres-audit-log.ts';
export { PostgresDeadLetterOffice } from './postgres-dead-letter-office.ts';
export { PostgresDeviceRegistry } from './postgres-device-registry.ts';
export { PostgresDeviceRhythms } from './postgres-device-rhythms.ts';
export { PostgresEscalationRecords } from './postgres-escalation-records.ts';
export { PostgresDueRollUps } from './postgres-due-roll-ups.ts';
export { PostgresHandoverRecords } from './postgres-handover-records.ts';
export { PostgresIngestArchive } from './postgres-ingest-archive.ts';
export { PostgresIngestRecords } from './postgres-ingest-records.ts';
export { PostgresLogSources } from './postgres-log-sources.ts';
export { PostgresNotificationLedger } from './postgres-notification-ledger.ts';
export { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
export { PostgresOneTimeCodes } from './postgres-one-time-codes.ts';
export { PostgresOutbox } from './postgres-outbox.ts';
export { PostgresKeyFigures } from './postgres-key-figures.ts';
export { PostgresSituation } from './postgres-situation.ts';
export { PostgresPhotoStore } from './postgres-photo-store.ts';
export { PostgresRegistryBatch } from './postgres-registry-batch.ts';
export { PostgresRegistrySearch } from './postgres-registry-search.ts';
export { PostgresRollUps } from './postgres-roll-ups.ts';
export { PostgresRoutedJobs } from './postgres-routed-jobs.ts';
export { PostgresRuleVersions } from './postgres-rule-versions.ts';
export { PostgresRulesRecords } from './postgres-rules-records.ts';
export { PostgresShadowAlerts } from './postgres-shadow-alerts.ts';
export { PostgresSessionStore } from './postgres-session-store.ts';
export { PostgresSignInAttempts } from './postgres-sign-in-attempts.ts';
export { PostgresScheduleRecords } from './postgres-schedule-records.ts';
export { PostgresTelemetryStore } from './postgres-telemetry-store.ts';
export { PostgresTourStore } from './postgres-tour-store.ts';
export { PostgresPartitionOwnership } from './postgres-partition-ownership.ts';
