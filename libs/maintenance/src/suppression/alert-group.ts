import { isWorse, type Severity, type Text } from '../alert.ts';
import type { JobPriority } from '../job.ts';

/** What members of a group can have in common. */
export const GROUP_KINDS = ['cabinet', 'circuit', 'radioCell', 'district', 'model', 'firmware'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** When an alert becomes a member of a group, and what then stands for all of them. */
export interface Grouping {
  readonly by: GroupKind;
  /** Which one: the id of the cabinet, the name of the district. */
  readonly value: string;
  /** So many members make a group. */
  readonly atLeast: number;
  /** And so large a part of all that could be members, 0..1. Absent: any. */
  readonly share?: number;
  /** When they are raised within this time, in event time. */
  readonly withinMs: number;
  /** Its job and notification do not wait for others. */
  readonly atOnce?: boolean;
  /** At least: it is never milder than the worst of its members. */
  readonly severity: Severity;
  readonly title: Text;
  readonly job: GroupJob | null;
}

/** The job of a group. It goes to whom the jobs of its members would go. */
export interface GroupJob {
  readonly kind: string;
  readonly priority: JobPriority;
  readonly dueMs: number | null;
  readonly title: Text;
  readonly department: string;
}

/** What the alert of a group is about. */
export function groupSubject({ by, value }: Pick<Grouping, 'by' | 'value'>): string {
  return `group:${by}:${value}`;
}

/** The cabinet that the members of a group have in common: if it is an asset, the place of the job. */
export function groupCabinet({ by, value }: Pick<Grouping, 'by' | 'value'>): string | undefined {
  if (by === 'cabinet') return value;
  return by === 'circuit' ? value.slice(0, value.lastIndexOf('/')) || undefined : undefined;
}

/** Alerts with the same key can become members of the same group. */
export function groupKey(ruleId: string, grouping: Pick<Grouping, 'by' | 'value'>): string {
  return `${ruleId} ${groupSubject(grouping)}`;
}

/** The severity of the alert that stands for these members. */
export function groupSeverity(least: Severity, members: readonly { readonly severity: Severity }[]): Severity {
  return members.reduce((worst, { severity }) => (isWorse(severity, worst) ? severity : worst), least);
}

/** How an open alert stands to its group: it waits for others, stands behind the group's alert, or has its own job. */
export type MemberState = 'waiting' | 'grouped' | 'single';

export interface GroupMember {
  readonly alertId: string;
  readonly raisedAt: number;
  readonly state: MemberState;
  /** While it waits: how long at most, by the clock. */
  readonly waitsUntil: number | null;
}

export interface GroupSituation {
  readonly grouping: Pick<Grouping, 'atLeast' | 'share' | 'withinMs'>;
  /** All open alerts with the key. */
  readonly members: readonly GroupMember[];
  /** When the first member of the group that is open was raised; null: none is open. */
  readonly openSince: number | null;
  /** How many could be members; null: nobody counted, because the share does not matter. */
  readonly total: number | null;
  readonly now: number;
}

/** What becomes of the members. Those that are named nowhere stay as they are. */
export interface GroupDecision {
  /** A group begins: when its first member was raised, and the member that made it one. */
  readonly forms: { readonly since: number; readonly decidedBy: string } | null;
  /** The open group is over. */
  readonly isOver: boolean;
  readonly join: readonly string[];
  /** Wait again: the group is over, and they may recover as the others did. */
  readonly wait: readonly string[];
  /** Have waited long enough. */
  readonly release: readonly string[];
}

/**
 * Decides by event time alone which alerts are one problem, so that the order in which they arrive does not matter; the clock
 * decides only how long they wait. A group stays as long as `atLeast` members are open, whatever their share is by then: a half
 * repaired cabinet is no storm of single jobs.
 */
export function decideGroup(situation: GroupSituation): GroupDecision {
  const { openSince, now } = situation;
  const members = [...situation.members].sort(byTime);
  const isDue = ({ state, waitsUntil }: GroupMember) => state === 'waiting' && (waitsUntil ?? 0) <= now;
  const nothing = { forms: null, isOver: false, join: [], wait: [] };
  if (openSince === null) {
    const forms = findGroup(situation, members);
    if (!forms) return { ...nothing, release: idsOf(members.filter(isDue)) };
    const joining = members.filter(({ raisedAt }) => raisedAt >= forms.since);
    const others = members.filter(({ raisedAt }) => raisedAt < forms.since);
    return { ...nothing, forms, join: idsOf(joining), release: idsOf(others.filter(isDue)) };
  }
  const grouped = members.filter(({ state }) => state === 'grouped');
  const joining = members.filter(({ state, raisedAt }) => state !== 'grouped' && raisedAt >= openSince);
  const others = members.filter(({ state, raisedAt }) => state !== 'grouped' && raisedAt < openSince);
  const release = idsOf(others.filter(isDue));
  if (grouped.length + joining.length >= situation.grouping.atLeast) {
    return { ...nothing, join: idsOf(joining), release };
  }
  return { ...nothing, isOver: true, wait: idsOf(grouped), release };
}

function findGroup({ grouping, total }: GroupSituation, members: readonly GroupMember[]): GroupDecision['forms'] {
  const { atLeast, share, withinMs } = grouping;
  const needed = Math.max(atLeast, share === undefined ? 0 : Math.ceil(share * (total ?? 0)));
  for (let last = needed - 1; last < members.length; last++) {
    const first = members[last - needed + 1]!;
    const decider = members[last]!;
    if (decider.raisedAt - first.raisedAt <= withinMs) return { since: first.raisedAt, decidedBy: decider.alertId };
  }
  return null;
}

function byTime(a: GroupMember, b: GroupMember): number {
  return a.raisedAt - b.raisedAt || (a.alertId < b.alertId ? -1 : 1);
}

function idsOf(members: readonly GroupMember[]): readonly string[] {
  return members.map(({ alertId }) => alertId);
}
