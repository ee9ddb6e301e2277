import { useQuery } from '@tanstack/react-query';
import { callAll } from '../api/client.ts';
import type { Text } from '../api/types.ts';
import { usePick } from '../i18n/texts.ts';

interface NamedRule {
  readonly ruleId: string;
  readonly title: Text;
}

export function useRules(): readonly NamedRule[] {
  const { data } = useQuery({
    queryKey: ['rules', 'titles'],
    queryFn: ({ signal }) => callAll<NamedRule>('/rules', 1000, { signal }),
    staleTime: 5 * 60_000,
  });
  return data ?? [];
}

/** What a rule is called; its id while that is not known. */
export function useRuleTitle(): (ruleId: string) => string {
  const rules = useRules();
  const pick = usePick();
  return (ruleId) => {
    const rule = rules.find((candidate) => candidate.ruleId === ruleId);
    return rule ? pick(rule.title) : ruleId;
  };
}
