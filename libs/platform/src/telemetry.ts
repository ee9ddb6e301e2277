import type { Config } from '@stadtfunk/config';
import { InfluxRollUps, InfluxTelemetryStore } from '@stadtfunk/influx';
import type { Clock } from '@stadtfunk/kernel';
import type { Schedule, ScheduledTasks } from '@stadtfunk/maintenance';
import type { Logger } from '@stadtfunk/observability';
import { PostgresDueRollUps, PostgresRollUps, PostgresTelemetryStore, type Database } from '@stadtfunk/postgres';
import {
  purgeExpired,
  RolledUpTelemetryStore,
  rollUpDue,
  type DueRollUps,
  type Retention,
  type RollUps,
  type TelemetryStore,
} from '@stadtfunk/readings';

/** Readings, and the hours and days that are made from them. */
export interface Telemetry {
  readonly store: TelemetryStore;
  readonly rollUps: RollUps;
  readonly due: DueRollUps;
  readonly retention: Retention;
}

/** Hours rolled up between two looks at whether somebody wants to stop. */
const HOURS_AT_ONCE = 24;
const ROWS_AT_ONCE = 20_000;

/** Its first write finds out the version and makes the buckets: a server that is away now keeps nothing from starting. */
export function openTelemetry(config: Config, logger: Logger, clock: Clock, database: Database): Telemetry {
  const { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_BUCKET: bucket, ZONE: zone } = config;
  const retention: Retention = {
    reading: config.KEEP_READINGS_DAYS || null,
    hour: config.KEEP_HOURS_DAYS || null,
    day: config.KEEP_DAYS_DAYS || null,
  };
  const due = new PostgresDueRollUps(database);
  const influx = url && { url, bucket, retention, log: logger, ...(token && { token }), ...(org && { org }) };
  const telemetry = influx ? new InfluxTelemetryStore(influx) : new PostgresTelemetryStore(database);
  const rollUps = influx ? new InfluxRollUps(influx) : new PostgresRollUps(database);
  const store = new RolledUpTelemetryStore({ telemetry, rollUps, due, clock, zone, retention });
  return { store, rollUps, due, retention };
}

/** What recurs for readings. */
export function telemetrySchedules(zone: string): readonly Schedule[] {
  return [
    { name: 'roll-up', recurrence: { every: 'minutes', minutes: 5 }, zone },
    { name: 'purge-readings', recurrence: { every: 'day', hour: 3, minute: 40 }, zone },
  ];
}

/** The tasks of `telemetrySchedules`. */
export function telemetryTasks({ rollUps, due, retention }: Telemetry, clock: Clock, zone: string): ScheduledTasks {
  const common = { rollUps, due, clock, zone, retention };
  return {
    'roll-up': async ({ signal }) => {
      let isMore = true;
      while (isMore && !signal.aborted)
        isMore = (await rollUpDue({ ...common, limit: HOURS_AT_ONCE }))?.isMore ?? false;
    },
    'purge-readings': async ({ signal }) => {
      let isMore = true;
      while (isMore && !signal.aborted) {
        const removed = await purgeExpired({ ...common, limit: ROWS_AT_ONCE });
        isMore = Object.values(removed).some((rows) => rows >= ROWS_AT_ONCE);
      }
    },
  };
}
