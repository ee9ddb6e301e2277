import type {
  AlertEntry,
  MaintenanceWindow,
  Shelf,
  SuppressionFilter,
  SuppressionRefusal,
} from '@stadtfunk/maintenance';
import type { z } from 'zod';
import { toAlertEntryBody } from '../alerts/alert-mapping.ts';
import { Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import type { listShelves } from './suppression.schema.ts';

export function toSuppressionFilter(
  { current = false, ...page }: z.output<(typeof listShelves)['query']>,
  now: number,
): SuppressionFilter {
  return { ...page, ...(current && { endingAfter: now }) };
}

/** @param entry the alert; undefined: it is not kept any more */
export function toShelfBody(shelf: Shelf, entry: AlertEntry | undefined) {
  const { since, until, endedAt, ...same } = shelf;
  const alert = entry ? toAlertEntryBody(entry) : null;
  return { ...same, since: isoOf(since), until: isoOf(until), endedAt: isoOrNull(endedAt), alert };
}

export function toWindowBody(window: MaintenanceWindow) {
  const { scope, startsAt, endsAt, createdAt, endedAt, ...same } = window;
  return {
    ...same,
    ...scope,
    assetIds: scope.assetIds && [...scope.assetIds],
    startsAt: isoOf(startsAt),
    endsAt: isoOf(endsAt),
    createdAt: isoOf(createdAt),
    endedAt: isoOrNull(endedAt),
  };
}

const STATUS: Readonly<Partial<Record<SuppressionRefusal['code'], number>>> = {
  'alert.unknown': 404,
  'window.unknown': 404,
  'alert.cleared': 409,
  'alert.notShelved': 409,
  'window.tooMany': 409,
};

/** What was asked for, or the problem that it cannot be. */
export function granted<T extends object>(outcome: T | SuppressionRefusal): T {
  if (!isRefusal(outcome)) return outcome;
  throw new Problem(STATUS[outcome.code] ?? 422, outcome.code, outcome.detail);
}

function isRefusal(outcome: object): outcome is SuppressionRefusal {
  return 'code' in outcome && 'detail' in outcome;
}
