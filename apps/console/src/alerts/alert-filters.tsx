import type { ReactElement } from 'react';
import { useDepartments } from '../api/departments.ts';
import type { AlertCounts } from '../api/types.ts';
import { usePick, useTexts } from '../i18n/texts.ts';
import { type Filter, FilterBar } from '../ui/filter-bar.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { ALERT_TEXTS } from './texts.ts';
import { useRuleTitle } from './rule-titles.ts';

/** Choices with how many alerts each would give. */
export function AlertFilters({ counts }: { readonly counts: AlertCounts | undefined }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const ruleTitle = useRuleTitle();
  const { data: departments = [] } = useDepartments();
  const [rule] = useUrlParam('rule');
  const [district] = useUrlParam('district');
  const types = ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'] as const;
  const typeCounts = new Map(counts?.types.map(({ type, open }) => [type, open]));
  const counted = (label: string, count: number | undefined) => `${label}${counts ? ` (${count ?? 0})` : ''}`;
  const filters: readonly Filter[] = [
    { kind: 'text', name: 'text', label: t.text, placeholder: t.textHint },
    {
      kind: 'choice',
      name: 'department',
      label: t.department,
      options: departments.map(({ departmentId, name }) => ({ value: departmentId, label: pick(name) })),
    },
    {
      kind: 'choice',
      name: 'type',
      label: t.type,
      options: types.map((type) => ({ value: type, label: counted(t[type], typeCounts.get(type)) })),
    },
    {
      kind: 'choice',
      name: 'district',
      label: t.district,
      options: withChosen(
        counts?.districts.map((one) => ({ value: one.district, label: counted(one.district, one.open) })),
        district,
        (name) => name,
      ),
    },
    {
      kind: 'choice',
      name: 'rule',
      label: t.rule,
      options: withChosen(
        counts?.rules.map(({ ruleId, open }) => ({ value: ruleId, label: counted(ruleTitle(ruleId), open) })),
        rule,
        ruleTitle,
      ),
    },
    {
      kind: 'choice',
      name: 'since',
      label: t.since,
      options: [
        { value: 'hour', label: t.sinceHour },
        { value: 'day', label: t.sinceDay },
        { value: 'week', label: t.sinceWeek },
      ],
    },
  ];
  return <FilterBar filters={filters} />;
}

type Option = { readonly value: string; readonly label: string };

/** By name; what is chosen stays a choice also when nothing fits it any more. */
function withChosen(
  options: readonly Option[] = [],
  chosen: string | null,
  nameOf: (value: string) => string,
): Option[] {
  const isKnown = chosen === null || options.some(({ value }) => value === chosen);
  const all = isKnown ? options : [...options, { value: chosen, label: nameOf(chosen) }];
  return all.toSorted((a, b) => a.label.localeCompare(b.label));
}
