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

/** A step that broke off in the middle: what went wrong is the cause. */
export class StepStopped extends Error {
  constructor(
    /** Of those alerts the server has said what became of them. */
    readonly told: number,
    /** Of those it has not. */
    readonly left: number,
    cause: unknown,
  ) {
    super('the step was not taken for all', { cause });
  }
}

export interface StepReport {
  readonly outcomes: readonly Outcome[];
  /** Null: all were asked about and answered. */
  readonly stopped: StepStopped | null;
}

/** Takes a step for alerts, some hundreds at a time. Rejects only where it did so for none. */
export async function takeStep({ kind, ...said }: AlertStep, alertIds: readonly string[]): Promise<StepReport> {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < alertIds.length; start += MOST_AT_ONCE) {
    const body = { ...said, alertIds: alertIds.slice(start, start + MOST_AT_ONCE) };
    try {
      outcomes.push(...(await call<AlertOutcomes>('POST', `/alerts/${kind}`, body)).items);
    } catch (thrown) {
      if (start === 0) throw thrown;
      return { outcomes, stopped: new StepStopped(start, alertIds.length - start, thrown) };
    }
  }
  return { outcomes, stopped: null };
}

/** Takes a step for alerts; the answer says of each what became of it. */
export function useAlertStep(): UseMutationResult<
  StepReport,
  unknown,
  { readonly step: AlertStep; readonly alertIds: readonly string[] }
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ step, alertIds }) => takeStep(step, alertIds),
    onSuccess: ({ outcomes }) => {
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
