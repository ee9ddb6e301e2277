import { type Asset, departmentOf } from '@stadtfunk/devices';
import {
  type Alert,
  type AlertEntry,
  type AlertFilter,
  type AlertSelection,
  alertState,
  type AlertTally,
  isActive,
  type Job,
  SEVERITIES,
} from '@stadtfunk/maintenance';

/** An alert with its asset and the jobs that may be about it, as a list shows it. */
export function entryOf(alert: Alert, asset: Asset | undefined, jobs: readonly Job[]): AlertEntry {
  const ids = [alert.alertId, ...(alert.groupAlertId === undefined ? [] : [alert.groupAlertId])];
  const about = jobs.filter(({ alertIds }) => ids.some((id) => alertIds.includes(id)));
  const isOwn = ({ alertIds }: Job) => alertIds.includes(alert.alertId);
  const [first] = [...about].sort(
    (a, b) =>
      Number(isActive(b.state)) - Number(isActive(a.state)) ||
      Number(isOwn(b)) - Number(isOwn(a)) ||
      b.number - a.number,
  );
  const departments = [...(asset ? [departmentOf(asset)] : []), ...about.map(({ department }) => department)];
  return {
    ...alert,
    place: asset ? placeOf(asset) : null,
    departments: [...new Set(departments)].sort(),
    job: first ? shown(first) : null,
  };
}

function placeOf({ assetId, type, name, district, address }: Asset): AlertEntry['place'] {
  return { assetId, type, name, district, street: address?.['streetAddress'] ?? null };
}

function shown({ jobId, number, state, department, priority, assignee, dueAt }: Job): AlertEntry['job'] {
  return { jobId, number, state, department, priority, assignee, dueAt };
}

export function isSelected(entry: AlertEntry, asset: Asset | undefined, selection: AlertSelection): boolean {
  const { open, severities, states, ruleId, assetId, deviceId, groupAlertId, assetType, district } = selection;
  const { departments, words = [], since, alertIds } = selection;
  const isOf = <T>(wanted: T | undefined, actual: unknown) => wanted === undefined || wanted === actual;
  const text = textOf(entry, asset);
  return (
    isOf(open, entry.clearedAt === null) &&
    (severities?.includes(entry.severity) ?? true) &&
    (states?.includes(alertState(entry)) ?? true) &&
    isOf(ruleId, entry.ruleId) &&
    isOf(assetId, entry.assetId) &&
    isOf(deviceId, entry.deviceId) &&
    isOf(groupAlertId, entry.groupAlertId) &&
    isOf(assetType, entry.place?.type) &&
    isOf(district, entry.place?.district) &&
    (departments?.some((department) => entry.departments.includes(department)) ?? true) &&
    words.every((word) => text.includes(word.toLowerCase())) &&
    (since === undefined || entry.raisedAt >= since) &&
    (alertIds?.includes(entry.alertId) ?? true)
  );
}

function textOf({ title, ruleId, deviceId, assetId, subject, place }: AlertEntry, asset: Asset | undefined): string {
  const { streetPoleNum, serialNumber } = asset?.attributes ?? {};
  return [
    title.de,
    title.en,
    ruleId,
    deviceId,
    assetId,
    subject,
    place?.name,
    place?.district,
    place?.street,
    streetPoleNum,
    serialNumber,
  ]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .toLowerCase();
}

export function compareAlerts(order: AlertFilter['order'] = 'newest'): (a: Alert, b: Alert) => number {
  const byTime = (a: Alert, b: Alert) => b.raisedAt - a.raisedAt || (a.alertId < b.alertId ? 1 : -1);
  if (order === 'newest') return byTime;
  if (order === 'oldest') return (a, b) => byTime(b, a);
  return (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || byTime(a, b);
}

export function tallyOf(entries: readonly AlertEntry[]): readonly AlertTally[] {
  const tallies = new Map<string, AlertTally>();
  for (const entry of entries) {
    const state = alertState(entry);
    if (state === 'cleared') continue;
    const { severity, ruleId, place } = entry;
    const key = [severity, state, ruleId, place?.type, place?.district].join(' ');
    const { count = 0 } = tallies.get(key) ?? {};
    const alike = { severity, state, ruleId, assetType: place?.type ?? null, district: place?.district ?? null };
    tallies.set(key, { ...alike, count: count + 1 });
  }
  return [...tallies.values()];
}
