import { idFrom } from '@stadtfunk/kernel';
import type { Job, JobEvent, JobState } from '@stadtfunk/maintenance';
import { aJob, anAlert, plainKeyFigures, type JobStory } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresKeyFigures } from './postgres-key-figures.ts';
import { alerts, assets, jobAlerts, jobHistory } from './schema.ts';
import { onEachDatabase } from './testing/each-database.ts';
import { putJob } from './testing/put-job.ts';

const HOUR = 3_600_000;
/** Half an hour before the month and the clocks of Berlin change. */
const START = Date.UTC(2026, 9, 31, 22, 30);
const ZONE = 'Europe/Berlin';

/** A city's jobs of three months, by a row of numbers that is always the same. */
function stories(): JobStory[] {
  let seed = 17;
  const below = (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const pick = <T>(items: readonly T[]) => items[below(items.length)]!;
  return Array.from({ length: 300 }, (_, index): JobStory => {
    const createdAt = START + below(80 * 24) * HOUR;
    const state = pick<JobState>(['open', 'assigned', 'done', 'done', 'verified', 'verified', 'cancelled']);
    const isClosed = ['done', 'verified', 'cancelled'].includes(state);
    const assetIndex = below(40);
    const job: Job = {
      ...aJob(`job-${index}`, { kind: pick(['empty', 'repair']), department: pick(['waste', 'lighting']) }),
      ...{ number: index + 1, state, createdAt, assetId: assetIndex === 0 ? null : `asset-${assetIndex}` },
      dueAt: below(5) === 0 ? null : createdAt + below(100) * HOUR,
      closedAt: isClosed ? createdAt + below(120) * HOUR + below(1_000) : null,
    };
    const event = (action: JobEvent['action'], actor: string, from: JobState): JobEvent => {
      return { at: createdAt + below(40) * HOUR, actor, action, from, to: 'assigned', note: null };
    };
    const history = [
      event('comment', 'Anna Weber', 'open'),
      ...(below(2) ? [event('assign', 'Anna Weber', 'open')] : []),
      ...(below(3) ? [] : [event('cancel', 'rule:x', 'open')]),
      ...(below(3) ? [] : [event('start', 'Bernd Kraus', 'open')]),
      ...(below(8) ? [] : [event('relapse', 'rule:x', pick(['done', 'open'] as const))]),
    ];
    const acknowledgedAt = below(4) ? [] : [createdAt + (below(10) - 2) * HOUR];
    const district = job.assetId === null || assetIndex % 4 === 0 ? null : `District ${assetIndex % 4}`;
    return { job, history, acknowledgedAt, district };
  });
}

async function write(database: Database, all: readonly JobStory[]): Promise<void> {
  const { drizzle } = database;
  const location = { type: 'Point', coordinates: [8.9, 50.1] };
  const places = new Map(all.flatMap(({ job, district }) => (job.assetId ? [[job.assetId, district] as const] : [])));
  await drizzle
    .insert(assets)
    .values([...places].map(([assetId, district]) => ({ assetId, type: 'WasteContainer', location, district })));
  for (const { job, history, acknowledgedAt } of all) {
    const { number: _number, ...unnumbered } = job;
    await putJob(database, unnumbered);
    await drizzle.insert(jobHistory).values(
      history.map(({ at, from, to, action, actor }) => {
        return { jobId: job.jobId, at: new Date(at), actor, action, fromState: from, toState: to };
      }),
    );
    for (const at of acknowledgedAt) {
      const { alertId, ruleId, ruleVersion, severity, title, raisedBy } = anAlert(job.jobId);
      const about = { ruleId, ruleVersion, severity, title, raisedBy, subject: job.jobId, deviceId: 'x' };
      await drizzle
        .insert(alerts)
        .values({ alertId, ...about, raisedAt: new Date(job.createdAt), acknowledgedAt: new Date(at) });
      await drizzle.insert(jobAlerts).values({ jobId: job.jobId, alertId });
    }
  }
}

onEachDatabase((name, open) => {
  describe(`PostgresKeyFigures on ${name}`, () => {
    let database: Database;
    const all = stories();
    const query = { from: START, to: START + 60 * 24 * HOUR, zone: ZONE, now: START + 70 * 24 * HOUR } as const;

    beforeAll(async () => {
      database = await open();
      await write(database, all);
    });
    afterAll(() => database.close());

    it('counts as one does who goes through all jobs one after the other', async () => {
      const figures = new PostgresKeyFigures(database);
      for (const by of ['department', 'district'] as const) {
        const expected = plainKeyFigures(all, { ...query, by });
        expect(await figures.list({ ...query, by })).toEqual(expected);
        // The comparison is worth something: every figure has something to count.
        expect(expected.length).toBeGreaterThan(4);
        const sum = (figure: (row: (typeof expected)[number]) => number) =>
          expected.reduce((total, row) => total + figure(row), 0);
        expect(sum(({ repeated }) => repeated)).toBeGreaterThan(10);
        expect(sum(({ due, keptInTime }) => due - keptInTime)).toBeGreaterThan(10);
        expect(sum(({ acknowledge }) => acknowledge.count)).toBeGreaterThan(50);
      }
    });

    it('knows nothing of months without jobs', async () => {
      const figures = new PostgresKeyFigures(database);
      expect(await figures.list({ ...query, by: 'district', from: 0, to: 1 })).toEqual([]);
    });

    it('has months begin on the clocks of the city', async () => {
      const opened = idFrom('job', 'new-year');
      await putJob(database, { ...aJob('new-year'), jobId: opened, createdAt: Date.UTC(2027, 11, 31, 23, 30) });
      const year = { from: Date.UTC(2027, 11, 1), to: Date.UTC(2028, 1, 1), by: 'department', now: 0 } as const;
      const [figure] = await new PostgresKeyFigures(database).list({ ...year, zone: ZONE });
      expect(figure).toEqual({
        ...{ group: 'waste', month: '2028-01', jobs: 1, cancelled: 0, repeated: 0, due: 0, keptInTime: 0 },
        acknowledge: { count: 0, medianMs: null, p90Ms: null },
        repair: { count: 0, medianMs: null, p90Ms: null },
      });
    });
  });
});
