import type { AlertEntry, MaintenanceStore } from '@stadtfunk/maintenance';
import { found } from '../problem.ts';

/**
 * The alert, if whoever asks may see it; else there is none for him.
 * @param departments those that he is limited to; null: none
 */
export async function ownAlert(
  maintenance: MaintenanceStore,
  alertId: string,
  departments: readonly string[] | null,
): Promise<AlertEntry> {
  const own = await ownAlerts(maintenance, [alertId], departments);
  return found(own.get(alertId), 'alert', alertId);
}

/** Those of these alerts that he may see, by id, without their explanations. */
export async function ownAlerts(
  maintenance: MaintenanceStore,
  alertIds: readonly string[],
  departments: readonly string[] | null,
): Promise<ReadonlyMap<string, AlertEntry>> {
  if (alertIds.length === 0) return new Map();
  const { items } = await maintenance.listAlerts({
    alertIds,
    ...(departments !== null && { departments }),
    explained: false,
    limit: alertIds.length,
  });
  return new Map(items.map((entry) => [entry.alertId, entry]));
}
