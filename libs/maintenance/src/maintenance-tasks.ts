import { DAY_MS, type Clock } from '@stadtfunk/kernel';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { Outbox } from './outbox.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduledTasks } from './scheduled-task.ts';

const ESCALATE = 'escalate-overdue';
const PURGE = 'purge-outbox';
const ESCALATE_BATCH = 200;
const PURGE_BATCH = 5_000;

/** Who stands in the history of a job that is past its due time. */
export const OVERDUE_ACTOR = `schedule:${ESCALATE}`;

/** What recurs for alerts and jobs. */
export function maintenanceSchedules(zone: string): readonly Schedule[] {
  return [
    { name: ESCALATE, recurrence: { every: 'minutes', minutes: 1 }, zone },
    { name: PURGE, recurrence: { every: 'hour', minute: 7 }, zone },
  ];
}

export interface MaintenanceTasksParts {
  readonly store: Pick<MaintenanceStore, 'escalateOverdue'>;
  readonly outbox: Pick<Outbox, 'purge'>;
  readonly clock: Clock;
  /** Events are deleted so long after they were relayed. Live pages that were away for longer start anew. */
  readonly keepEventsMs?: number;
}

/** The tasks of `maintenanceSchedules`. */
export function maintenanceTasks({ store, outbox, clock, keepEventsMs = 30 * DAY_MS }: MaintenanceTasksParts) {
  return {
    [ESCALATE]: async ({ signal }) => {
      while (!signal.aborted && (await store.escalateOverdue(clock.now(), ESCALATE_BATCH)) === ESCALATE_BATCH);
    },
    [PURGE]: async ({ signal }) => {
      while (!signal.aborted && (await outbox.purge(clock.now() - keepEventsMs, PURGE_BATCH)) === PURGE_BATCH);
    },
  } satisfies ScheduledTasks;
}
