import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { AlertEntry, AlertOutcomes } from '../api/types.ts';
import type { AlertFeed } from './feed-pages.ts';

/** As many as the API takes in one request. */
const MOST_AT_ONCE = 500;

export type AlertStep =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'shelve'; readonly until: string; readonly reason: string; readonly scope: 'problem' | 'alert' }
  | { readonly kind: 'assign'; readonly assignee: string };

export type Outcome = AlertOutcomes['items'][number];

/** Takes a step for alerts; the answer says of each what became of it. */
export function useAlertStep(): UseMutationResult<
  readonly Outcome[],
  unknown,
  { readonly step: AlertStep; readonly alertIds: readonly string[] }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ step: { kind, ...said }, alertIds }) => {
      const outcomes: Outcome[] = [];
      for (let start = 0; start < alertIds.length; start += MOST_AT_ONCE) {
        const body = { ...said, alertIds: alertIds.slice(start, start + MOST_AT_ONCE) };
        outcomes.push(...(await call<AlertOutcomes>('POST', `/alerts/${kind}`, body)).items);
      }
      return outcomes;
    },
    onSuccess: (outcomes) => {
      // At once; the events that follow say the same, and which of them belong to the list still.
      const told = new Map(outcomes.flatMap(({ alert }) => (alert ? [[alert.alertId, alert] as const] : [])));
      // What is not shown is read again when it is, and must not look new until then.
      const shown = { queryKey: ['alerts', 'feed'], type: 'active' } as const;
      client.setQueriesData<AlertFeed>(shown, (feed) => feed && withChanges(feed, told));
      for (const alertId of told.keys()) void client.invalidateQueries({ queryKey: ['alertContext', alertId] });
    },
  });
}

function withChanges(feed: AlertFeed, told: ReadonlyMap<string, AlertEntry>): AlertFeed {
  return { ...feed, alerts: feed.alerts.map((entry) => told.get(entry.alertId) ?? entry) };
}
