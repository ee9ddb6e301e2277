import { afterEach, beforeEach, expect, describe, it } from 'vitest';
import { aJob } from '../testing/city.ts';
import { type Harness, startHarness, TOKEN } from '../testing/harness.ts';

const OPENED = Date.UTC(2026, 10, 21, 11);
const HOUR = 3_600_000;
const MONTH = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z';

describe('Key figures', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    harness.city.clock.set(OPENED + 100 * HOUR);
    for (const [index, closedAt] of [OPENED + HOUR, OPENED + 3 * HOUR, null].entries()) {
      const state = closedAt === null ? 'open' : 'done';
      const about = { createdAt: OPENED, dueAt: OPENED + 2 * HOUR, assetId: `bin-${index}`, alertIds: [] };
      const job = aJob(`job-${index}`, { ...about, state, closedAt });
      const event = { at: OPENED + HOUR / 2, actor: 'Anna Weber', action: 'start', from: 'open', note: null } as const;
      harness.city.maintenanceStore.putJob(job, { ...event, to: 'inProgress' });
    }
  });
  afterEach(() => harness.close());

  it('tell how jobs fared, in seconds', async () => {
    const { body } = await harness.call('GET', `/api/v1/key-figures?${MONTH}`);
    expect(body).toEqual({
      items: [
        {
          ...{ group: 'waste', month: '2026-11', jobs: 3, cancelled: 0, repeated: 0, due: 3, keptInTime: 1 },
          acknowledge: { count: 3, median: 1_800, p90: 1_800 },
          repair: { count: 2, median: 7_200, p90: 10_080 },
        },
      ],
      next: null,
    });
    const byDistrict = await harness.call('GET', `/api/v1/key-figures?${MONTH}&by=district`);
    expect(byDistrict.body).toMatchObject({ items: [{ group: null, jobs: 3 }] });
  });

  it('are a table for a spreadsheet, in hours', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await fetch(`${harness.url}/api/v1/key-figures.csv?${MONTH}`, { headers });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="key-figures-by-department.csv"');
    expect((await answer.text()).split('\r\n')[1]).toBe('2026-11;waste;3;0;3;0,5;0,5;2;2;2,8;0;3;1;33,3');
  });

  it('are of departments and districts, and never of persons', async () => {
    expect((await harness.call('GET', `/api/v1/key-figures?${MONTH}&by=assignee`)).body).toMatchObject({
      code: 'request.invalid',
    });
    expect(JSON.stringify((await harness.call('GET', `/api/v1/key-figures?${MONTH}`)).body)).not.toContain('Anna');
  });

  it('need a period that has an end', async () => {
    const swapped = 'from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z';
    expect((await harness.call('GET', `/api/v1/key-figures?${swapped}`)).body).toMatchObject({
      ...{ status: 422, code: 'period.invalid' },
    });
  });
});
