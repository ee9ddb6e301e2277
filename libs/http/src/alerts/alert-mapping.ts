import type {
  Alert,
  AlertEntry,
  AlertFilter,
  AlertJob,
  AlertOutcome,
  AlertSelection,
  Evidence,
} from '@stadtfunk/maintenance';
import type { z } from 'zod';
import { isoOf, isoOrNull } from '../schemas.ts';
import type { countAlerts, listAlerts } from './alert.schema.ts';
import { toExplanationBody } from './explanation-mapping.ts';

/** @param departments those that whoever asks is limited to; null: none */
export function toAlertSelection(
  query: z.output<(typeof countAlerts)['query']>,
  departments: readonly string[] | null,
): AlertSelection {
  const { open, severity, state, rule, asset, device, group, type, district, department, text, since, ids } = query;
  const own = departments && department !== undefined ? departments.filter((each) => each === department) : departments;
  const wanted = own ?? (department === undefined ? undefined : [department]);
  return {
    ...(open !== undefined && { open }),
    ...(severity && { severities: severity }),
    ...(state && { states: state }),
    ...(rule !== undefined && { ruleId: rule }),
    ...(asset !== undefined && { assetId: asset }),
    ...(device !== undefined && { deviceId: device }),
    ...(group !== undefined && { groupAlertId: group }),
    ...(type && { assetType: type }),
    ...(district !== undefined && { district }),
    ...(wanted && { departments: wanted }),
    ...(text !== undefined && { words: text.split(/\s+/) }),
    ...(since !== undefined && { since }),
    ...(ids && { alertIds: ids }),
  };
}

export function toAlertFilter(
  { order, explained, limit, after, ...selection }: z.output<(typeof listAlerts)['query']>,
  departments: readonly string[] | null,
): AlertFilter {
  return {
    ...toAlertSelection(selection, departments),
    order,
    explained,
    limit,
    ...(after !== undefined && { after }),
  };
}

export function toAlertBody(alert: Alert) {
  return {
    alertId: alert.alertId,
    ruleId: alert.ruleId,
    ruleVersion: alert.ruleVersion,
    severity: alert.severity,
    title: alert.title,
    assetId: alert.assetId,
    deviceId: alert.deviceId,
    open: alert.clearedAt === null,
    raisedAt: isoOf(alert.raisedAt),
    acknowledgedAt: isoOrNull(alert.acknowledgedAt),
    acknowledgedBy: alert.acknowledgedBy,
    clearedAt: isoOrNull(alert.clearedAt),
    clearReason: alert.clearReason,
    suppression: alert.suppression ? { kind: alert.suppression.kind, until: isoOrNull(alert.suppression.until) } : null,
    groupAlertId: alert.groupAlertId ?? null,
    members: alert.members ?? null,
    raisedBy: toEvidenceBody(alert.raisedBy),
    clearedBy: alert.clearedBy && toEvidenceBody(alert.clearedBy),
    explanation: alert.explanation ? toExplanationBody(alert.explanation) : null,
  };
}

export function toAlertEntryBody({ place, departments, job, ...alert }: AlertEntry) {
  return { ...toAlertBody(alert), place, departments: [...departments], job: job && toAlertJobBody(job) };
}

function toAlertJobBody({ dueAt, ...job }: AlertJob) {
  return { ...job, dueAt: isoOrNull(dueAt) };
}

/** @param entries as they are after the step, by id */
export function toOutcomeBody({ alertId, outcome, code }: AlertOutcome, entries: ReadonlyMap<string, AlertEntry>) {
  const entry = entries.get(alertId);
  return { alertId, outcome, code, alert: entry ? toAlertEntryBody(entry) : null };
}

export function toEvidenceBody({ observedAt, receivedAt, values }: Evidence) {
  return { observedAt: isoOf(observedAt), receivedAt: isoOf(receivedAt), values };
}
