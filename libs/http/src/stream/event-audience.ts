import type { DomainEvent, MaintenanceStore } from '@stadtfunk/maintenance';

/** Whose events are: of a job its department, of an alert whoever owns its asset or has a job about it. */
export async function departmentsOfEvents<Event extends Pick<DomainEvent, 'data'>>(
  store: Pick<MaintenanceStore, 'listAlerts'>,
  events: readonly Event[],
): Promise<ReadonlyMap<Event, readonly string[]>> {
  const alertIds = [...new Set(events.flatMap(({ data }) => ('jobId' in data ? [] : [data.alertId])))];
  const entries =
    alertIds.length === 0 ? [] : (await store.listAlerts({ alertIds, explained: false, limit: alertIds.length })).items;
  const ofAlert = new Map(entries.map(({ alertId, departments }) => [alertId, departments]));
  return new Map(
    events.map((event) => {
      const { data } = event;
      return [event, 'jobId' in data ? [data.department] : (ofAlert.get(data.alertId) ?? [])];
    }),
  );
}

/** @param allowed null: all departments */
export function isVisible(allowed: readonly string[] | null, owners: readonly string[] | undefined): boolean {
  return allowed === null || (owners?.some((department) => allowed.includes(department)) ?? false);
}
