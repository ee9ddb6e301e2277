import type { Alert, AlertFilter, Evidence } from '@stadtfunk/maintenance';
import type { z } from 'zod';
import { isoOf, isoOrNull } from '../schemas.ts';
import type { listAlerts } from './alert.schema.ts';
import { toExplanationBody } from './explanation-mapping.ts';

export function toAlertFilter(query: z.output<(typeof listAlerts)['query']>): AlertFilter {
  const { rule, asset, device, group, ...filter } = query;
  return {
    ...filter,
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(asset === undefined ? {} : { assetId: asset }),
    ...(device === undefined ? {} : { deviceId: device }),
    ...(group === undefined ? {} : { groupAlertId: group }),
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

export function toEvidenceBody({ observedAt, receivedAt, values }: Evidence) {
  return { observedAt: isoOf(observedAt), receivedAt: isoOf(receivedAt), values };
}
