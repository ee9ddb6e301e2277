import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { InfluxTelemetryStore } from '@stadtfunk/influx';
import type { Logger } from '@stadtfunk/observability';
import {
  openDatabase,
  PostgresDeadLetterOffice,
  PostgresDeviceRegistry,
  PostgresIngestRecords,
  PostgresMaintenanceStore,
  PostgresOutbox,
  PostgresPartitionOwnership,
  PostgresRulesRecords,
  PostgresTelemetryStore,
  type Database,
} from '@stadtfunk/postgres';
import type { TelemetryStore } from '@stadtfunk/readings';
import { SoleOwner, type ConsumerGroup, type PartitionOwnership, type UplinkLog } from '@stadtfunk/uplinks';

/** Everything that is kept, by its ports. */
export interface Records {
  readonly database: Database;
  readonly registry: PostgresDeviceRegistry;
  readonly maintenance: PostgresMaintenanceStore;
  readonly office: PostgresDeadLetterOffice;
  readonly outbox: PostgresOutbox;
  readonly ingest: PostgresIngestRecords;
  readonly rules: PostgresRulesRecords;
  readonly telemetry: TelemetryStore;
  /** Which partitions of the log this process works on. */
  readonly ownership: Readonly<Record<ConsumerGroup, PartitionOwnership>>;
}

export async function openRecords(
  config: Config,
  logger: Logger,
  log: UplinkLog,
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
  const common = {
    database,
    registry: new PostgresDeviceRegistry(database),
    maintenance: new PostgresMaintenanceStore(database),
    office: new PostgresDeadLetterOffice(database),
    outbox: new PostgresOutbox(database),
    telemetry: telemetryOf(config, logger, database),
  };
  if (database.kind === 'pglite') {
    const sole = new SoleOwner(log.partitions);
    return {
      ...common,
      ingest: new PostgresIngestRecords(database),
      rules: new PostgresRulesRecords(database),
      ownership: { store: sole, rules: sole },
    };
  }
  const store = new PostgresPartitionOwnership(database, 'store', log.logId, log.partitions);
  const rules = new PostgresPartitionOwnership(database, 'rules', log.logId, log.partitions);
  return {
    ...common,
    ingest: new PostgresIngestRecords(database, store),
    rules: new PostgresRulesRecords(database, rules),
    ownership: { store, rules },
  };
}

/** Its first write finds out the version and makes the bucket: a server that is away now keeps nothing from starting. */
function telemetryOf(config: Config, logger: Logger, database: Database): TelemetryStore {
  const { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_BUCKET: bucket } = config;
  if (!url) return new PostgresTelemetryStore(database);
  return new InfluxTelemetryStore({ url, bucket, log: logger, ...(token && { token }), ...(org && { org }) });
}
