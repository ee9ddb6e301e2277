import { durationMs } from '@stadtfunk/kernel';
import { noteRhythm, patternOf, type Pattern, type Rhythm, type Rule } from '@stadtfunk/rules';
import type { Cover } from './covers.ts';
import { foresight } from './foresight.ts';
import type { Delivery } from './delivery.ts';
import type { ExaminedDevice } from './examined-device.ts';
import { ANY_SIGN, measuredWith, SIGN_OF, SIGNS } from './signs.ts';
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
  'tooFast',
] as const;
export type UnseenReason = (typeof UNSEEN_REASONS)[number];

/** Whether a rule could have known of an incident, and from when on (UTC ms). */
export type Visibility =
  { readonly at: number; readonly unseen: null } | { readonly at: null; readonly unseen: UnseenReason };

/** After a silence of three intervals and this, a device is heard anew. */
const MARGIN_MS = 30 * 60_000;

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
    const allowedMs = ({ intervalMs, jitterMs }: Pattern) =>
      Math.max(atLeastMs, intervals * intervalMs + jitterMs + marginMs);
    return of === 'measurement'
      ? unmeasured(device, incident.from, to, end, allowedMs({ intervalMs: device.intervalMs, jitterMs: 0 }))
      : unheard(device, from, incident.from, to, end, allowedMs);
  }
  const holdMs = holdOf(rule, device) ?? 0;
  const sign = SIGN_OF[incident.kind];
  // What is seen by no sign of its own is told by anything that is measured.
  const bit = sign === null ? ANY_SIGN : SIGNS[sign];
  if (cover.aheadMs !== undefined) {
    const known = foresight(rule.readings, incident, { from, end, aheadMs: cover.aheadMs }, device.deliveries);
    if (typeof known === 'number') return seen(known);
    return unseen(known ?? reasonFor(device, bit, incident.from - cover.aheadMs, incident.from));
  }
  if (rule.condition.kind === 'unchanged') return unchanged(device, incident.from, to, holdMs, bit);
  // What it takes for a stay to be too long began when it was not yet.
  const since = incident.kind === 'spot.overstay' ? incident.from - holdMs : incident.from;
  const at = firstShown(device, bit, since, to, end, { holdMs, readings: rule.readings });
  return at === undefined ? unseen(reasonFor(device, bit, since, to)) : seen(Math.max(at, incident.from));
}

interface Need {
  readonly holdMs: number;
  readonly readings: number;
}

/** When so many right measurements in a row were there, the first of them so long ago as the rule needs. */
function firstShown(
  device: ExaminedDevice,
  bit: number,
  from: number,
  to: number,
  end: number,
  { holdMs, readings }: Need,
): number | undefined {
  let count = 0;
  let since = 0;
  let enoughAt = 0;
  for (const delivery of device.deliveries) {
    const { measuredAt, isInTime, isRightInTime, at, signs } = delivery;
    if (!(signs & measuredWith(bit)) || !(measuredAt >= from && measuredAt < to)) continue;
    // It was wrong, or a time begins in which nobody could say that it is so.
    if (!isRightAbout(bit, delivery, device) || !(signs & bit)) {
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

/** Whether what an uplink says of this is so. An echo from somewhere else leaves temperature and tilt as they are. */
function isRightAbout(bit: number, { isRight, measuredAt }: Delivery, { incidents }: ExaminedDevice): boolean {
  if (isRight) return true;
  if (bit !== SIGNS.heat && bit !== SIGNS.tilt) return false;
  return !incidents.some(
    ({ kind, from, to }) => kind === 'sensor.wrong' && from <= measuredAt && (to ?? Infinity) > measuredAt,
  );
}

/** Why too few right measurements came. */
function reasonFor(device: ExaminedDevice, bit: number, from: number, to: number): UnseenReason {
  const { deliveries, incidents, intervalMs } = device;
  const measured = measuredWith(bit);
  if (!deliveries.some(({ signs }) => signs & measured) && bit !== SIGNS.battery) return 'notMeasured';
  const during = deliveries.filter(
    ({ measuredAt, signs }) => signs & measured && measuredAt >= from && measuredAt < to,
  );
  const isSo = (...kinds: readonly string[]) =>
    incidents.some((other) => kinds.includes(other.kind) && other.from < to && (other.to ?? Infinity) > from);
  if (during.some((delivery) => !isRightAbout(bit, delivery, device)) || (during.length === 0 && isSo('sensor.wrong')))
    return 'sensorWrong';
  if (during.some(({ isRightInTime }) => !isRightInTime)) return 'clockWrong';
  if (during.some(({ isInTime }) => !isInTime)) return 'radio';
  if (isSo('device.silent', 'device.noMeasurement')) return 'dead';
  return during.length === 0 && to - from > intervalMs ? 'radio' : 'tooShort';
}

/** A silence as long as the rule allows a device of this rhythm, while the device was silent. */
function unheard(
  { deliveries, intervalMs }: ExaminedDevice,
  begin: number,
  from: number,
  to: number,
  end: number,
  allowedMs: (pattern: Pattern) => number,
): Visibility {
  const rhythm: Rhythm = { g: [] };
  let last = begin;
  for (const at of [...deliveries.map(({ at }) => at), end]) {
    const gap = at - last;
    if (gap > 0 && last < to && at > from) {
      const shownAt = last + allowedMs(patternOf(rhythm.g, intervalMs));
      if (shownAt < at && shownAt >= from && shownAt < to) return seen(shownAt);
    }
    // What was before the first contact is no gap between two.
    if (last !== begin) noteRhythm(rhythm, gap, intervalMs);
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
  let newest = -Infinity;
  for (const { at, measuredUntil } of deliveries) {
    if (at >= end) break;
    // Rows of its history that came before tell nothing new.
    const isMeasurement = measuredUntil > newest;
    if (isMeasurement) newest = measuredUntil;
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
