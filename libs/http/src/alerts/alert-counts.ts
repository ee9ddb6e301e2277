import { type AlertSelection, type AlertTally, SEVERITIES } from '@stadtfunk/maintenance';

/** The filters that counts are given by. */
const FACETS = {
  severities: ({ severity }: AlertTally) => severity,
  states: ({ state }: AlertTally) => state,
  ruleId: ({ ruleId }: AlertTally) => ruleId,
  assetType: ({ assetType }: AlertTally) => assetType,
  district: ({ district }: AlertTally) => district,
} as const;
type Facet = keyof typeof FACETS;

/** The selection without what is counted by, so that one question answers for all. */
export function withoutFacets(selection: AlertSelection): AlertSelection {
  const { severities: _s, states: _t, ruleId: _r, assetType: _a, district: _d, ...rest } = selection;
  return rest;
}

/** @param tallies of `withoutFacets(selection)` */
export function countsOf(tallies: readonly AlertTally[], selection: AlertSelection) {
  const fits = (tally: AlertTally, facet: Facet) => {
    const wanted = selection[facet];
    return wanted === undefined || [wanted].flat().some((value) => value === FACETS[facet](tally));
  };
  const sum = (some: readonly AlertTally[]) => some.reduce((total, { count }) => total + count, 0);
  const fitting = (...free: readonly Facet[]) => {
    const bound = (Object.keys(FACETS) as Facet[]).filter((facet) => !free.includes(facet));
    return tallies.filter((tally) => bound.every((facet) => fits(tally, facet)));
  };
  const by = <T>(some: readonly AlertTally[], keyOf: (tally: AlertTally) => T | null) => {
    const counts = new Map<T, number>();
    for (const tally of some) {
      const key = keyOf(tally);
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + tally.count);
    }
    return [...counts];
  };
  const ofSeverity = fitting('severities');
  const seen = new Map(by(fitting('states'), FACETS.states));
  const stateCount = (state: AlertTally['state']) => seen.get(state) ?? 0;
  return {
    open: sum(fitting()),
    severities: Object.fromEntries(
      SEVERITIES.map((severity) => {
        const those = ofSeverity.filter((tally) => tally.severity === severity);
        const unseen = those.filter(({ state }) => state === 'unacknowledged');
        return [severity, { open: sum(those), unacknowledged: sum(unseen) }] as const;
      }),
    ) as Record<AlertTally['severity'], { open: number; unacknowledged: number }>,
    states: {
      unacknowledged: stateCount('unacknowledged'),
      acknowledged: stateCount('acknowledged'),
      shelved: stateCount('shelved'),
      suppressed: stateCount('suppressed'),
    },
    rules: by(fitting('ruleId'), FACETS.ruleId).map(([ruleId, open]) => ({ ruleId, open })),
    types: by(fitting('assetType'), FACETS.assetType).map(([type, open]) => ({ type, open })),
    districts: by(fitting('district'), FACETS.district).map(([district, open]) => ({ district, open })),
  };
}
