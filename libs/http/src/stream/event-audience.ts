import type { DomainEvent, MaintenanceStore } from '@stadtfunk/maintenance';

/** The departments that an event is about; null: it says so little that it is for everybody. */
export type Owners = readonly string[] | null;

/**
 * Whose events are: of a job its department (that it has left a department: that one), of an alert whoever owns its asset or has a job about it. Of a window they say no more
 * than that it has changed.
 */
export async function departmentsOfEvents<Event extends Pick<DomainEvent, 'data'>>(
  store: Pick<MaintenanceStore, 'listAlerts'>,
  events: readonly Event[],
): Promise<ReadonlyMap<Event, Owners>> {
  const alertIds = [...new Set(events.flatMap(({ data }) => ('alertId' in data ? [data.alertId] : [])))];
  const entries =
    alertIds.length === 0 ? [] : (await store.listAlerts({ alertIds, explained: false, limit: alertIds.length })).items;
  const ofAlert = new Map(entries.map(({ alertId, departments }) => [alertId, departments]));
  return new Map(events.map((event) => [event, ownersOf(event.data, ofAlert)]));
}

function ownersOf(data: DomainEvent['data'], ofAlert: ReadonlyMap<string, readonly string[]>): Owners {
  if ('windowId' in data) return null;
  if ('left' in data) return [data.left];
  return 'jobId' in data ? [data.department] : (ofAlert.get(data.alertId) ?? []);
}

/** @param allowed null: all departments; empty: none, and so nothing */
export function isVisible(allowed: readonly string[] | null, owners: Owners | undefined): boolean {
  if (allowed === null) return true;
  if (owners === null) return allowed.length > 0;
  return owners?.some((department) => allowed.includes(department)) ?? false;
}
