import { departmentOf } from '@stadtfunk/devices';
import { idFrom } from '@stadtfunk/kernel';
import type { AlertChange, ClearReason, Evidence, JobDraft } from '@stadtfunk/maintenance';
import type { MutableValues, Values } from '@stadtfunk/readings';
import type { Kept, RuleMemory } from './device-state.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule } from './rule.ts';

/** The team that looks after sensors. */
const DEVICE_DEPARTMENT = 'iot';

/** The part of a reading that a rule looks at. */
export function evidenceValues(rule: Rule, values: Values): Values {
  const used: MutableValues = {};
  for (const name of rule.quantities) if (values[name] !== undefined) used[name] = values[name];
  return used;
}

export function evidenceOf([observedAt, receivedAt, values]: Kept): Evidence {
  return { observedAt, receivedAt, values };
}

/** Opens an alert, notes it in the memory and gives the change. Work is due from when the problem could be known. */
export function raise(
  rule: Rule,
  memory: RuleMemory,
  subject: RuleSubject,
  raisedAt: number,
  detectedAt: number,
  evidence: Kept,
): AlertChange {
  const { device, asset } = subject;
  const about = rule.subject === 'asset' ? `asset:${asset!.assetId}` : `device:${device.deviceId}`;
  const alertId = idFrom('alert', about, rule.id, raisedAt);
  memory.id = alertId;
  memory.at = raisedAt;
  delete memory.n;
  delete memory.l;
  delete memory.e;
  if (rule.condition.kind === 'when') delete memory.h;
  return {
    type: 'raise',
    alertId,
    ruleId: rule.id,
    ruleVersion: rule.version,
    severity: rule.severity,
    title: rule.title,
    subject: about,
    assetId: asset?.assetId ?? null,
    deviceId: device.deviceId,
    raisedAt,
    evidence: evidenceOf(evidence),
    job: draftJob(rule, subject, alertId, Math.max(raisedAt, detectedAt)),
  };
}

function draftJob(rule: Rule, { asset }: RuleSubject, alertId: string, from: number): JobDraft | null {
  if (rule.job === null) return null;
  const { kind, priority, dueMs, title } = rule.job;
  const own = rule.subject === 'asset' && asset ? departmentOf(asset) : DEVICE_DEPARTMENT;
  return {
    jobId: idFrom('job', alertId),
    kind,
    title: title ?? rule.title,
    department: rule.department ?? own,
    priority,
    dueAt: dueMs === null ? null : from + dueMs,
  };
}

/** Ends the alert of a memory. An episode never ends before it began, even if a reading was long on its way. */
export function clear(
  memory: RuleMemory,
  { device }: RuleSubject,
  at: number,
  reason: ClearReason,
  evidence: Kept | null,
): Extract<AlertChange, { type: 'clear' }> {
  const change = {
    type: 'clear' as const,
    alertId: memory.id!,
    deviceId: device.deviceId,
    clearedAt: Math.max(at, memory.at!),
    reason,
    evidence: evidence && evidenceOf(evidence),
  };
  delete memory.id;
  delete memory.at;
  delete memory.q;
  delete memory.k;
  return change;
}
