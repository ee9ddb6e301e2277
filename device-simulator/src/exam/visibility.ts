import { durationMs } from '@stadtfunk/kernel';
import type { Rule } from '@stadtfunk/rules';
import type { Cover } from './covers.ts';
import type { Delivery } from './delivery.ts';
import type { ExaminedDevice } from './examined-device.ts';
import { SIGN_OF, SIGNS } from './signs.ts';
import type { SpanOfTruth } from './span-of-truth.ts';

/** Why nobody could have seen an incident. docs/exam.md says when each is given. */
export const UNSEEN_REASONS = [
  'tooShort',
  'radio',
  'sensorWrong',
  'clockWrong',
  'dead',
  'notMeasured',
  'tooEarly',
] as const;
export type UnseenReason = (typeof UNSEEN_REASONS)[number];

/** Whether a rule could have known of an incident, and from when on (UTC ms). */
export type Visibility =
  { readonly at: number; readonly unseen: null } | { readonly at: null; readonly unseen: UnseenReason };

/** A forecast needs to have seen how fast a container fills: two days, because one may be unlike the next. */
const LEARNING_MS = 2 * 86_400_000;
/** After a silence of three intervals and this, a device is heard anew. */
const MARGIN_MS = 30 * 60_000;
/** Nobody drives to a container that is less than half full. */
const HALF_FULL = 0.5;

const seen = (at: number): Visibility => ({ at, unseen: null });
const unseen = (reason: UnseenReason): Visibility => ({ at: null, unseen: reason });

/** How long the condition of a rule must hold at an asset, ms; undefined: it is not about this asset. */
export function holdOf({ hold }: Rule, { bound }: ExaminedDevice): number | undefined {
  if ('ms' in hold) return hold.ms;
  const written = bound.asset?.attributes[hold.attribute];
  return typeof written === 'string' ? durationMs(written) : undefined;
}

/** Whether a rule could have known of an incident by what was delivered up to `end`. */
export function visibilityOf(
  rule: Rule,
  cover: Cover,
  incident: SpanOfTruth,
  device: ExaminedDevice,
  { from, end }: { readonly from: number; readonly end: number },
): Visibility {
  const to = incident.to ?? end;
  if (rule.condition.kind === 'silent') {
    const { intervals, marginMs, atLeastMs, of } = rule.condition;
    const allowedMs = Math.max(atLeastMs, intervals * device.intervalMs + marginMs);
    return of === 'measurement'
      ? unmeasured(device, incident.from, to, end, allowedMs)
      : unheard(device, from, incident.from, to, end, allowedMs);
  }
  const holdMs = holdOf(rule, device) ?? 0;
  const bit = SIGNS[SIGN_OF[incident.kind] ?? 'level'];
  if (cover.aheadMs !== undefined) return foreseen(rule, incident.from, from, cover.aheadMs, device, bit);
  if (rule.condition.kind === 'unchanged') return unchanged(device, incident.from, to, holdMs, bit);
  // What it takes for a stay to be too long began when it was not yet.
  const since = incident.kind === 'spot.overstay' ? incident.from - holdMs : incident.from;
  const at = firstShown(device.deliveries, bit, since, to, end, { holdMs, readings: rule.readings });
  return at === undefined ? unseen(reasonFor(device, bit, since, to)) : seen(Math.max(at, incident.from));
}

interface Need {
  readonly holdMs: number;
  readonly readings: number;
}

/** When so many right measurements in a row were there, the first of them so long ago as the rule needs. */
function firstShown(
  deliveries: readonly Delivery[],
  bit: number,
  from: number,
  to: number,
  end: number,
  { holdMs, readings }: Need,
): number | undefined {
  let count = 0;
  let since = 0;
  let enoughAt = 0;
  for (const delivery of deliveries) {
    const { measuredAt, isRight, isInTime, isRightInTime, at, signs } = delivery;
    if (!(signs & bit) || !(measuredAt >= from && measuredAt < to)) continue;
    if (!isRight) {
      if (count >= readings && since + holdMs <= measuredAt) break;
      count = 0;
    } else if (isInTime && isRightInTime) {
      if (count === 0) since = measuredAt;
      if (++count === readings) enoughAt = at;
    }
  }
  const at = Math.max(enoughAt, since + holdMs);
  return count >= readings && since + holdMs <= to && at < end ? at : undefined;
}

