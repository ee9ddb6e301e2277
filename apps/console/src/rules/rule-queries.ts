import type {
  BacktestReport,
  BacktestsRunning,
  ExampleOutcome,
  Page,
  RuleCheck,
  RuleDetail,
  RuleList,
  RuleVersion,
  RuleVersionHead,
  ShadowAlert,
} from '@stadtfunk/http';
import { keepPreviousData, useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { Alert } from '../api/types.ts';

/** No event tells of rules; what they did lately changes all the time. */
const EVERY_MS = 20_000;
const PAGE = 50;

export const ruleKeys = {
  all: ['rules'] as const,
  list: ['rules', 'list'] as const,
  one: (ruleId: string) => ['rules', 'one', ruleId] as const,
};

const pathOf = (ruleId: string) => `/rules/${encodeURIComponent(ruleId)}`;

export function useRules(): UseQueryResult<RuleList> {
  return useQuery({
    queryKey: ruleKeys.list,
    queryFn: ({ signal }) => call<RuleList>('GET', '/rules', undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
}

export function useRule(ruleId: string, isWanted = true): UseQueryResult<RuleDetail> {
  return useQuery({
    enabled: isWanted,
    queryKey: ruleKeys.one(ruleId),
    queryFn: ({ signal }) => call<RuleDetail>('GET', pathOf(ruleId), undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
}

export function useRuleHistory(ruleId: string) {
  return useInfiniteQuery({
    queryKey: [...ruleKeys.one(ruleId), 'history'],
    queryFn: ({ pageParam, signal }) => {
      const after = pageParam === '' ? '' : `&after=${pageParam}`;
      const path = `${pathOf(ruleId)}/versions?limit=${PAGE}${after}`;
      return call<Page<RuleVersionHead>>('GET', path, undefined, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

/** A saved version never changes. */
export function useRuleVersion(ruleId: string, number: number | null): UseQueryResult<RuleVersion> {
  return useQuery({
    queryKey: [...ruleKeys.one(ruleId), 'version', number],
    queryFn: ({ signal }) => call<RuleVersion>('GET', `${pathOf(ruleId)}/versions/${number}`, undefined, { signal }),
    enabled: number !== null && number > 0,
    staleTime: Infinity,
  });
}

/** What is wrong with a text; what was wrong before stays in sight until that is known. */
export function useRuleCheck(yaml: string): UseQueryResult<RuleCheck> {
  return useQuery({
    queryKey: ['rule-check', yaml],
    queryFn: ({ signal }) => call<RuleCheck>('POST', '/rules/check', { yaml }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
}

export interface ExamplesRun {
  readonly problems: RuleCheck['problems'];
  readonly examples: readonly ExampleOutcome[];
}

export function runExamples(yaml: string): Promise<ExamplesRun> {
  return call<ExamplesRun>('POST', '/rules/examples', { yaml });
}

export interface BacktestBody {
  readonly rules: string;
  readonly from: string;
  readonly to: string;
  readonly type?: string;
  readonly district?: string;
}

/** Ends on the server when it is given up here. */
export function runBacktest(body: BacktestBody, signal: AbortSignal): Promise<BacktestReport> {
  return call<BacktestReport>('POST', '/rules/backtest', { ...body, alerts: 500 }, { signal });
}

export function useRunningBacktests(isRunning: boolean): UseQueryResult<BacktestsRunning> {
  return useQuery({
    queryKey: ['rule-backtests'],
    queryFn: ({ signal }) => call<BacktestsRunning>('GET', '/rules/backtest', undefined, { signal }),
    enabled: isRunning,
    refetchInterval: 1_000,
    staleTime: 0,
    gcTime: 0,
  });
}

export type SavedState = 'draft' | 'shadow' | 'live';

export interface Saving {
  readonly ruleId: string;
  readonly state: SavedState | 'retired';
  readonly reason: string;
  readonly expected: number;
  readonly yaml?: string;
}

export function saveRule({ ruleId, ...body }: Saving): Promise<RuleVersion> {
  return call<RuleVersion>('POST', `${pathOf(ruleId)}/versions`, body);
}

export interface Restoring {
  readonly ruleId: string;
  /** 0: what the rule files say. */
  readonly number: number;
  readonly reason: string;
  readonly expected: number;
}

export function restoreRule({ ruleId, ...body }: Restoring): Promise<RuleVersion> {
  return call<RuleVersion>('POST', `${pathOf(ruleId)}/restore`, body);
}

/** The latest that a rule has raised, and in shadow mode would have. */
export function useRaised<Kind extends 'alerts' | 'shadow-alerts'>(kind: Kind, ruleId: string) {
  type Raised = Kind extends 'alerts' ? Alert : ShadowAlert;
  return useQuery({
    // Alerts are read again when one of them changes.
    queryKey: [kind, 'list', { rule: ruleId, limit: PAGE }],
    queryFn: ({ signal }) =>
      call<Page<Raised>>('GET', `/${kind}?rule=${encodeURIComponent(ruleId)}&limit=${PAGE}`, undefined, { signal }),
    refetchInterval: EVERY_MS,
  });
}
