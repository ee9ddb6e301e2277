import { durationMs } from '@stadtfunk/kernel';
import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading } from '@stadtfunk/readings';
import { clear, evidenceValues, raise, worsen } from './alert-changes.ts';
import { newMemory, type DeviceState, type Kept, type RuleMemory } from './device-state.ts';
import {
  explainChange,
  explainClear,
  explainRestart,
  explainRise,
  explainUnchanged,
  explainWhen,
} from './explanation.ts';
import type { ReadingContext } from './reading-context.ts';
import type { JudgeStep } from './reading-plan.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule } from './rule.ts';
import { isScreenedOut } from './screen.ts';
import { momentOf } from './windows/forecasts.ts';

/** One reading in the situation in which it is judged. */
export interface Judgement {
  readonly state: DeviceState;
  readonly subject: RuleSubject;
  readonly reading: Reading;
  readonly receivedAt: number;
  readonly context: ReadingContext;
  readonly explains: boolean;
  /** Not late, and the device is in service: it may raise. */
  readonly mayRaise: boolean;
  /** Its lifecycle says that it is not in service: what it shows now is no problem. */
  readonly outOfService: boolean;
  /** The device was silent before this reading, so that things may have changed unseen. */
  readonly afterSilence: boolean;
  readonly changes: AlertChange[];
  /** What the rules remember, by their place among the applicable ones: the same objects as in the state. */
  readonly memories: (RuleMemory | undefined)[];
}

/** What a rule of this subject remembers of this device, by rule id. */
export function memoriesOf(rule: Rule, state: DeviceState): Record<string, RuleMemory> {
  return rule.subject === 'asset' ? state.s : state.d;
}

/** How long the condition must hold on this asset, ms; undefined where the asset does not say. */
export function holdMs({ hold }: Rule, { asset }: RuleSubject): number | undefined {
  if ('ms' in hold) return hold.ms;
  const duration = asset?.attributes[hold.attribute];
  return typeof duration === 'string' ? durationMs(duration) : undefined;
}

function kept(rule: Rule, { reading, receivedAt }: Judgement): Kept {
  return [reading.observedAt, receivedAt, evidenceValues(rule, reading.values)];
}

/** Judges a reading by a `when` rule. */
export function judgeWhen(step: JudgeStep, judgement: Judgement): void {
  const { rule, index, alternatives } = step;
  const { context, memories } = judgement;
  let memory = memories[index];
  let held = memory?.m ?? 0;
  let answered = false;
  for (let place = 0; place < alternatives.length; place++) {
    const { bit, expression, screens } = alternatives[place]!;
    if (memory === undefined) {
      // Without a memory, no answer comes to the same as no.
      if (!isScreenedOut(screens, context) && expression.holds(context)) held |= bit;
      continue;
    }
    const answer = expression.answer(context);
    if (answer === undefined) continue;
    answered = true;
    held = answer ? held | bit : held & ~bit;
  }
  if (memory === undefined) {
    if (held === 0) return;
    memory = remember(step, judgement, newMemory(rule.version));
  } else if (held !== 0) {
    const isAnother = step.restart?.answer(context) === true;
    if (isAnother) beginAnew(step, memory, judgement);
    else if (!answered) return;
  }
  if (held !== 0) {
    memory.m = held;
    stayOpen(memory);
    if (memory.id === undefined) confirm(rule, memory, judgement);
    return;
  }
  if (memory.m !== undefined) memory.m = undefined;
  if (memory.id !== undefined) judgeClear(step, memory, judgement, answered);
  else if (answered) forget(step, judgement, memory.z);
}