/** Why too few right measurements came. */
function reasonFor(
  { deliveries, incidents, intervalMs }: ExaminedDevice,
  bit: number,
  from: number,
  to: number,
): UnseenReason {
  if (!deliveries.some(({ signs }) => signs & bit) && bit !== SIGNS.battery) return 'notMeasured';
  const during = deliveries.filter(({ measuredAt, signs }) => signs & bit && measuredAt >= from && measuredAt < to);
  const isSo = (...kinds: readonly string[]) =>
    incidents.some((other) => kinds.includes(other.kind) && other.from < to && (other.to ?? Infinity) > from);
  if (during.some(({ isRight }) => !isRight) || (during.length === 0 && isSo('sensor.wrong'))) return 'sensorWrong';
  if (during.some(({ isRightInTime }) => !isRightInTime)) return 'clockWrong';
  if (during.some(({ isInTime }) => !isInTime)) return 'radio';
  if (isSo('device.silent', 'device.noMeasurement')) return 'dead';
  return during.length === 0 && to - from > intervalMs ? 'radio' : 'tooShort';
}

/** A silence as long as the rule allows, while the device was silent. */
function unheard(
  { deliveries }: ExaminedDevice,
  begin: number,
  from: number,
  to: number,
  end: number,
  allowedMs: number,
): Visibility {
  let last = begin;
  for (const at of [...deliveries.map(({ at }) => at), end]) {
    if (at - last > allowedMs && last < to && last + allowedMs >= from && last + allowedMs < to)
      return seen(last + allowedMs);
    last = at;
  }
  return unseen('tooShort');
}

/** Contact so long after the last measurement as the rule allows, without a silence in between that would give it its time again. */
function unmeasured(
  { deliveries, intervalMs }: ExaminedDevice,
  from: number,
  to: number,
  end: number,
  allowedMs: number,
): Visibility {
  let since: number | undefined;
  let last: number | undefined;
  for (const { at, signs, observedAt } of deliveries) {
    if (at >= end) break;
    const isMeasurement = !Number.isNaN(observedAt) && (signs & ~SIGNS.battery) !== 0;
    const wasSilent = last !== undefined && at - last > 3 * intervalMs + MARGIN_MS;
    last = at;
    if (since !== undefined && !isMeasurement && !wasSilent && at >= from && at < to && at - since >= allowedMs)
      return seen(at);
    if (isMeasurement || wasSilent || since === undefined) since = at;
  }
  return unseen('tooShort');
}

/** The same value for as long as the rule asks. */
function unchanged({ deliveries }: ExaminedDevice, from: number, to: number, holdMs: number, bit: number): Visibility {
  let since: number | undefined;
  let value: boolean | undefined;
  for (const { measuredAt, observedAt, at, occupied, signs } of deliveries) {
    const takenAt = Number.isNaN(measuredAt) ? observedAt : measuredAt;
    if (!(signs & bit) || takenAt < from || takenAt >= to) continue;
    if (since === undefined || occupied !== value) since = takenAt;
    value = occupied;
    if (takenAt - since >= holdMs) return seen(at);
  }
  return unseen('tooShort');
}

/** Enough right measurements of one that was more than half full in the time before, of a container that has been known for some days. */
function foreseen(
  rule: Rule,
  fullAt: number,
  begin: number,
  aheadMs: number,
  device: ExaminedDevice,
  bit: number,
): Visibility {
  const right = device.deliveries.filter(
    ({ isRight, isInTime, isRightInTime, signs }) => isRight && isInTime && isRightInTime && signs & bit,
  );
  if (fullAt <= begin || !(fullAt - (right[0]?.measuredAt ?? Infinity) >= LEARNING_MS)) return unseen('tooEarly');
  const before = right.filter(
    ({ measuredAt, level = 0 }) => measuredAt >= fullAt - aheadMs && measuredAt < fullAt && level >= HALF_FULL,
  );
  const enough = before[rule.readings - 1];
  return enough ? seen(enough.at) : unseen(reasonFor(device, bit, fullAt - aheadMs, fullAt));
}
