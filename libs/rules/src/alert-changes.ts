import { departmentOf } from '@stadtfunk/devices';
import { idFrom } from '@stadtfunk/kernel';
import type {
  AlertChange,
  ClearReason,
  Evidence,
  ExplainedDecision,
  Explanation,
  JobDraft,
  JobPriority,
} from '@stadtfunk/maintenance';
import type { MutableValues, Values } from '@stadtfunk/readings';
import type { Kept, RuleMemory } from './device-state.ts';
import { groupingOf } from './grouping.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule, SeverityRise } from './rule.ts';

/** The team that looks after sensors. */
const DEVICE_DEPARTMENT = 'iot';

type Change<Type extends AlertChange['type']> = Extract<AlertChange, { readonly type: Type }>;

/** The part of a reading that a rule looks at. */
export function evidenceValues(rule: Rule, values: Values): Values {
  const used: MutableValues = {};
  for (const name of rule.quantities) if (values[name] !== undefined) used[name] = values[name];
  return used;
}

export function evidenceOf([observedAt, receivedAt, values]: Kept): Evidence {
  return { observedAt, receivedAt, values };
}

/** What an alert is raised on. */
export interface Raising {
  readonly raisedAt: number;
  /** When the problem could be known, UTC ms of the log: work is due from then. */
  readonly detectedAt: number;
  readonly evidence: Kept;
  /** undefined: nobody keeps it. */
  readonly explanation: Explanation | undefined;
  /** How many of the rule's rises it has made already. */
  readonly risen: number;
}

/** Opens an alert, notes it in the memory and gives the change. */
export function raise(rule: Rule, memory: RuleMemory, subject: RuleSubject, raising: Raising): Change<'raise'> {
  const { device, asset } = subject;
  const { raisedAt, detectedAt, evidence, explanation, risen } = raising;
  const about = rule.subject === 'asset' ? `asset:${asset!.assetId}` : `device:${device.deviceId}`;
  const alertId = idFrom('alert', about, rule.id, raisedAt);
  const from = Math.max(raisedAt, detectedAt);
  const dueAt = memory.f !== undefined ? Math.max(from, memory.f) : null;
  memory.id = alertId;
  memory.at = raisedAt;
  memory.n = undefined;
  memory.l = undefined;
  memory.b = undefined;
  memory.e = undefined;
  memory.f = undefined;
  if (rule.condition.kind === 'when') memory.h = undefined;
  if (rule.rises) {
    memory.r = Math.max(raisedAt, detectedAt);
    if (risen > 0) memory.s = risen;
  }
  const rises = rule.rises?.slice(0, risen) ?? [];
  const severity = rises.at(-1)?.severity ?? rule.severity;
  const grouping = groupingOf(rule, severity, subject);
  return {
    type: 'raise',
    alertId,
    ruleId: rule.id,
    ruleVersion: rule.version,
    severity,
    title: rule.title,
    subject: about,
    assetId: asset?.assetId ?? null,
    deviceId: device.deviceId,
    raisedAt,
    evidence: evidenceOf(evidence),
    job: draftJob(rule, subject, alertId, { from, dueAt, risenTo: priorityAfter(rises) }),
    ...(grouping && { grouping }),
    ...(explanation && { explanation }),
  };
}

/** The last that any of these rises sets. */
function priorityAfter(rises: readonly SeverityRise[]): JobPriority | null {
  return rises.findLast(({ priority }) => priority !== null)?.priority ?? null;
}

interface Due {
  readonly from: number;
  /** By a forecast; null: there is none. */
  readonly dueAt: number | null;
  readonly risenTo: JobPriority | null;
}

function draftJob(rule: Rule, { asset }: RuleSubject, alertId: string, { from, dueAt, risenTo }: Due): JobDraft | null {
  if (rule.job === null) return null;
  const { kind, priority, dueMs, title, reopenWithinMs, joins } = rule.job;
  const own = rule.subject === 'asset' && asset ? departmentOf(asset) : DEVICE_DEPARTMENT;
  return {
    jobId: idFrom('job', alertId),
    kind,
    title: title ?? rule.title,
    department: rule.department ?? own,
    priority: risenTo ?? priority,
    dueAt: dueMs === null ? dueAt : from + dueMs,
    dueFrom: from,
    ...(reopenWithinMs !== undefined && { reopenWithinMs }),
    ...(joins && { joins }),
  };
}

/** Lets the severity of the open alert rise up to and including the rise of this index. */
export function worsen(
  rule: Rule,
  memory: RuleMemory,
  index: number,
  worsenedAt: number,
  decision?: ExplainedDecision,
): Change<'worsen'> {
  const rises = rule.rises!.slice(memory.s ?? 0, index + 1);
  const { severity } = rises.at(-1)!;
  memory.s = index + 1;
  return {
    type: 'worsen',
    alertId: memory.id!,
    ruleId: rule.id,
    severity,
    worsenedAt,
    priority: priorityAfter(rises),
    ...(decision && { explanation: { ...decision, severity, at: worsenedAt } }),
  };
}

/** Ends the alert of a memory. An episode never ends before it began, even if a reading was long on its way. */
export function clear(
  memory: RuleMemory,
  { device }: RuleSubject,
  at: number,
  reason: ClearReason,
  evidence: Kept | null,
  explanation?: ExplainedDecision,
): Change<'clear'> {
  const change = {
    type: 'clear' as const,
    alertId: memory.id!,
    deviceId: device.deviceId,
    clearedAt: Math.max(at, memory.at!),
    reason,
    evidence: evidence && evidenceOf(evidence),
    ...(explanation && { explanation }),
  };
  memory.id = undefined;
  memory.at = undefined;
  memory.r = undefined;
  memory.s = undefined;
  memory.q = undefined;
  memory.k = undefined;
  return change;
}
