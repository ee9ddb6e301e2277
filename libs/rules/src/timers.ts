import type { AlertChange } from '@stadtfunk/maintenance';
import { raise, worsen } from './alert-changes.ts';
import { newMemory, type DeviceState, type Kept, type RuleMemory } from './device-state.ts';
import { explainRise, explainSilence } from './explanation.ts';
import { clearHeld, holdMs, memoriesOf, raiseHeld } from './judge.ts';
import { RULE_OPTIONS } from './options.ts';
import { ReadingContext } from './reading-context.ts';
import { allowedMs, silenceOf, type Pattern } from './reporting-pattern.ts';
import type { ApplicableRules } from './rule-set.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule } from './rule.ts';
import type { WindowPlan } from './windows/plan.ts';
import { memoriesIn, Recollection, type WindowMemories } from './windows/recollection.ts';

/** Something that happens at `dueAt` if nothing contrary is heard before. */
interface Timer {
  readonly dueAt: number;
  readonly rule: Rule;
  /** The rise of this index; null: the raise or the clear. */
  readonly rise: number | null;
}

/** Fires what is due up to and including `to`, in the order in which it becomes due: what fires may set the next. */
export function fireTimers(
  applicable: ApplicableRules,
  state: DeviceState,
  subject: RuleSubject,
  to: number,
  changes: AlertChange[],
): void {
  for (;;) {
    let next: Timer | undefined;
    visitTimers(applicable, state, subject, (dueAt, rule, rise) => {
      const timer = { dueAt, rule, rise };
      if (dueAt <= to && (next === undefined || isBefore(timer, next))) next = timer;
    });
    if (next === undefined) return;
    changes.push(fire(next, applicable, state, subject));
  }
}

/** What is over at the same moment does not become worse. */
function isBefore(a: Timer, b: Timer): boolean {
  if (a.dueAt !== b.dueAt) return a.dueAt < b.dueAt;
  if (a.rule.id !== b.rule.id) return a.rule.id < b.rule.id;
  return (a.rise ?? -1) < (b.rise ?? -1);
}

/** When the first timer is due; null: none is set. For every uplink, so it asks only rules that remember something. */
export function firstDue(
  { rules, silentAt }: ApplicableRules,
  state: DeviceState,
  subject: RuleSubject,
  memories: readonly (RuleMemory | undefined)[],
  pattern: Pattern,
): number | null {
  let first = Infinity;
  for (let index = 0; index < memories.length; index++) {
    const memory = memories[index];
    if (memory === undefined) continue;
    const rule = rules[index]!;
    first = Math.min(first, holdDueAt(rule, memory, subject) ?? Infinity);
    if (rule.rises !== undefined) first = Math.min(first, firstRise(rule, memory, subject));
  }
  const heard = state.c ?? subject.registeredAt;
  if (heard !== undefined && subject.device.lifecycle === 'active') {
    const since = Math.max(heard, subject.listeningSince ?? 0, subject.activeSince ?? 0);
    for (let place = 0; place < silentAt.length; place++) {
      const index = silentAt[place]!;
      const { condition } = rules[index]!;
      if (condition.kind !== 'silent' || memories[index]?.id !== undefined) continue;
      first = Math.min(first, since + allowedMs(pattern, condition));
    }
  }
  return first === Infinity ? null : first;
}

type Visit = (dueAt: number, rule: Rule, rise: number | null) => void;