/** It holds for another one from this reading on: the alert about the one before is over, and the time begins anew. */
function beginAnew({ rule }: JudgeStep, memory: RuleMemory, judgement: Judgement): void {
  if (memory.id !== undefined) {
    const reading = kept(rule, judgement);
    const { context, explains } = judgement;
    const explanation = explains ? explainRestart(rule, reading, context) : undefined;
    const hasJustBegun = memory.at! >= reading[0];
    const change = clear(memory, judgement.subject, reading[0], 'measured', reading, explanation);
    judgement.changes.push(change);
    // No two episodes begin at the same moment.
    memory.z = hasJustBegun ? change.clearedAt : undefined;
  }
  memory.h = undefined;
  memory.n = undefined;
  memory.l = undefined;
  memory.b = undefined;
  memory.e = undefined;
  memory.f = undefined;
}

function remember({ rule, index }: JudgeStep, { state, memories }: Judgement, memory: RuleMemory): RuleMemory {
  memories[index] = memory;
  memoriesOf(rule, state)[rule.id] = memory;
  return memory;
}

/** It does not clear. */
function stayOpen(memory: RuleMemory): void {
  if (memory.q !== undefined) memory.q = undefined;
  if (memory.k !== undefined) memory.k = undefined;
}

/** Nothing is open or pending any more, but an end that lies later than this reading. */
function forget(step: JudgeStep, judgement: Judgement, endedAt: number | undefined): void {
  const { rule, index } = step;
  const { state, reading, memories } = judgement;
  if (endedAt !== undefined && endedAt > reading.observedAt) {
    remember(step, judgement, newMemory(rule.version, { z: endedAt }));
    return;
  }
  memories[index] = undefined;
  delete memoriesOf(rule, state)[rule.id];
}

/** The condition holds and no alert is open. */
function confirm(rule: Rule, memory: RuleMemory, judgement: Judgement): void {
  const hold = holdMs(rule, judgement.subject);
  if (hold === undefined || judgement.outOfService) {
    memory.h = undefined;
    memory.n = undefined;
    memory.b = undefined;
    return;
  }
  const { observedAt } = judgement.reading;
  memory.h ??= Math.max(observedAt, (memory.z ?? 0) + 1);
  if (memory.z !== undefined && observedAt > memory.z) memory.z = undefined;
  memory.n = (memory.n ?? 0) + 1;
  if (memory.n === 2 && memory.e) memory.b = memory.e;
  memory.e = kept(rule, judgement);
  const dueAt = rule.job?.dueBy && momentOf(rule.job.dueBy, judgement.context);
  if (dueAt !== undefined) memory.f = dueAt;
  if (judgement.mayRaise) {
    if (memory.l !== undefined) memory.l = undefined;
  } else if (memory.n === 1) memory.l = 1;
  const since = memory.h + hold;
  if (!judgement.mayRaise || observedAt < since || memory.n < rule.readings) return;
  const { context, explains, receivedAt: detectedAt } = judgement;
  judgement.changes.push(raiseHeld(rule, memory, judgement.subject, { hold, detectedAt, context, explains }));
}

interface Held {
  /** Of the last reading that showed it. */
  readonly context: ReadingContext;
  readonly explains: boolean;
}

/** The condition has held for as long as it must. */
export function raiseHeld(
  rule: Rule,
  memory: RuleMemory,
  subject: RuleSubject,
  { hold, detectedAt, context, explains }: Held & { readonly hold: number; readonly detectedAt: number },
): AlertChange {
  if (rule.condition.kind !== 'when') throw new Error(`rule ${rule.id} does not ask readings`);
  const evidence = memory.e!;
  const raisedAt = memory.h! + hold;
  const readings = memory.b ? [memory.b, evidence] : [evidence];
  const facts = { since: memory.h!, forMs: hold, readings, context };
  const explanation = explains ? explainWhen(rule, rule.condition, memory, facts) : undefined;
  const risen = risenTo(rule, 0, context, evidence[0] - raisedAt);
  return raise(rule, memory, subject, { raisedAt, detectedAt, evidence, explanation, risen });
}

/** How many of its rises a rule has made by a reading, this long after it was raised. */
function risenTo({ rises = [] }: Rule, risen: number, context: ReadingContext, ageMs: number): number {
  for (let index = rises.length - 1; index >= risen; index--) {
    const rise = rises[index]!;
    if ('afterMs' in rise ? ageMs >= rise.afterMs : rise.when.answer(context)) return index + 1;
  }
  return risen;
}

