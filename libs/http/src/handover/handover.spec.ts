import { fail } from '@stadtfunk/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const PATH = '/api/v1/handover/desk/status';
const GOOD = { authorization: 'Bearer good' };

describe('The status of jobs in other systems', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness({ limits: { failedLogins: 1 } });
  });
  afterEach(() => harness.close());

  const post = (body: unknown, headers: Record<string, string> = GOOD, path = PATH) =>
    harness.call('POST', path, { body, headers, anonymous: true });

  it('is taken to the letter, because its signature is over that', async () => {
    const body = '{ "state" : "6",  "externalId":"ä\\u00e4" }';

    const { status, body: answer } = await post(body, { 'stadtfunk-signature': 't=1,v1=ab' });

    expect([status, answer]).toEqual([200, { outcome: 'changed' }]);
    expect(harness.city.handoverInbox.messages).toEqual([{ body, signature: 't=1,v1=ab' }]);
  });

  it.each([
    ['handover.unknownReference', 404],
    ['handover.replayed', 409],
    ['handover.unreadable', 422],
  ])('is refused with %s as %i', async (code, status) => {
    harness.city.handoverInbox.answer = fail(code, 'because');

    expect(await post({ state: '6' })).toMatchObject({ status, body: { code, detail: 'because' } });
  });

  it('is taken from nobody who does not prove who he is, and guessing ends', async () => {
    expect(await post({ state: '6' }, GOOD, '/api/v1/handover/other/status')).toMatchObject({ status: 404 });
    for (let times = 0; times < 10; times++) {
      expect(await post({ state: '6' }, {})).toMatchObject({ status: 401, body: { code: 'handover.denied' } });
    }

    const { status, headers } = await post({ state: '6' });
    expect([status, headers.get('retry-after')]).toEqual([429, '300']);
  });

  it('is no list, no text and no megabyte', async () => {
    expect((await post('[1]')).status).toBe(400);
    expect((await post('{')).status).toBe(400);
    expect((await post({ note: 'x'.repeat(300_000) })).status).toBe(413);
    expect(harness.city.handoverInbox.messages).toEqual([]);
  });

  it('is listed, with what somebody should look at', async () => {
    const { handoverRecords: records } = harness.city;
    const [a, b] = [
      { target: 'desk', jobId: 'job-a' },
      { target: 'desk', jobId: 'job-b' },
    ];
    await records.open(a, NOON);
    await records.open(b, NOON + 1);
    const stand = { state: '2', priority: null, updatedAt: NOON, revision: 3 };
    await records.noteSent(
      a,
      { ...stand, externalId: 'e1', externalNumber: 'INC1', digest: 'd', jobState: 'open' },
      NOON + 2,
    );
    await records.noteProblem(b, { code: 'handover.gone', detail: 'status 404' }, NOON + 3);
    const list = async (query: string) => (await harness.call('GET', `/api/v1/handovers${query}`)).body.items;

    expect(await list('')).toMatchObject([{ jobId: 'job-b' }, { jobId: 'job-a' }]);
    expect(await list('?job=job-a')).toEqual([
      {
        ...a,
        externalId: 'e1',
        externalNumber: 'INC1',
        externalState: '2',
        externalPriority: null,
        externalUpdatedAt: '2026-11-21T12:00:00.000Z',
        problem: null,
        createdAt: '2026-11-21T12:00:00.000Z',
        changedAt: '2026-11-21T12:00:00.002Z',
      },
    ]);
    expect(await list('?problem=true&target=desk')).toMatchObject([{ problem: { code: 'handover.gone' } }]);
    expect((await harness.call('GET', '/api/v1/handovers', { anonymous: true })).status).toBe(401);
  });
});
