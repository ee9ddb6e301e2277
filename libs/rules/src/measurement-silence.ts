import type { AlertChange } from '@stadtfunk/maintenance';
import { clear, evidenceValues, raise } from './alert-changes.ts';
import { newMemory, type DeviceState, type JudgedBy, type Kept } from './device-state.ts';
import { explainHeard, explainSilence } from './explanation.ts';
import { memoriesOf } from './judge.ts';
import { noteGap, silenceSince } from './reporting-pattern.ts';
import { afterEnd } from './timers.ts';

/**
 * Judges an uplink by the rules about a device that is heard and measures nothing. Only an uplink shows that, so no timer
 * raises: of a device that is not heard at all other rules tell. It is given its full time again when it is heard again
 * after a silence, because many tell that they are there before they measure, and while it is out of service. Gives whether
 * that changed what they remember.
 */
export function judgeUnmeasured(
  { applicable, subject, memories: remembered }: JudgedBy,
  state: DeviceState,
  receivedAt: number,
  measured: boolean,
  isBack: boolean,
  changes: AlertChange[],
): boolean {
  const { unmeasured, unmeasuredAt, explains } = applicable;
  const before = changes.length;
  const isFirst = state.m === null || state.m === undefined;
  if (measured && !isFirst && !isBack && unmeasured.length > 0) {
    noteGap((state.y ??= []), receivedAt - state.m!, subject);
  }
  if (measured || isFirst || isBack || subject.device.lifecycle !== 'active') {
    state.m = Math.max(state.m ?? 0, receivedAt);
  }
  for (let place = 0; place < unmeasured.length; place++) {
    const rule = unmeasured[place]!;
    if (rule.condition.kind !== 'silent') continue;
    const memory = remembered[unmeasuredAt[place]!];
    if (memory?.id !== undefined) {
      if (!measured) continue;
      const explanation = explains ? explainHeard(rule, 'measurement', receivedAt) : undefined;
      changes.push(clear(memory, subject, receivedAt, 'measured', [receivedAt, receivedAt, {}], explanation));
      delete memoriesOf(rule, state)[rule.id];
      continue;
    }
    if (subject.device.lifecycle !== 'active') continue;
    // As for nearly every uplink: not even the least time has passed.
    if (receivedAt < state.m! + rule.condition.atLeastMs) continue;
    const silence = silenceSince(state.m!, state.y ?? [], subject, rule.condition);
    const raisedAt = Math.max(silence.since + silence.allowedMs, afterEnd(memory));
    if (receivedAt < raisedAt) continue;
    const evidence: Kept = [state.o ?? state.m!, receivedAt, evidenceValues(rule, {})];
    const explanation = explains ? explainSilence(rule, rule.condition, silence, raisedAt) : undefined;
    const raising = { raisedAt, detectedAt: receivedAt, evidence, explanation, risen: 0 };
    const begun = (memoriesOf(rule, state)[rule.id] = newMemory(rule.version));
    changes.push(raise(rule, begun, subject, raising));
  }
  return changes.length > before;
}
