import type { AlertChange } from '@stadtfunk/maintenance';
import { clear, raise } from './alert-changes.ts';
import type { DeviceState, Kept, RuleMemory } from './device-state.ts';
import { holdMs, memoriesOf } from './judge.ts';
import { RULE_OPTIONS } from './options.ts';
import { silentAt } from './reporting-pattern.ts';
import type { ApplicableRules } from './rule-set.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule } from './rule.ts';

/** Something that happens at `dueAt` if nothing contrary is heard before. */
interface Timer {
  readonly dueAt: number;
  readonly rule: Rule;
}

/** Fires what is due up to and including `to`, in the order in which it became due. */
export function fireTimers(
  applicable: ApplicableRules,
  state: DeviceState,
  subject: RuleSubject,
  to: number,
  changes: AlertChange[],
): void {
  const due: Timer[] = [];
  visitTimers(applicable, state, subject, (dueAt, rule) => {
    if (dueAt <= to) due.push({ dueAt, rule });
  });
  due.sort((a, b) => a.dueAt - b.dueAt || (a.rule.id < b.rule.id ? -1 : 1));
  for (const timer of due) changes.push(fire(timer, state, subject));
}

/** When the first timer is due; null: none is set. */
export function firstDue(applicable: ApplicableRules, state: DeviceState, subject: RuleSubject): number | null {
  let first: number | null = null;
  visitTimers(applicable, state, subject, (dueAt) => {
    if (first === null || dueAt < first) first = dueAt;
  });
  return first;
}

function visitTimers(
  applicable: ApplicableRules,
  state: DeviceState,
  subject: RuleSubject,
  visit: (dueAt: number, rule: Rule) => void,
): void {
  for (const memories of [state.s, state.d]) {
    for (const id in memories) {
      const rule = applicable.byId.get(id);
      const dueAt = rule && holdDueAt(rule, memories[id]!, subject);
      if (dueAt !== undefined) visit(dueAt, rule!);
    }
  }
  if (subject.device.lifecycle !== 'active') return;
  for (const rule of applicable.silent) {
    if (rule.condition.kind !== 'silent' || memoriesOf(rule, state)[rule.id]?.id !== undefined) continue;
    const dueAt = silentAt(state, subject, rule.condition);
    if (dueAt !== undefined) visit(dueAt, rule);
  }
}

/** When `for` or `clearFor` runs out, and an uplink that says otherwise would have arrived. */
function holdDueAt(rule: Rule, memory: RuleMemory, subject: RuleSubject): number | undefined {
  if (rule.condition.kind !== 'when') return undefined;
  if (memory.id !== undefined) {
    if (memory.q === undefined) return undefined;
    return Math.max(memory.q + rule.clearForMs + RULE_OPTIONS.uplinkLatencyMs, memory.k![1]);
  }
  if (memory.h === undefined || memory.l || memory.n! < rule.readings || subject.device.lifecycle !== 'active') {
    return undefined;
  }
  const hold = holdMs(rule, subject);
  return hold === undefined ? undefined : Math.max(memory.h + hold + RULE_OPTIONS.uplinkLatencyMs, memory.e![1]);
}

function fire({ dueAt, rule }: Timer, state: DeviceState, subject: RuleSubject): AlertChange {
  const memories = memoriesOf(rule, state);
  if (rule.condition.kind === 'silent') {
    const lastHeard: Kept = [state.o ?? state.c!, state.c!, {}];
    return raise(rule, (memories[rule.id] = { w: rule.version }), subject, dueAt, dueAt, lastHeard);
  }
  const memory = memories[rule.id]!;
  if (memory.id === undefined) {
    return raise(rule, memory, subject, memory.h! + holdMs(rule, subject)!, dueAt, memory.e!);
  }
  const change = clear(memory, subject, memory.q! + rule.clearForMs, 'measured', memory.k!);
  memories[rule.id] = { w: rule.version, z: change.clearedAt };
  return change;
}
