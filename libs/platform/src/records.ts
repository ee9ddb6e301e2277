import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { InfluxTelemetryStore } from '@stadtfunk/influx';
import type { Logger } from '@stadtfunk/observability';
import {
  openDatabase,
  PostgresDeadLetterOffice,
  PostgresDeviceRegistry,
  PostgresLogSources,
  PostgresMaintenanceStore,
  PostgresOutbox,
  PostgresTelemetryStore,
  type Database,
} from '@stadtfunk/postgres';
import type { TelemetryStore } from '@stadtfunk/readings';

/** Everything that is kept and that any role may need, by its ports. */
export interface Records {
  readonly database: Database;
  readonly registry: PostgresDeviceRegistry;
  readonly maintenance: PostgresMaintenanceStore;
  readonly office: PostgresDeadLetterOffice;
  readonly outbox: PostgresOutbox;
  readonly sources: PostgresLogSources;
  readonly telemetry: TelemetryStore;
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
    sources: new PostgresLogSources(database),
    telemetry: telemetryOf(config, logger, database),
  };
}

/** Its first write finds out the version and makes the bucket: a server that is away now keeps nothing from starting. */
function telemetryOf(config: Config, logger: Logger, database: Database): TelemetryStore {
  const { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_BUCKET: bucket } = config;
  if (!url) return new PostgresTelemetryStore(database);
  return new InfluxTelemetryStore({ url, bucket, log: logger, ...(token && { token }), ...(org && { org }) });
}
