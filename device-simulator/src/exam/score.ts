import type { Rule } from '@stadtfunk/rules';
import type { Cover } from './covers.ts';
import type { ExaminedDevice } from './examined-device.ts';
import type { IncidentKind } from '../truth/incident.ts';
import { ANY_SIGN, measuredWith, SIGN_OF, SIGNS } from './signs.ts';
import { spansOf, type SpanOfTruth } from './span-of-truth.ts';
import { holdOf, visibilityOf, type UnseenReason } from './visibility.ts';

/** An alert that a rule raised, UTC ms. */
export interface ExamAlert {
  readonly ruleId: string;
  /** The device by which it was found. */
  readonly deviceId: string;
  readonly raisedAt: number;
  /** When it was found; before that nobody could know. */
  readonly detectedAt: number;
  readonly clearedAt: number | null;
}

/** `misled`: what was heard last was not so, by a fault of sensor, clock or network that the truth names. `undecided`: what was foretold was prevented. */
export type AlertVerdict = 'right' | 'false' | 'misled' | 'undecided';

export interface JudgedAlert extends ExamAlert {
  readonly verdict: AlertVerdict;
}

export interface JudgedIncident extends SpanOfTruth {
  readonly deviceId: string;
  /** When a rule could have known, UTC ms; null: never. */
  readonly visibleAt: number | null;
  readonly unseen: UnseenReason | null;
  /** When the first alert about it was there, UTC ms; null: none was. */
  readonly foundAt: number | null;
}

/** What one rule made of one device. */
export interface DeviceScore {
  readonly incidents: readonly JudgedIncident[];
  readonly alerts: readonly JudgedAlert[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As late as a measurement may come and still raise an alert, an alert may come after the end of what it is about. */
const GRACE_MS = 30 * 60_000;
/** A device's clock may be ahead by so much. */
const AHEAD_MS = 10 * 60_000;
/** A container fills so slowly that one which is measured as full, within the accuracy of the sensor, may be so only hours later. */
const EARLY_MS: Readonly<Record<string, number>> = { 'bin.full': 4 * HOUR_MS };
/** By such a fall of the level a container was emptied. */
const EMPTIED_FALL = 0.3;

/** Holds what a rule said of one device against what was so. */
export function scoreDevice(
  rule: Rule,
  cover: Cover,
  device: ExaminedDevice,
  alerts: readonly ExamAlert[],
  time: { readonly from: number; readonly end: number },
): DeviceScore {
  // A rule that cannot judge this asset, such as a spot without a limit, is not about it.
  if (holdOf(rule, device) === undefined) return { incidents: [], alerts: [] };
  const spans = spansOf(device.incidents.filter(({ kind }) => cover.kinds.includes(kind)));
  const incidents = spans.map((span): JudgedIncident => {
    const { at, unseen } = visibilityOf(rule, cover, span, device, time);
    const about = alerts.filter((alert) => isAbout(cover, span, alert));
    const first = about.reduce<number | null>((least, { detectedAt }) => Math.min(least ?? Infinity, detectedAt), null);
    return { ...span, deviceId: device.bound.device.deviceId, visibleAt: at, unseen, foundAt: first };
  });
  const judged = alerts.map((alert) => ({ ...alert, verdict: verdictOf(rule, cover, spans, device, alert, time.end) }));
  return { incidents, alerts: judged };
}

/** Whether the alert was there while it was so, or just after. */
function isAbout({ aheadMs = 0 }: Cover, { kind, from, to }: SpanOfTruth, { raisedAt, clearedAt }: ExamAlert): boolean {
  const early = aheadMs > 0 ? 2 * aheadMs : (EARLY_MS[kind] ?? AHEAD_MS);
  const opensInTime = raisedAt < (to ?? Infinity) + GRACE_MS;
  // What was open before and still is, is known.
  return opensInTime && (raisedAt >= from - early || clearedAt === null || clearedAt > from);
}

function verdictOf(
  rule: Rule,
  cover: Cover,
  spans: readonly SpanOfTruth[],
  device: ExaminedDevice,
  alert: ExamAlert,
  end: number,
): AlertVerdict {
  const { raisedAt } = alert;
  const aheadMs = cover.aheadMs ?? 0;
  const isRight = spans.some(({ kind, from, to }) => {
    const early = aheadMs > 0 ? 2 * aheadMs : (EARLY_MS[kind] ?? AHEAD_MS);
    return raisedAt >= from - early && raisedAt < (to ?? Infinity) + GRACE_MS;
  });
  if (isRight) return 'right';
  if (rule.condition.kind !== 'silent' && wasMisled(cover, device, alert)) return 'misled';
  if (aheadMs > 0 && (raisedAt + 2 * aheadMs > end || wasEmptied(device, raisedAt, raisedAt + 2 * aheadMs)))
    return 'undecided';
  return 'false';
}

/** What makes a device say what is not so, for a while. A single wrong echo is none of these: rules have to do with them. */
const MISLEADING: ReadonlySet<string> = new Set(['sensor.wrong', 'clock.wrong']);
/** What keeps what it has to say from coming, by the truth itself: uplinks that are lost, or late, are none of these. */
const SILENCING: ReadonlySet<string> = new Set(['sensor.wrong', 'device.silent']);

/**
 * Whether a fault that the truth names stood behind what the platform had heard last: that was wrong because of it, or it was so no more
 * and the fault kept the platform from hearing of it.
 */
function wasMisled({ kinds }: Cover, device: ExaminedDevice, { detectedAt }: ExamAlert): boolean {
  const { deliveries, faults } = device;
  const bits = bitsOf(kinds);
  const last = deliveries.findLast(({ at, signs }) => at <= detectedAt && signs & bits);
  if (!last) return false;
  const misleads = (kind: string) => MISLEADING.has(kind) || (kind === 'bin.lidOpen' && !showsTilt(device));
  const isWrong = !last.isRight || !last.isRightInTime;
  return faults.some(({ kind, from, to }) => {
    const until = to ?? Infinity;
    if (isWrong && misleads(kind) && from <= last.measuredAt && until > last.measuredAt) return true;
    return SILENCING.has(kind) && detectedAt > last.at && from <= detectedAt && until > last.at;
  });
}

/** By what the platform sees anything of these; by anything, of what is seen by no sign of its own or only when it is bad. */
function bitsOf(kinds: readonly IncidentKind[]): number {
  return kinds.reduce((bits, kind) => {
    const sign = SIGN_OF[kind];
    return bits | (sign === null || sign === 'battery' ? ANY_SIGN : measuredWith(SIGNS[sign]));
  }, 0);
}

/** Who has a tilt switch says when the lid with the sensor in it stands open. */
function showsTilt({ deliveries }: ExaminedDevice): boolean {
  return deliveries.some(({ signs }) => signs & SIGNS.tilt);
}

/** A right measurement shows a level far below one before. */
function wasEmptied({ deliveries }: ExaminedDevice, from: number, to: number): boolean {
  let highest = 0;
  for (const { measuredAt, isRight, level } of deliveries) {
    if (!isRight || level === undefined || !(measuredAt >= from - DAY_MS && measuredAt < to)) continue;
    if (measuredAt >= from && level <= highest - EMPTIED_FALL) return true;
    highest = Math.max(highest, level);
  }
  return false;
}
