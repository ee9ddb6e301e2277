import type { DeviceState } from './device-state.ts';
import { RULE_OPTIONS } from './options.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Condition } from './rule.ts';

/** The rhythm of a device. */
export interface Pattern {
  /** What normally passes between two uplinks. */
  readonly intervalMs: number;
  /** How much later than that it comes now and then although nothing is wrong. */
  readonly jitterMs: number;
}

/** How long a device may say nothing, and since when it does. */
export interface Silence extends Pattern {
  readonly since: number;
  readonly allowedMs: number;
}

/** Fewer gaps show no rhythm. */
const FEWEST_GAPS = 3;
const sorted = new Float64Array(RULE_OPTIONS.gaps);

/**
 * What gaps, of which there are at most `RULE_OPTIONS.gaps`, tell of a device that is set to this interval. The median is the
 * interval, and what all gaps but one stay below is within the jitter: so one outage does not make a device look slow, and a network
 * that holds it back again and again does. Shorter than its setting it becomes only by a full record, and never shorter
 * than all gaps but one: bursts of events are no rhythm.
 */
export function patternOf(gaps: readonly number[], settingMs: number): Pattern {
  const count = Math.min(gaps.length, sorted.length);
  if (count < FEWEST_GAPS) {
    const shortest = count === 0 ? 0 : Math.min(...gaps);
    return { intervalMs: Math.max(settingMs, shortest), jitterMs: 0 };
  }
  for (let index = 0; index < count; index++) {
    const gap = gaps[index]!;
    let place = index;
    for (; place > 0 && sorted[place - 1]! > gap; place--) sorted[place] = sorted[place - 1]!;
    sorted[place] = gap;
  }
  const median = sorted[(count - 1) >> 1]!;
  const allButOne = sorted[count - 2]!;
  const shorter = count === RULE_OPTIONS.gaps ? Math.min(settingMs, allButOne) : settingMs;
  const intervalMs = median >= settingMs ? median : shorter;
  return { intervalMs, jitterMs: Math.max(0, allButOne - intervalMs) };
}

/** After this time without an uplink a device with such a rhythm may have changed unseen. */
export function unseenAfterMs({ intervalMs, jitterMs }: Pattern): number {
  return RULE_OPTIONS.stuckIntervals * intervalMs + jitterMs + RULE_OPTIONS.stuckMarginMs;
}

/** Notes an uplink. Gives whether the rhythm may be another one now. */
export function noteContact(state: DeviceState, subject: RuleSubject, receivedAt: number): boolean {
  // What passed between the bench and the first uplink in service is no rhythm.
  const isKnown = state.c !== null && state.c >= (subject.activeSince ?? 0);
  const isNoted = isKnown && noteRhythm(state, receivedAt - state.c!, subject.reportingIntervalMs);
  state.c = Math.max(state.c ?? receivedAt, receivedAt);
  return isNoted;
}

/** Gaps one after the other that are all alike, although far below the interval. */
export type Run = readonly [count: number, leastMs: number, mostMs: number, totalMs: number];

/** What is remembered of a rhythm. */
export interface Rhythm {
  /** Recent gaps, ms, oldest first. */
  readonly g: number[];
  r?: Run | undefined;
}

/** Gaps of one rhythm differ by no more than this: messages take seconds, and whoever sends events keeps no time. */
const ALIKE = 1.25;

/**
 * Notes a gap between two uplinks. Gaps far below the interval are events and repeats, and say nothing about the rhythm, unless as many as are
 * remembered come in a row, all alike and for as long as the interval: then somebody has set the device to a shorter one. Gives whether
 * the rhythm may be another one now.
 */
export function noteRhythm(rhythm: Rhythm, gap: number, settingMs: number): boolean {
  const { g: gaps } = rhythm;
  if (gap <= 0) return false;
  const isRegular = gap >= settingMs / 4;
  if (isRegular || (gaps.length === RULE_OPTIONS.gaps && gap >= patternOf(gaps, settingMs).intervalMs / 4)) {
    if (rhythm.r !== undefined) rhythm.r = undefined;
    return push(gaps, gap);
  }
  const run = withGap(rhythm.r, gap);
  const [count, , mostMs, totalMs] = run;
  if (count < RULE_OPTIONS.gaps || totalMs < settingMs) {
    rhythm.r = run;
    return false;
  }
  rhythm.r = undefined;
  for (let place = 0; place < RULE_OPTIONS.gaps; place++) push(gaps, mostMs);
  return true;
}

function withGap(run: Run | undefined, gap: number): Run {
  if (run === undefined) return [1, gap, gap, gap];
  const [count, leastMs, mostMs, totalMs] = run;
  const [least, most] = [Math.min(leastMs, gap), Math.max(mostMs, gap)];
  return most > ALIKE * least ? [1, gap, gap, gap] : [count + 1, least, most, totalMs + gap];
}

/** The same of measurements, which have no rhythm of their own. */
export function noteGap(gaps: number[], gap: number, { reportingIntervalMs }: RuleSubject): boolean {
  return gap > 0 && gap >= reportingIntervalMs / 4 && push(gaps, gap);
}

/** Gives whether the gaps are others than before, but for their order. */
function push(gaps: number[], gap: number): boolean {
  const last = gaps.length - 1;
  if (last < RULE_OPTIONS.gaps - 1) {
    gaps.push(gap);
    return true;
  }
  const oldest = gaps[0]!;
  // By hand: for every uplink twice, and `shift` is a call out of compiled code.
  for (let place = 0; place < last; place++) gaps[place] = gaps[place + 1]!;
  gaps[last] = gap;
  return oldest !== gap;
}

/** The silence of a device that is not heard any more; undefined where nobody knows since when it could be heard. */
export function silenceOf(
  state: DeviceState,
  subject: RuleSubject,
  condition: Extract<Condition, { kind: 'silent' }>,
): Silence | undefined {
  const heard = state.c ?? subject.registeredAt;
  return heard === undefined ? undefined : silenceSince(heard, state.g, subject, condition);
}

/** A silence since a moment, as long as this condition allows a device with such gaps. */
export function silenceSince(
  heard: number,
  gaps: readonly number[],
  { reportingIntervalMs, listeningSince = 0, activeSince = 0 }: RuleSubject,
  condition: Extract<Condition, { kind: 'silent' }>,
): Silence {
  const pattern = patternOf(gaps, reportingIntervalMs);
  return { ...pattern, since: Math.max(heard, listeningSince, activeSince), allowedMs: allowedMs(pattern, condition) };
}

/** How long a device with such a rhythm may say nothing. */
export function allowedMs(
  { intervalMs, jitterMs }: Pattern,
  { intervals, marginMs, atLeastMs }: Extract<Condition, { kind: 'silent' }>,
): number {
  return Math.max(atLeastMs, intervals * intervalMs + jitterMs + marginMs);
}
