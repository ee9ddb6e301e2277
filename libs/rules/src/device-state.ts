import { Fault } from '@stadtfunk/kernel';
import type { Values } from '@stadtfunk/readings';
import type { OpenAlert } from './rules-records.ts';
import type { ApplicableRules, RuleSet } from './rule-set.ts';
import type { Pattern, Run } from './reporting-pattern.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { WindowMemories } from './windows/recollection.ts';

/** A reading as the state keeps it until it is evidence: observedAt, receivedAt, the values that the rule looks at. */
export type Kept = readonly [observedAt: number, receivedAt: number, values: Values];

/**
 * What one rule remembers, made by `newMemory`. Times are UTC ms in event time. A rule with nothing to remember has no entry. What
 * is over is set to undefined and not deleted: an object that loses a property is slow to use from then on.
 */
export interface RuleMemory {
  /** Version of the rule that wrote this. */
  w: string;
  /** Bit i: alternative i held when it was last answered. */
  m?: number | undefined;
  /** Since when the condition holds; for `unchanged`, since when the value is the same. */
  h?: number | undefined;
  /** On how many readings in a row it held. */
  n?: number | undefined;
  /** All of these readings were late, so no timer may raise. */
  l?: 1 | undefined;
  /** The first of these readings, if there is more than one, and the last. */
  b?: Kept | undefined;
  e?: Kept | undefined;
  /** What their job is due by, as the last of them forecast it, UTC ms. */
  f?: number | undefined;
  /** `unchanged`: the value. */
  u?: number | boolean | undefined;
  /** The open alert, and when it was raised. */
  id?: string | undefined;
  at?: number | undefined;
  /** When the open alert was found, in log time, and how far its severity has risen. Only of rules that rise. */
  r?: number | undefined;
  s?: number | undefined;
  /** Since when the condition to clear holds, and the reading that last said so. */
  q?: number | undefined;
  k?: Kept | undefined;
  /** When the last alert ended, until a newer reading comes: one that was on its way then begins no episode before. */
  z?: number | undefined;
}

/**
 * Always the same properties in the same order: code that sees objects of many shapes is slow. JSON leaves out what is undefined.
 */
export function newMemory(version: string, known: Omit<Partial<RuleMemory>, 'w'> = NOTHING): RuleMemory {
  const { m, h, n, l, b, e, f, u, id, at, r, s, q, k, z } = known;
  return { w: version, m, h, n, l, b, e, f, u, id, at, r, s, q, k, z };
}

const NOTHING = {};

/** By what a state was judged last: as long as that is the same, its memories fit and `x` is true. */
export interface JudgedBy {
  readonly rules: RuleSet;
  readonly subject: RuleSubject;
  readonly applicable: ApplicableRules;
  /** What the rules remember, by their place among the applicable ones. The same objects as in `s` and `d`. */
  memories: (RuleMemory | undefined)[];
  /** What windows remember. The same objects as in `w` and `t`. */
  readonly windows: WindowMemories;
  /** What the gaps `g` show; null: not worked out since the last of them. */
  pattern: Pattern | null;
}

/** A symbol, so that JSON leaves it out: a state that was read back is looked at afresh. */
export const JUDGED_BY = Symbol('judgedBy');

/**
 * Everything that the rules remember of one device, as plain JSON. Changed in place by `applyUplink` and `advance`.
 */
export interface DeviceState {
  [JUDGED_BY]?: JudgedBy | undefined;
  /** Format of this state. */
  v: 1;
  /** The asset that the device sat on when it was last looked at. */
  a: string | null;
  /** No uplink has come since it was bound to that asset. */
  f?: 1 | undefined;
  /** Last contact: `receivedAt` of the newest uplink. */
  c: number | null;
  /**
   * Since when it has measured nothing of the asset: `receivedAt` of the newest uplink that did, or when it was heard again
   * after a silence. Absent in states of versions that did not ask.
   */
  m?: number | null | undefined;
  /** `observedAt` of the newest reading that was evaluated. */
  o: number | null;
  /** Recent gaps between uplinks, ms, oldest first. */
  g: number[];
  /** Gaps in a row that are far below the interval and all alike: see `noteRhythm`. */
  r?: Run | undefined;
  /** The same between uplinks that measured. Only kept where a rule asks. */
  y?: number[] | undefined;
  /** What rules about the asset remember, by rule id. */
  s: Record<string, RuleMemory>;
  /** What rules about the device remember, by rule id. */
  d: Record<string, RuleMemory>;
  /** When `advance` can next do something. */
  x: number | null;
  /** What windows remember, by key: those that are forgotten when the device moves to another asset, and the others. */
  w?: Record<string, object> | undefined;
  t?: Record<string, object> | undefined;
}

/** The state of a device that was never heard. */
export function newState(): DeviceState {
  return shaped({ v: 1, f: 1 });
}

/**
 * The state of a device for rules that begin to look at it now: when it was heard, and how it reports, are no opinion of other
 * rules. Of its readings they know nothing yet.
 */
export function newStateBeside({ a, c, m, g, r, y }: DeviceState): DeviceState {
  return shaped({ v: 1, f: 1, a, c, m: m ?? null, g: [...g], r, y: y && [...y] });
}

/** For the same reason as `newMemory`. */
function shaped({
  v = 1,
  a = null,
  f,
  c = null,
  m = null,
  o = null,
  g = [],
  y,
  ...rest
}: Partial<DeviceState>): DeviceState {
  const { r, s = {}, d = {}, x = null, w, t } = rest;
  return { v, a, f, c, m, o, g, r, y, s, d, x, w, t };
}

export function encodeState(state: DeviceState): string {
  return JSON.stringify(state);
}

/** Fault `ruleState.unknownFormat` for what no version of this code has written. */
export function decodeState(text: string): DeviceState {
  const state = JSON.parse(text) as Partial<DeviceState> | null;
  if (state?.v !== 1) throw new Fault('ruleState.unknownFormat', 'a stored rule state has an unknown format', false);
  // Those of versions that did not ask have always measured whenever they were heard.
  const read = shaped({ ...state, m: state.m === undefined ? (state.c ?? null) : state.m });
  for (const memories of [read.s, read.d]) {
    for (const id in memories) memories[id] = newMemory(memories[id]!.w, memories[id]);
  }
  return read;
}

/** The next log time (UTC ms) at which `advance` can do something; null: only an uplink can. */
export function dueAt(state: DeviceState): number | null {
  return state.x;
}

/** Whether the device sits on another asset than before, whose open alerts it has to take over (`adopt`). */
export function needsAdoption(state: DeviceState, subject: RuleSubject): boolean {
  return subject.asset !== null && state.a !== subject.asset.assetId;
}

/**
 * The device is now on the asset of `subject`: forgets what it knew of the one before, whose alerts stay open for the
 * sensor that comes after it, and takes over the alerts that are open here (about the asset, not about devices on it).
 */
export function adopt(state: DeviceState, { asset }: RuleSubject, openAlerts: readonly OpenAlert[]): void {
  bindTo(state, asset?.assetId ?? null);
  // The version is unknown: the rule of today judges what an earlier one may have raised.
  for (const { alertId, ruleId, raisedAt } of openAlerts)
    state.s[ruleId] = newMemory('', { id: alertId, at: raisedAt });
}

export function bindTo(state: DeviceState, assetId: string | null): void {
  state.a = assetId;
  state.f = 1;
  state.s = {};
  state.w = undefined;
  state[JUDGED_BY] = undefined;
}
