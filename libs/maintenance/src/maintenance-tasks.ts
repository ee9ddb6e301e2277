import { DAY_MS, type Clock } from '@stadtfunk/kernel';
import { escalateAlerts, escalateJobs, type EscalationPlan, type EscalationRecords } from './escalation.ts';
import type { MaintenanceStore } from './maintenance-store.ts';
import type { NotificationLedger } from './notification-cap.ts';
import type { Outbox } from './outbox.ts';
import type { PhotoStore } from './photo/photo-store.ts';
import type { Schedule } from './schedule.ts';
import type { ScheduledTasks } from './scheduled-task.ts';
import type { AlertSuppressions } from './suppression/alert-suppressions.ts';

const ESCALATE = 'escalate-overdue';
const UNPROVEN = 'flag-unproven';
const ESCALATE_ALERTS = 'escalate-alerts';
const PURGE = 'purge-outbox';
const PURGE_PHOTOS = 'purge-photos';
const JOBS_BATCH = 200;
const PURGE_BATCH = 5_000;
/** Each is up to 8 MiB, and leaves a line in the history of its job. */
const PHOTOS_BATCH = 50;

/** What is over is kept so long: counts of notifications as long as their events at least, and what people have said for two years. */
const KEEP_NOTIFICATIONS_MS = 31 * DAY_MS;
const KEEP_SHADOW_ALERTS_MS = 365 * DAY_MS;
const KEEP_SUPPRESSIONS_MS = 2 * 365 * DAY_MS;

/** Something of which what is old is deleted, in batches. */
interface Purgeable {
  purge(before: number, limit: number): Promise<number>;
}

/** Who stands in the history of a job that is past its due time. */
export const OVERDUE_ACTOR = `schedule:${ESCALATE}`;

/** Who stands in the history of a job that was done and is not confirmed. */
export const UNPROVEN_ACTOR = `schedule:${UNPROVEN}`;

/** Who stands in the histories of the jobs of an alert that nobody has acknowledged. */
export const ESCALATION_ACTOR = `schedule:${ESCALATE_ALERTS}`;

/** Who stands in the history of a job whose photos have been kept long enough. */
export const PHOTOS_ACTOR = `schedule:${PURGE_PHOTOS}`;

/** What recurs for alerts and jobs. */
export function maintenanceSchedules(zone: string): readonly Schedule[] {
  return [
    { name: ESCALATE, recurrence: { every: 'minutes', minutes: 1 }, zone },
    { name: ESCALATE_ALERTS, recurrence: { every: 'minutes', minutes: 1 }, zone },
    { name: UNPROVEN, recurrence: { every: 'minutes', minutes: 10 }, zone },
    { name: PURGE, recurrence: { every: 'hour', minute: 7 }, zone },
    { name: PURGE_PHOTOS, recurrence: { every: 'day', hour: 3, minute: 20 }, zone },
  ];
}

export interface MaintenanceTasksParts {
  readonly store: Pick<MaintenanceStore, 'escalateOverdue' | 'flagUnproven'>;
  readonly outbox: Pick<Outbox, 'purge'>;
  readonly notifications: Pick<NotificationLedger, 'purge'>;
  readonly suppressions: Pick<AlertSuppressions, 'purge'>;
  readonly shadowAlerts: Purgeable;
  readonly photos: Pick<PhotoStore, 'purge'>;
  /** So long after the end of their job photos are kept; null: for ever. */
  readonly keepPhotosMs: number | null;
  readonly escalation: { readonly plan: EscalationPlan; readonly records: EscalationRecords };
  readonly clock: Clock;
  /** Events are deleted so long after they were relayed. Live pages that were away for longer start anew. */
  readonly keepEventsMs?: number;
  /** So long a sensor has time to confirm what a person said is done. */
  readonly evidenceWithinMs?: number;
}

/** The tasks of `maintenanceSchedules`. */
export function maintenanceTasks(parts: MaintenanceTasksParts) {
  const { store, escalation, outbox, clock, keepEventsMs = 30 * DAY_MS, evidenceWithinMs = DAY_MS } = parts;
  return {
    [ESCALATE]: async ({ signal }) => {
      while (!signal.aborted && (await store.escalateOverdue(clock.now(), JOBS_BATCH)) === JOBS_BATCH);
      const bounds = { limit: JOBS_BATCH, isAborted: () => signal.aborted };
      await escalateJobs(escalation.plan, escalation.records, clock.now(), bounds);
    },
    [ESCALATE_ALERTS]: async ({ signal }) => {
      const bounds = { limit: JOBS_BATCH, isAborted: () => signal.aborted };
      await escalateAlerts(escalation.plan, escalation.records, clock.now(), bounds);
    },
    [UNPROVEN]: async ({ signal }) => {
      const flag = (now: number) => store.flagUnproven(now - evidenceWithinMs, now, JOBS_BATCH);
      while (!signal.aborted && (await flag(clock.now())) === JOBS_BATCH);
    },
    [PURGE]: async ({ signal }) => {
      const purge = async (records: Purgeable, keepMs: number) => {
        while (!signal.aborted && (await records.purge(clock.now() - keepMs, PURGE_BATCH)) === PURGE_BATCH);
      };
      await purge(outbox, keepEventsMs);
      await purge(parts.notifications, Math.max(KEEP_NOTIFICATIONS_MS, keepEventsMs));
      await purge(parts.shadowAlerts, KEEP_SHADOW_ALERTS_MS);
      await purge(parts.suppressions, KEEP_SUPPRESSIONS_MS);
    },
    [PURGE_PHOTOS]: async ({ signal }) => {
      const { photos, keepPhotosMs } = parts;
      if (keepPhotosMs === null) return;
      const purge = (at: number) => photos.purge(at - keepPhotosMs, { actor: PHOTOS_ACTOR, at }, PHOTOS_BATCH);
      while (!signal.aborted && (await purge(clock.now())) === PHOTOS_BATCH);
    },
  } satisfies ScheduledTasks;
}
