import type { Asset } from '@stadtfunk/devices';
import type { AlertChange } from '@stadtfunk/maintenance';
import type { MutableValues, Reading } from '@stadtfunk/readings';
import { clear } from './alert-changes.ts';
import { bindTo, JUDGED_BY, newMemory, type DeviceState, type JudgedBy, type RuleMemory } from './device-state.ts';
import { explainHeard } from './explanation.ts';
import { holdMs, judgeRise, judgeUnchanged, judgeWhen, memoriesOf, type Judgement } from './judge.ts';
import { judgeUnmeasured } from './measurement-silence.ts';
import { RULE_OPTIONS } from './options.ts';
import { isPassedOver } from './reading-plan.ts';
import { screensOut } from './screen.ts';
import { noteContact, patternOf, unseenAfterMs, type Pattern } from './reporting-pattern.ts';
import type { ApplicableRules, RuleSet } from './rule-set.ts';
import type { RuleSubject } from './rule-subject.ts';
import { fireTimers, firstDue } from './timers.ts';
import { forgetUnasked, memoriesIn as windowsIn, takeIn } from './windows/recollection.ts';

export { adopt, dueAt, needsAdoption, newState, type DeviceState } from './device-state.ts';
export { type RuleSubject } from './rule-subject.ts';

/**
 * One uplink of a device, with the readings that were decoded from it (none is contact too). Changes `state` and gives
 * what the rules decided, in order. The same uplinks in the same order always give the same, however they are cut into
 * batches and whenever `advance` was called in between.
 */
export function applyUplink(
  rules: RuleSet,
  state: DeviceState,
  subject: RuleSubject,
  receivedAt: number,
  readings: readonly Reading[],
): readonly AlertChange[] {
  const changes = begin();
  const assetId = subject.asset?.assetId ?? null;
  if (state.a !== assetId) bindTo(state, assetId);
  const judgedBy = settle(rules, state, subject, receivedAt, changes);
  const { applicable } = judgedBy;
  const watchesUnseen = applicable.watchesChange || applicable.unmeasured.length > 0;
  const silentAfterMs = watchesUnseen ? unseenAfterMs(patternIn(judgedBy, state)) : Infinity;
  if (state.f) passOverHistory(state, receivedAt);
  const isBack = state.c === null || receivedAt - state.c > silentAfterMs;
  if (noteContact(state, subject, receivedAt)) judgedBy.pattern = null;
  if (applicable.silent.length > 0) endSilence(judgedBy, state, receivedAt, changes);
  let measured = false;
  const ordered = inOrder(readings);
  for (let index = 0; index < ordered.length; index++) {
    const reading = ordered[index]!;
    if (reading.observedAt > receivedAt + RULE_OPTIONS.aheadMs) continue;
    if (state.o !== null && reading.observedAt <= state.o) continue;
    if (judge(judgedBy, state, receivedAt, reading, silentAfterMs, changes)) measured = true;
  }
  if (judgeUnmeasured(judgedBy, state, receivedAt, measured, isBack, changes)) {
    judgedBy.memories = memoriesIn(applicable, state);
  }
  close(state, judgedBy);
  return end(changes);
}

/**
 * Log time has come to `to` (UTC ms) and nothing newer was heard of this device. Never call it with more than the
 * `receivedAt` of an uplink that is still to be applied. Call it for every device when rules, devices or assets changed.
 */
export function advance(rules: RuleSet, state: DeviceState, subject: RuleSubject, to: number): readonly AlertChange[] {
  const changes = begin();
  const judgedBy = settle(rules, state, subject, to, changes);
  close(state, judgedBy);
  return end(changes);
}

/** Nearly every uplink changes nothing, so that a list is made only for those that do. */
const decided: AlertChange[] = [];
const NONE: readonly AlertChange[] = [];

function begin(): AlertChange[] {
  // Something is left in it where a defect has thrown. Setting the length is a call out of compiled code.
  if (decided.length > 0) decided.length = 0;
  return decided;
}

function end(changes: AlertChange[]): readonly AlertChange[] {
  return changes.length > 0 ? changes.splice(0) : NONE;
}

/**
 * A state that other rules have judged, or that was read back: sets when `advance` can next do something by these rules. At
 * once where an alert is open by a rule that is gone or has changed.
 */
