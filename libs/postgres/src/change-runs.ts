import type { AlertChange } from '@stadtfunk/maintenance';

/** What a device brings about does not concern another. Within a round each device has one change, and those of a type go together. */
const ORDER_WITHIN_ROUND: readonly AlertChange['type'][] = ['raise', 'worsen', 'clear'];

/**
 * Divides changes into runs of one type that can be written together, with the changes of each device in their order: after an
 * outage there are thousands, and a few statements for all of them cost what they would cost for one.
 * @param mostChanges of a run
 */
export function runsOf(changes: readonly AlertChange[], mostChanges: number): readonly (readonly AlertChange[])[] {
  const deviceOf = new Map<string, string>();
  for (const change of changes) if (change.type !== 'worsen') deviceOf.set(change.alertId, change.deviceId);
  // An alert that only rises was raised before and goes on: nothing else here is about it.
  return roundsOf(changes, ({ alertId }) => deviceOf.get(alertId) ?? alertId).flatMap((round) =>
    ORDER_WITHIN_ROUND.flatMap((type) =>
      inParts(
        round.filter((change) => change.type === type),
        mostChanges,
      ),
    ),
  );
}

/** Divides into rounds in each of which every key has one item at the most; the items of a key keep their order. */
export function roundsOf<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const rounds: T[][] = [];
  const seen = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    const round = seen.get(key) ?? 0;
    seen.set(key, round + 1);
    (rounds[round] ??= []).push(item);
  }
  return rounds;
}

function inParts<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += most) parts.push(items.slice(from, from + most));
  return parts;
}
