import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import type { Logger } from '@stadtfunk/observability';
import {
  openDatabase,
  PostgresAlertSettlement,
  PostgresAlertSuppressions,
  PostgresDeadLetterOffice,
  PostgresDeviceRegistry,
  PostgresEscalationRecords,
  PostgresRoutedJobs,
  PostgresHandoverRecords,
  PostgresLogSources,
  PostgresMaintenanceStore,
  PostgresOutbox,
  PostgresPhotoStore,
  PostgresScheduleRecords,
  PostgresTourStore,
  type Database,
} from '@stadtfunk/postgres';
import type { Clock } from '@stadtfunk/kernel';
import { openTelemetry, type Telemetry } from './telemetry.ts';

/** Everything that is kept and that any role may need, by its ports. */
export interface Records {
  readonly database: Database;
  readonly registry: PostgresDeviceRegistry;
  readonly maintenance: PostgresMaintenanceStore;
  readonly suppressions: PostgresAlertSuppressions;
  readonly settlement: PostgresAlertSettlement;
  readonly office: PostgresDeadLetterOffice;
  readonly photos: PostgresPhotoStore;
  readonly tours: PostgresTourStore;
  readonly outbox: PostgresOutbox;
  readonly sources: PostgresLogSources;
  readonly escalations: PostgresEscalationRecords;
  readonly routedJobs: PostgresRoutedJobs;
  readonly scheduleRecords: PostgresScheduleRecords;
  readonly handovers: PostgresHandoverRecords;
  readonly telemetry: Telemetry;
}

export async function openRecords(
  config: Config,
  logger: Logger,
  clock: Clock,
  announce: (line: string) => void,
  onCrash: (error: Error) => void,
): Promise<Records> {
  const location = config.DATABASE_URL ? { url: config.DATABASE_URL } : { dataDir: join(config.DATA_DIR, 'records') };
  const database = await openDatabase(location, logger, {
    onCrash,
    onProgress: (progress) => {
      if (progress === 'creating' && !config.DATABASE_URL)
        announce('preparing the records (a few seconds at the first start)');
    },
  });
  let telemetry: Telemetry | undefined;
  return {
    database,
    registry: new PostgresDeviceRegistry(database),
    maintenance: new PostgresMaintenanceStore(database),
    suppressions: new PostgresAlertSuppressions(database),
    settlement: new PostgresAlertSettlement(database),
    office: new PostgresDeadLetterOffice(database),
    photos: new PostgresPhotoStore(database),
    tours: new PostgresTourStore(database),
    outbox: new PostgresOutbox(database),
    sources: new PostgresLogSources(database),
    escalations: new PostgresEscalationRecords(database),
    routedJobs: new PostgresRoutedJobs(database),
    scheduleRecords: new PostgresScheduleRecords(database),
    handovers: new PostgresHandoverRecords(database),
    // Not every role has to do with readings, and knows their server's token.
    get telemetry() {
      return (telemetry ??= openTelemetry(config, logger, clock, database));
    },
  };
}
