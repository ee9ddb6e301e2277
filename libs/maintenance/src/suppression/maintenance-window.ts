import { DAY_MS, fail, ok, type Result } from '@stadtfunk/kernel';
import type { SuppressionAsked } from './suppression.ts';

export const LONGEST_WINDOW_MS = 90 * DAY_MS;
/** That are not over yet: each new alert is compared with all of them. */
export const MOST_WINDOWS = 1_000;
export const MOST_WINDOW_ASSETS = 500;

/** What a window is about: each that is given narrows it, and one has to be. */
export interface WindowScope {
  readonly assetIds: readonly string[] | null;
  /** The id of a control cabinet: itself, and the lamps behind it. */
  readonly cabinetId: string | null;
  readonly district: string | null;
  readonly ruleId: string | null;
}

export interface NewWindow extends SuppressionAsked {
  readonly scope: WindowScope;
  /** UTC ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly at: number;
}

/** Planned work: what is raised meanwhile is recorded, and nobody is told of it. It stays on record when it is over. */
export interface MaintenanceWindow {
  readonly windowId: string;
  readonly scope: WindowScope;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** When somebody ended it before its time; null: nobody. */
  readonly endedAt: number | null;
  readonly endedBy: string | null;
}

/** What a window asks of an alert. */
export interface WindowFacts {
  readonly ruleId: string;
  readonly assetId: string | null;
  readonly cabinetId: string | null;
  readonly district: string | null;
}

export function checkWindow({ scope, startsAt, endsAt, at }: NewWindow): Result<null> {
  const { assetIds, cabinetId, district, ruleId } = scope;
  if (!assetIds?.length && cabinetId === null && district === null && ruleId === null) {
    return fail('window.scopeMissing', 'a maintenance window is about assets, a cabinet, a district or a rule');
  }
  if (endsAt <= startsAt) return fail('window.endsBeforeStart', 'a maintenance window ends after it starts');
  if (endsAt <= at) return fail('window.endsInPast', 'a maintenance window ends in the future');
  if (endsAt - startsAt > LONGEST_WINDOW_MS) return fail('window.tooLong', 'a maintenance window is 90 days at most');
  return ok(null);
}

/** When a window ends or has ended. */
export function windowEnd({ endsAt, endedAt }: MaintenanceWindow): number {
  return Math.min(endsAt, endedAt ?? Infinity);
}

/** Whether a window covers an alert, at a moment. */
export function isInWindow(window: MaintenanceWindow, facts: WindowFacts, time: number): boolean {
  const { assetIds, cabinetId, district, ruleId } = window.scope;
  return (
    time >= window.startsAt &&
    time < windowEnd(window) &&
    (!assetIds?.length || (facts.assetId !== null && assetIds.includes(facts.assetId))) &&
    (cabinetId === null || facts.cabinetId === cabinetId || facts.assetId === cabinetId) &&
    (district === null || facts.district === district) &&
    (ruleId === null || facts.ruleId === ruleId)
  );
}
