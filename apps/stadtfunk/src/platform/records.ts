import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import type { Logger } from '@stadtfunk/observability';
import {
  openDatabase,
  PostgresDeadLetterOffice,
  PostgresDeviceRegistry,
  PostgresIngestRecords,
  PostgresMaintenanceStore,
  PostgresOutbox,
  PostgresRulesRecords,
  PostgresTelemetryStore,
  type Database,
} from '@stadtfunk/postgres';

/** Everything that is kept in the database, by its ports. */
export interface Records {
  readonly database: Database;
  readonly registry: PostgresDeviceRegistry;
  readonly maintenance: PostgresMaintenanceStore;
  readonly office: PostgresDeadLetterOffice;
  readonly outbox: PostgresOutbox;
  readonly ingest: PostgresIngestRecords;
  readonly rules: PostgresRulesRecords;
  readonly telemetry: PostgresTelemetryStore;
}

export async function openRecords(
  config: Config,
  logger: Logger,
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
  return {
    database,
    registry: new PostgresDeviceRegistry(database),
    maintenance: new PostgresMaintenanceStore(database),
    office: new PostgresDeadLetterOffice(database),
    outbox: new PostgresOutbox(database),
    ingest: new PostgresIngestRecords(database),
    rules: new PostgresRulesRecords(database),
    telemetry: new PostgresTelemetryStore(database),
  };
}
