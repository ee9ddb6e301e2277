import { DAY_MS, fail, ok, type Result } from '@stadtfunk/kernel';
import type { SuppressionAsked } from './suppression.ts';

/** What is forgotten on a shelf is no alarm system any more. */
export const LONGEST_SHELF_MS = 30 * DAY_MS;

/** `problem`: what is raised of the same subject and rule meanwhile is shelved too; `alert`: this one alone. */
export const SHELF_SCOPES = ['problem', 'alert'] as const;
export type ShelfScope = (typeof SHELF_SCOPES)[number];

export interface NewShelf extends SuppressionAsked {
  readonly alertId: string;
  readonly scope: ShelfScope;
  /** UTC ms. */
  readonly until: number;
  readonly at: number;
}

/** The same for many alerts, each once. */
export interface ShelfOfMany extends Omit<NewShelf, 'alertId'> {
  readonly alertIds: readonly string[];
}

/** An alert that somebody has put aside for a while: who, why and until when. It stays on record when it is over. */
export interface Shelf {
  readonly shelfId: string;
  readonly alertId: string;
  readonly subject: string;
  readonly ruleId: string;
  readonly scope: ShelfScope;
  readonly since: number;
  readonly until: number;
  readonly reason: string;
  readonly shelvedBy: string;
  /** When somebody ended it before its time; null: nobody. */
  readonly endedAt: number | null;
  readonly endedBy: string | null;
}

export function checkShelf({ until, at }: Pick<NewShelf, 'until' | 'at'>): Result<null> {
  if (until <= at) return fail('shelf.endsInPast', 'a shelf ends in the future');
  if (until - at > LONGEST_SHELF_MS) return fail('shelf.tooLong', 'an alert is shelved for 30 days at most');
  return ok(null);
}

/** When a shelf ends or has ended. */
export function shelfEnd({ until, endedAt }: Shelf): number {
  return Math.min(until, endedAt ?? Infinity);
}

/** Whether a shelf covers an alert, at a moment. */
export function isShelved(
  shelf: Shelf,
  alert: { readonly alertId: string; readonly subject: string; readonly ruleId: string },
  time: number,
): boolean {
  const isOf =
    shelf.scope === 'alert'
      ? shelf.alertId === alert.alertId
      : shelf.subject === alert.subject && shelf.ruleId === alert.ruleId;
  return isOf && time >= shelf.since && time < shelfEnd(shelf);
}