export function refit(rules: RuleSet, state: DeviceState, subject: RuleSubject): void {
  const applicable = rules.applicableTo(subject.device, subject.asset);
  const isMoved = state.a !== (subject.asset?.assetId ?? null);
  // What it remembers of another asset is forgotten in any case, and its alerts wait for the sensor that comes after it.
  const fits = (isMoved ? [state.d] : [state.s, state.d]).every((memories) =>
    Object.entries(memories).every(([id, { w, id: alertId }]) => {
      if (alertId === undefined) return true;
      const rule = applicable.byId.get(id);
      return rule?.version === w && memoriesOf(rule, state) === memories && holdMs(rule, subject) !== undefined;
    }),
  );
  if (!fits) state.x = Number.MIN_SAFE_INTEGER;
  else if (!isMoved) {
    const pattern = patternOf(state.g, subject.reportingIntervalMs);
    state.x = firstDue(applicable, state, subject, memoriesIn(applicable, state), pattern);
  }
}

/** What a device saw before it came to this asset, on a shelf or on another asset, says nothing about this one. */
function passOverHistory(state: DeviceState, receivedAt: number): void {
  const takesOver = state.c !== null || Object.keys(state.s).length > 0;
  const history = takesOver ? RULE_OPTIONS.lateAfterMs : RULE_OPTIONS.firstHistoryMs;
  state.o = Math.max(state.o ?? 0, receivedAt - history - 1);
  // Not deleted: an object that loses a property is slow to use from then on.
  state.f = undefined;
}

/**
 * What has to happen up to a moment without any reading: bindings and rules that changed, timers that ran out. Where
 * nothing has changed and no timer is due, as for nearly every uplink, there is nothing to do.
 */
function settle(
  rules: RuleSet,
  state: DeviceState,
  subject: RuleSubject,
  to: number,
  changes: AlertChange[],
): JudgedBy {
  const last = state[JUDGED_BY];
  // Until everything is done: a defect on the way leaves a state that has to be looked at afresh.
  state[JUDGED_BY] = undefined;
  if (last?.rules === rules && last.subject === subject) {
    if (state.x !== null && state.x <= to) {
      fireTimers(last.applicable, state, subject, to, changes);
      last.memories = memoriesIn(last.applicable, state);
    }
    return last;
  }
  const applicable = rules.applicableTo(subject.device, subject.asset);
  fitMemories(applicable, state, subject, to, changes);
  fireTimers(applicable, state, subject, to, changes);
  const memories = memoriesIn(applicable, state);
  return { rules, subject, applicable, memories, windows: windowsIn(state, applicable.windows), pattern: null };
}

function memoriesIn({ rules }: ApplicableRules, state: DeviceState): JudgedBy['memories'] {
  return rules.map((rule) => memoriesOf(rule, state)[rule.id]);
}

function patternIn(judgedBy: JudgedBy, state: DeviceState): Pattern {
  return (judgedBy.pattern ??= patternOf(state.g, judgedBy.subject.reportingIntervalMs));
}

/** Everything is judged. */
function close(state: DeviceState, judgedBy: JudgedBy): void {
  const { applicable, subject, memories } = judgedBy;
  state.x = firstDue(applicable, state, subject, memories, patternIn(judgedBy, state));
  state[JUDGED_BY] = judgedBy;
}

/** Memories of rules that are gone or have changed. */
function fitMemories(
  applicable: ApplicableRules,
  state: DeviceState,
  subject: RuleSubject,
  to: number,
  changes: AlertChange[],
): void {
  // Moved to another asset: the old one is forgotten, and the next uplink binds to the new one.
  if (state.a !== (subject.asset?.assetId ?? null)) {
    state.s = {};
    state.w = undefined;
  }
  forgetUnasked(applicable.windows, state);
  for (const memories of [state.s, state.d]) {
    for (const id in memories) {
      const memory = memories[id]!;
      const rule = applicable.byId.get(id);
      if (!rule || memoriesOf(rule, state) !== memories || holdMs(rule, subject) === undefined) {
        if (memory.id !== undefined) {
          const change = clear(memory, subject, to, 'ruleRemoved', null);
          changes.push(change);
          memories[id] = newMemory(memory.w, { z: change.clearedAt });
        } else if (!isRemembered(memory, state)) delete memories[id];
      } else if (memory.w !== rule.version) {
        // The alert stays open and the new version judges it; what was pending, was so by the old one.
        if (memory.id !== undefined) memories[id] = newMemory(rule.version, { id: memory.id, at: memory.at });
        else if (isRemembered(memory, state)) memories[id] = newMemory(rule.version, { z: memory.z });
        else delete memories[id];
      }
    }
  }
}