/** Whether a reading makes the open alert of a rule that rises worse. */
export function judgeRise({ rule, index }: JudgeStep, judgement: Judgement): void {
  const memory = judgement.memories[index];
  if (memory?.id === undefined || !judgement.mayRaise) return;
  const { context } = judgement;
  const before = memory.s ?? 0;
  // Time is for the timers.
  const risen = risenTo(rule, before, context, -1);
  if (risen === before) return;
  const reading = kept(rule, judgement);
  const rise = rule.rises![risen - 1]!;
  const decision = judgement.explains ? explainRise(rule, rise, memory.at!, { reading, context }) : undefined;
  judgement.changes.push(worsen(rule, memory, risen - 1, Math.max(memory.at!, reading[0]), decision));
}

/** An alert is open and the condition does not hold. */
function judgeClear(step: JudgeStep, memory: RuleMemory, judgement: Judgement, answered: boolean): void {
  const { rule, clears: concerned } = step;
  const { condition } = rule;
  if (condition.kind !== 'when') return;
  let clears: boolean | undefined = answered ? true : undefined;
  if (condition.clear) {
    clears = concerned ? condition.clear.answer(judgement.context) : undefined;
  }
  if (clears === undefined) return;
  if (!clears) {
    stayOpen(memory);
    return;
  }
  const { observedAt } = judgement.reading;
  memory.q ??= observedAt;
  memory.k = kept(rule, judgement);
  if (observedAt < memory.q + rule.clearForMs) return;
  const change = clearHeld(rule, memory, judgement.subject, judgement);
  judgement.changes.push(change);
  forget(step, judgement, change.clearedAt);
}

/** The condition to clear has held for as long as it must. */
export function clearHeld(rule: Rule, memory: RuleMemory, subject: RuleSubject, { context, explains }: Held) {
  if (rule.condition.kind !== 'when') throw new Error(`rule ${rule.id} does not ask readings`);
  const evidence = memory.k!;
  const facts = { since: memory.q!, forMs: rule.clearForMs, readings: [evidence], context };
  const explanation = explains ? explainClear(rule, rule.condition, facts) : undefined;
  return clear(memory, subject, memory.q! + rule.clearForMs, 'measured', evidence, explanation);
}

/** Judges a reading by an `unchanged` rule: the value has been the same for too long. */
export function judgeUnchanged(step: JudgeStep, judgement: Judgement): void {
  const { rule, index } = step;
  if (rule.condition.kind !== 'unchanged') return;
  const { observedAt, values } = judgement.reading;
  const value = values[rule.condition.quantity];
  const hold = holdMs(rule, judgement.subject);
  if (value === undefined || hold === undefined) return;
  const memory = judgement.memories[index] ?? remember(step, judgement, newMemory(rule.version));
  if (memory.u !== value) {
    if (memory.id !== undefined && memory.u !== undefined) {
      const reading = kept(rule, judgement);
      const { quantity } = rule.condition;
      const explanation = judgement.explains ? explainChange(rule, quantity, memory.u, reading) : undefined;
      judgement.changes.push(clear(memory, judgement.subject, observedAt, 'measured', reading, explanation));
    }
    memory.u = value;
    memory.h = observedAt;
    return;
  }
  if (memory.id !== undefined) return;
  if (memory.h === undefined || judgement.afterSilence) memory.h = observedAt;
  const since = memory.h + hold;
  if (!judgement.mayRaise || observedAt < since) return;
  const evidence = kept(rule, judgement);
  const facts = { since: memory.h, forMs: hold, readings: [evidence] };
  const explanation = judgement.explains ? explainUnchanged(rule, rule.condition.quantity, value, facts) : undefined;
  const risen = risenTo(rule, 0, judgement.context, observedAt - since);
  const raising = { raisedAt: since, detectedAt: judgement.receivedAt, evidence, explanation, risen };
  judgement.changes.push(raise(rule, memory, judgement.subject, raising));
}
