import type { IncidentKind } from '../truth/incident.ts';
import type { DeviceScore, JudgedAlert, JudgedIncident } from './score.ts';
import { UNSEEN_REASONS, type UnseenReason } from './visibility.ts';

/** What a rule came to, over any number of devices and seeds. Times are ms. */
export interface RuleTally {
  readonly ruleId: string;
  readonly kinds: readonly IncidentKind[];
  /** It foretells: times to detect are before what it foretells, and say nothing. */
  readonly foretells: boolean;
  incidents: number;
  /** Those that a rule could have known of. */
  visible: number;
  /** Visible ones, of which an alert was there. */
  found: number;
  missed: number;
  /** Those that nobody could have seen, by reason. */
  readonly unseen: Record<UnseenReason, number>;
  alerts: number;
  right: number;
  false: number;
  misled: number;
  undecided: number;
  /** Of what was found: from when it could be known, and from when it was so. */
  readonly sinceVisibleMs: number[];
  readonly sinceBeginMs: number[];
  /** New jobs, with one for all members of a group. */
  jobs: number;
  /** Alerts that stand for several that are one problem, such as the lamps of a cabinet. */
  groups: number;
  /** Of the devices that it judges. */
  deviceMs: number;
}

export function newTally(ruleId: string, kinds: readonly IncidentKind[], foretells: boolean): RuleTally {
  const unseen = Object.fromEntries(UNSEEN_REASONS.map((reason) => [reason, 0])) as Record<UnseenReason, number>;
  const counts = { incidents: 0, visible: 0, found: 0, missed: 0, alerts: 0, right: 0, false: 0, misled: 0 };
  return {
    ...{ ruleId, kinds, foretells, unseen, ...counts, undecided: 0 },
    ...{ sinceVisibleMs: [], sinceBeginMs: [], jobs: 0, groups: 0, deviceMs: 0 },
  };
}

/** Adds what a rule made of one device. */
export function addScore(tally: RuleTally, { incidents, alerts }: DeviceScore): void {
  for (const incident of incidents) addIncident(tally, incident);
  for (const { verdict } of alerts) {
    tally.alerts++;
    tally[verdict]++;
  }
}

function addIncident(tally: RuleTally, { from, visibleAt, unseen, foundAt }: JudgedIncident): void {
  tally.incidents++;
  if (unseen !== null) tally.unseen[unseen]++;
  if (visibleAt === null) return;
  tally.visible++;
  if (foundAt === null) {
    tally.missed++;
    return;
  }
  tally.found++;
  if (tally.foretells) return;
  tally.sinceVisibleMs.push(Math.max(0, foundAt - visibleAt));
  tally.sinceBeginMs.push(Math.max(0, foundAt - from));
}

/** Adds up the tallies of one rule. */
export function mergeTally(into: RuleTally, from: RuleTally): void {
  for (const name of [
    ...([
      'incidents',
      'visible',
      'found',
      'missed',
      'alerts',
      'right',
      'false',
      'misled',
      'undecided',
      'jobs',
      'groups',
    ] as const),
    'deviceMs' as const,
  ]) {
    into[name] += from[name];
  }
  for (const reason of UNSEEN_REASONS) into.unseen[reason] += from.unseen[reason];
  for (const ms of from.sinceVisibleMs) into.sinceVisibleMs.push(ms);
  for (const ms of from.sinceBeginMs) into.sinceBeginMs.push(ms);
}

/** Found of visible; null where nothing was visible. */
export function recallOf({ found, visible }: Pick<RuleTally, 'found' | 'visible'>): number | null {
  return visible === 0 ? null : found / visible;
}

/** Right of right and false; null where there was neither. */
export function precisionOf(tally: Pick<RuleTally, 'right' | 'false'>): number | null {
  const judged = tally.right + tally.false;
  return judged === 0 ? null : tally.right / judged;
}

/** The value below or at which this part of all lies (nearest rank); null of none. */
export function quantileOf(values: readonly number[], part: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}

/** A mistake worth a look. */
export interface Mistake {
  readonly scenario: string;
  readonly seed: number;
  readonly ruleId: string;
  readonly what: 'missed' | 'false';
  readonly deviceId: string;
  /** Missed: the incident. False: the alert, UTC ms. */
  readonly from: number;
  readonly to: number | null;
  readonly visibleAt: number | null;
}

export function mistakesOf(
  ruleId: string,
  { incidents, alerts }: DeviceScore,
  { scenario, seed }: { readonly scenario: string; readonly seed: number },
): readonly Mistake[] {
  const missed = incidents.filter(({ visibleAt, foundAt }) => visibleAt !== null && foundAt === null);
  const wrong = alerts.filter(({ verdict }) => verdict === 'false');
  return [
    ...missed.map(({ deviceId, from, to, visibleAt }) => ({
      scenario,
      seed,
      ruleId,
      what: 'missed' as const,
      deviceId,
      from,
      to,
      visibleAt,
    })),
    ...wrong.map((alert: JudgedAlert) => ({
      scenario,
      seed,
      ruleId,
      what: 'false' as const,
      deviceId: alert.deviceId,
      from: alert.raisedAt,
      to: alert.clearedAt,
      visibleAt: null,
    })),
  ];
}
