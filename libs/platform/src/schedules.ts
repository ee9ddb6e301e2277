import { accountSchedules } from '@stadtfunk/accounts';
import type { Config } from '@stadtfunk/config';
import type { TargetPlan } from '@stadtfunk/handover';
import { maintenanceSchedules, type Schedule } from '@stadtfunk/maintenance';
import { handoverSchedules } from './handover.ts';
import { ingestSchedules } from './ingest-data.ts';
import { telemetrySchedules } from './telemetry.ts';

/** Stable: its runs are kept under it. */
export const DIGEST = 'notification-digest';

/** Everything that recurs, in the city's time. */
export function schedulesOf(config: Config, handovers: readonly TargetPlan[]): readonly Schedule[] {
  const { ZONE: zone } = config;
  const digest: Schedule = { name: DIGEST, recurrence: { every: 'hour', minute: 2 }, zone };
  return [
    ...[...maintenanceSchedules(zone), digest, ...accountSchedules(zone)],
    ...[...telemetrySchedules(zone), ...ingestSchedules(zone), ...handoverSchedules(handovers, config)],
  ];
}