/**
 * The end of an alert whose rule went: should the rule come back, a silence that goes on is a new episode from then on. Until the
 * device was heard, and has measured, after it.
 */
function isRemembered({ z: endedAt }: RuleMemory, { c: heardAt, m: measuredAt }: DeviceState): boolean {
  return endedAt !== undefined && ((heardAt ?? 0) <= endedAt || (measuredAt ?? 0) <= endedAt);
}

function endSilence(judgedBy: JudgedBy, state: DeviceState, receivedAt: number, changes: AlertChange[]): void {
  const { applicable, subject } = judgedBy;
  const { silentAt } = applicable;
  let ended = false;
  for (let place = 0; place < silentAt.length; place++) {
    const memory = judgedBy.memories[silentAt[place]!];
    if (memory?.id === undefined) continue;
    const rule = applicable.silent[place]!;
    const memories = memoriesOf(rule, state);
    const explanation = applicable.explains ? explainHeard(rule, 'contact', receivedAt) : undefined;
    changes.push(clear(memory, subject, receivedAt, 'measured', [receivedAt, receivedAt, {}], explanation));
    delete memories[rule.id];
    ended = true;
  }
  if (ended) judgedBy.memories = memoriesIn(applicable, state);
}

/** Gives whether the reading measures the asset. */
function judge(
  judgedBy: JudgedBy,
  state: DeviceState,
  receivedAt: number,
  reading: Reading,
  silentAfterMs: number,
  changes: AlertChange[],
): boolean {
  const { applicable, subject, memories, windows } = judgedBy;
  const { observedAt, values } = reading;
  const { context } = applicable;
  const { asset } = subject;
  context.turnTo(values, asset === null ? NO_ATTRIBUTES : asset.attributes, placeOf(asset), observedAt);
  context.recollection?.turnTo(windows);
  const plan = applicable.plans.take(values, context);
  if (plan.before.length > 0) takeIn(plan.before, state, windows, context);
  const { steps } = plan;
  let situated: Judgement | undefined;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    const remembers = memories[step.index] !== undefined;
    if (!remembers && (screensOut(step.glance, context) || isPassedOver(step, context, windows))) continue;
    situated ??= situation(judgedBy, state, receivedAt, reading, silentAfterMs, changes);
    if (step.isUnchanged) judgeUnchanged(step, situated);
    else judgeWhen(step, situated);
    if (step.rises) judgeRise(step, situated);
  }
  if (plan.after.length > 0) takeIn(plan.after, state, windows, context);
  state.o = observedAt;
  return plan.measures;
}

/** Filled anew for each reading that is judged: nobody keeps it. */
const judgement = {} as { -readonly [Key in keyof Judgement]: Judgement[Key] };

function situation(
  { applicable, subject, memories }: JudgedBy,
  state: DeviceState,
  receivedAt: number,
  reading: Reading,
  silentAfterMs: number,
  changes: AlertChange[],
): Judgement {
  const { observedAt } = reading;
  const outOfService = subject.device.lifecycle !== 'active';
  judgement.state = state;
  judgement.subject = subject;
  judgement.reading = reading;
  judgement.receivedAt = receivedAt;
  judgement.context = applicable.context;
  judgement.explains = applicable.explains;
  judgement.mayRaise = !outOfService && observedAt >= receivedAt - RULE_OPTIONS.lateAfterMs;
  judgement.outOfService = outOfService;
  judgement.afterSilence = state.o !== null && observedAt - state.o > silentAfterMs;
  judgement.changes = changes;
  judgement.memories = memories;
  return judgement;
}

const NO_ATTRIBUTES = {};

function placeOf(asset: Asset | null): readonly [number, number] | null {
  return asset === null ? null : asset.location.coordinates;
}

/** Those that can be believed, oldest first; what one uplink says about the same moment is one reading. */
function inOrder(readings: readonly Reading[]): readonly Reading[] {
  const only = readings.length === 1 ? readings[0] : undefined;
  if (only && only.quality >= 3) return readings;
  const ordered: Reading[] = [];
  const believed = readings.filter(({ quality }) => quality >= 3);
  for (const reading of believed.sort((a, b) => a.observedAt - b.observedAt)) {
    const last = ordered.at(-1);
    if (last?.observedAt !== reading.observedAt) ordered.push(reading);
    else {
      const values: MutableValues = { ...last.values, ...reading.values };
      ordered[ordered.length - 1] = { ...last, values };
    }
  }
  return ordered;
}
