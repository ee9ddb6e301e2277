import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

const DUE = Date.UTC(2026, 10, 21, 2, 10);

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const list = async () => (await harness.call('GET', '/api/v1/schedules')).body;

it('The API lists what recurs before it was ever run', async () => {
  expect(await list()).toEqual({
    items: [
      {
        name: 'nightly',
        recurrence: 'every day at 03:10',
        zone: 'Europe/Berlin',
        nextDueAt: '2026-11-22T02:10:00.000Z',
        lastRunAt: null,
        lastError: null,
        attempts: 0,
        retryAt: null,
        running: false,
      },
    ],
    next: null,
  });
});

it('The API shows how scheduled work went, and when it is due again', async () => {
  const { scheduleRecords: records } = harness.city;
  const run = { name: 'nightly', dueAt: DUE };
  await records.add({ name: 'nightly', dueAt: DUE - 1 });
  await records.takeUp({ name: 'nightly', dueAt: DUE - 1 }, DUE);
  await records.claim(run, 'somebody', 60_000);
  expect((await list()).items).toMatchObject([{ nextDueAt: '2026-11-21T02:10:00.000Z', running: true }]);

  await records.fail(run, 'somebody', { at: DUE + 1_000, error: 'the disk is full', retryAt: DUE + 9_000 });
  expect((await list()).items).toMatchObject([
    {
      nextDueAt: '2026-11-21T02:10:00.000Z',
      lastRunAt: '2026-11-21T02:10:01.000Z',
      lastError: 'the disk is full',
      attempts: 1,
      retryAt: '2026-11-21T02:10:09.000Z',
      running: false,
    },
  ]);

  await records.claim(run, 'somebody', 60_000);
  await records.complete(run, 'somebody', DUE + 9_500);
  expect((await list()).items).toMatchObject([
    {
      nextDueAt: '2026-11-22T02:10:00.000Z',
      lastRunAt: '2026-11-21T02:10:09.500Z',
      lastError: null,
      attempts: 0,
      retryAt: null,
    },
  ]);
});
