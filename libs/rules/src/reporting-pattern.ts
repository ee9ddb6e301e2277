import type { DeviceState } from './device-state.ts';
import { RULE_OPTIONS } from './options.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Condition } from './rule.ts';

/**
 * The time that normally passes between two uplinks of this device: what it is set to, or more if its recent gaps show
 * it. The second longest of them counts, so that one outage does not make the device look slow.
 */
export function reportingPatternMs(state: DeviceState, { reportingIntervalMs }: RuleSubject): number {
  let longest = 0;
  let second = 0;
  for (const gap of state.g) {
    if (gap > longest) [longest, second] = [gap, longest];
    else if (gap > second) second = gap;
  }
  return Math.max(reportingIntervalMs, state.g.length === 1 ? longest : second);
}

/** Notes an uplink. Gaps far below the interval are events and repeats: they say nothing about the device's rhythm. */
export function noteContact(state: DeviceState, { reportingIntervalMs }: RuleSubject, receivedAt: number): void {
  if (state.c !== null) {
    const gap = receivedAt - state.c;
    if (gap > 0 && gap >= reportingIntervalMs / 4) {
      state.g.push(gap);
      if (state.g.length > RULE_OPTIONS.gaps) state.g.shift();
    }
  }
  state.c = Math.max(state.c ?? receivedAt, receivedAt);
}

/** When a device that says nothing more becomes silent by this condition; undefined before its first uplink. */
export function silentAt(
  state: DeviceState,
  subject: RuleSubject,
  { intervals, marginMs, atLeastMs }: Extract<Condition, { kind: 'silent' }>,
): number | undefined {
  if (state.c === null) return undefined;
  const allowed = Math.max(atLeastMs, intervals * reportingPatternMs(state, subject) + marginMs);
  return Math.max(state.c, subject.listeningSince ?? 0) + allowed;
}
