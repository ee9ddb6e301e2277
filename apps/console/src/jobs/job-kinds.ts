/** What people ask for. */
export const KINDS = ['repair', 'inspection', 'cleaning', 'emptying'] as const;

/** All that have a name: those, and what the rules that come along ask for. A city's own rules may name others. */
const NAMED = [...KINDS, 'battery', 'fireCheck'] as const;

/** The text that names a kind of work; undefined: it has none, and is called as its rule calls it. */
export function kindText(kind: string): (typeof NAMED)[number] | undefined {
  return NAMED.find((named) => named === kind);
}
