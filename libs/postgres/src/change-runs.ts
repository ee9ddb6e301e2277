import type { AlertChange } from '@stadtfunk/maintenance';

/** Within a round there is one change about each thing, and those of a type go together. */
const ORDER_WITHIN_ROUND: readonly AlertChange['type'][] = ['raise', 'worsen', 'clear'];

/**
 * Divides changes into runs of one type that can be written together: after an outage there are thousands, and a few statements for
 * all of them cost what they would cost for one. What concerns the same alert, device or subject stays in its order.
 * @param mostChanges of a run
 */
export function runsOf(changes: readonly AlertChange[], mostChanges: number): readonly (readonly AlertChange[])[] {
  const concerns = new Connections();
  for (const change of changes) {
    const { alertId } = change;
    if (change.type !== 'worsen') concerns.connect(alertId, `device ${change.deviceId}`);
    if (change.type === 'raise') concerns.connect(alertId, `subject ${change.subject}`);
  }
  return roundsOf(changes, ({ alertId }) => concerns.of(alertId)).flatMap((round) =>
    ORDER_WITHIN_ROUND.flatMap((type) =>
      inParts(
        round.filter((change) => change.type === type),
        mostChanges,
      ),
    ),
  );
}

/** What is connected with each other, by one member that stands for all (union-find). */
class Connections {
  readonly #nextOf = new Map<string, string>();

  of(member: string): string {
    let found = member;
    for (let next = this.#nextOf.get(found); next !== undefined; next = this.#nextOf.get(found)) found = next;
    if (found !== member) this.#nextOf.set(member, found);
    return found;
  }

  connect(one: string, other: string): void {
    const [from, to] = [this.of(one), this.of(other)];
    if (from !== to) this.#nextOf.set(from, to);
  }
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