function visitTimers(applicable: ApplicableRules, state: DeviceState, subject: RuleSubject, visit: Visit): void {
  for (const memories of [state.s, state.d]) {
    for (const id in memories) {
      const rule = applicable.byId.get(id);
      if (!rule) continue;
      const dueAt = holdDueAt(rule, memories[id]!, subject);
      if (dueAt !== undefined) visit(dueAt, rule, null);
      if (rule.rises !== undefined) visitRises(rule, memories[id]!, subject, visit);
    }
  }
  if (subject.device.lifecycle !== 'active') return;
  for (const rule of applicable.silent) {
    if (rule.condition.kind !== 'silent' || memoriesOf(rule, state)[rule.id]?.id !== undefined) continue;
    const silence = silenceOf(state, subject, rule.condition);
    if (silence) visit(silence.since + silence.allowedMs, rule, null);
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

/** When time lets the severity of an open alert rise. Nothing becomes worse while the device is out of service. */
function visitRises(rule: Rule, memory: RuleMemory, subject: RuleSubject, visit: Visit): void {
  if (memory.id === undefined || subject.device.lifecycle !== 'active') return;
  for (let index = memory.s ?? 0; index < rule.rises!.length; index++) {
    const rise = rule.rises![index]!;
    if (!('afterMs' in rise)) continue;
    visit(Math.max(memory.at! + rise.afterMs + RULE_OPTIONS.uplinkLatencyMs, memory.r ?? 0), rule, index);
  }
}

function firstRise(rule: Rule, memory: RuleMemory, subject: RuleSubject): number {
  let first = Infinity;
  visitRises(rule, memory, subject, (dueAt) => (first = Math.min(first, dueAt)));
  return first;
}

/** The first moment at which another episode can begin. */
export function afterEnd(memory: RuleMemory | undefined): number {
  return (memory?.z ?? -1) + 1;
}

function fire(
  { dueAt, rule, rise }: Timer,
  applicable: ApplicableRules,
  state: DeviceState,
  subject: RuleSubject,
): AlertChange {
  const { explains } = applicable;
  const memories = memoriesOf(rule, state);
  if (rise !== null) {
    const memory = memories[rule.id]!;
    const step = rule.rises![rise]!;
    const worsenedAt = memory.at! + ('afterMs' in step ? step.afterMs : 0);
    const explanation = explains ? explainRise(rule, step, memory.at!, null) : undefined;
    return worsen(rule, memory, rise, worsenedAt, explanation);
  }
  if (rule.condition.kind === 'silent') {
    const heard = state.c ?? subject.registeredAt!;
    const evidence: Kept = [state.o ?? heard, heard, {}];
    const silence = silenceOf(state, subject, rule.condition)!;
    const explanation = explains ? explainSilence(rule, rule.condition, silence, dueAt) : undefined;
    const raisedAt = Math.max(dueAt, afterEnd(memories[rule.id]));
    const memory = (memories[rule.id] = newMemory(rule.version));
    return raise(rule, memory, subject, { raisedAt, detectedAt: raisedAt, evidence, explanation, risen: 0 });
  }
  const memory = memories[rule.id]!;
  const contextOf = ([observedAt, , values]: Kept): ReadingContext => {
    const { attributes = {}, location } = subject.asset ?? {};
    const place = location?.coordinates ?? null;
    const context = new ReadingContext(values, attributes, place, observedAt, applicable.calendar);
    if (applicable.windows) {
      context.recollection = new Recollection(applicable.windows, context);
      context.recollection.turnTo(windowsAfter(applicable.windows, state));
    }
    return context;
  };
  if (memory.id === undefined) {
    return raiseHeld(rule, memory, subject, {
      hold: holdMs(rule, subject)!,
      detectedAt: dueAt,
      context: contextOf(memory.e!),
      explains,
    });
  }
  const change = clearHeld(rule, memory, subject, { context: contextOf(memory.k!), explains });
  memories[rule.id] = newMemory(rule.version, { z: change.clearedAt });
  return change;
}

/**
 * What windows show once the last reading was taken in. Those that it is taken in by only after it was judged, the previous values,
 * have forgotten what was before it: they say nothing.
 */
function windowsAfter(plan: WindowPlan, state: DeviceState): WindowMemories {
  return memoriesIn(state, plan).map((memory, index) => (plan.all[index]!.takenIn === 'before' ? memory : undefined));
}
