import { afterEach, expect, it, vi } from 'vitest';
import { type AlertStep, StepStopped, takeStep } from './alert-steps.ts';

const IDS = Array.from({ length: 1_200 }, (_, index) => `a${index}`);
const ACKNOWLEDGE: AlertStep = { kind: 'acknowledge' };

/** A server that answers so many requests, and then is away. */
function answering(requests: number): string[][] {
  const asked: string[][] = [];
  vi.stubGlobal('fetch', async (_path: string, { body }: RequestInit) => {
    const { alertIds } = JSON.parse(body as string) as { alertIds: string[] };
    asked.push(alertIds);
    if (asked.length > requests) throw new TypeError('Failed to fetch');
    const items = alertIds.map((alertId) => ({ alertId, outcome: 'done', code: null, alert: null }));
    return new Response(JSON.stringify({ items }), { headers: { 'content-type': 'application/json' } });
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

it('takes a step for more alerts than one request may name', async () => {
  const asked = answering(3);
  const { outcomes, stopped } = await takeStep(ACKNOWLEDGE, IDS);
  expect(asked.map(({ length }) => length)).toEqual([500, 500, 200]);
  expect([outcomes.length, stopped]).toEqual([1_200, null]);
});

it('says what was done and what was not where it breaks off in the middle', async () => {
  const asked = answering(1);
  const { outcomes, stopped } = await takeStep(ACKNOWLEDGE, IDS);
  expect(outcomes.map(({ alertId }) => alertId)).toEqual(IDS.slice(0, 500));
  expect(stopped).toBeInstanceOf(StepStopped);
  expect(stopped).toMatchObject({ told: 500, left: 700, cause: { status: 0 } });
  expect(asked).toHaveLength(2);
});

it('rejects where it was taken for none', async () => {
  answering(0);
  await expect(takeStep(ACKNOWLEDGE, IDS)).rejects.toMatchObject({ status: 0 });
});
