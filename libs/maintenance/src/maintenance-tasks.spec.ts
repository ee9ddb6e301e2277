import { DAY_MS } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { expect, it } from 'vitest';
import {
  EscalationRecords,
  type EscalationReach,
  type OverdueJob,
  type OverdueReach,
  type UnacknowledgedAlert,
} from './escalation.ts';
import { maintenanceSchedules, maintenanceTasks } from './maintenance-tasks.ts';
import { checkSchedules } from './schedule.ts';
import { aJob, anAlert } from './testing.ts';

/** Has so many things to do, and notes each batch. */
class Backlog {
  readonly batches: { readonly time: number; readonly done: number }[] = [];
  constructor(private left: number) {}

  readonly work = async (time: number, limit: number): Promise<number> => {
    const done = Math.min(limit, this.left);
    this.left -= done;
    this.batches.push({ time, done });
    return done;
  };
}

/** Alerts that nobody acknowledges and jobs that are overdue, of which no step is due; notes each page. */
class Unacknowledged extends EscalationRecords {
  constructor(
    private readonly backlog: Backlog,
    private readonly late: Backlog,
  ) {
    super();
  }

  override async unacknowledged(_reach: readonly EscalationReach[], now: number, limit: number) {
    const count = await this.backlog.work(now, limit);
    return Array.from({ length: count }, (): UnacknowledgedAlert => {
      return { alert: { ...anAlert('a'), severity: 'critical' }, department: null, toldAt: [] };
    });
  }

  override async tell(): Promise<boolean> {
    throw new Error('nothing is due');
  }

  override async told() {
    return [];
  }

  override async overdue(_reach: readonly OverdueReach[], now: number, limit: number) {
    const count = await this.late.work(now, limit);
    return Array.from({ length: count }, (): OverdueJob => ({ job: { ...aJob('a'), number: 1 }, toldAt: [] }));
  }

  override async tellOverdue(): Promise<boolean> {
    throw new Error('nothing is due');
  }

  override async toldOverdue() {
    return [];
  }
}

const clock = new ManualClock();

function make(aborter = new AbortController(), keepPhotosMs: number | null = 365 * DAY_MS) {
  const photos = new Backlog(60);
  const [overdue, unproven, old] = [new Backlog(450), new Backlog(201), new Backlog(12_000)];
  const [unacknowledged, late] = [new Backlog(350), new Backlog(250)];
  const store = {
    escalateOverdue: overdue.work,
    flagUnproven: (doneBefore: number, _now: number, limit: number) => unproven.work(doneBefore, limit),
  };
  const plan = {
    reach: () => [{ severity: 'critical', afterMs: 0, steps: 1 }] as const,
    due: () => null,
    overdueReach: () => [{ priority: 'normal', afterMs: 0, steps: 1 }] as const,
    overdueDue: () => null,
  };
  const escalation = { plan, records: new Unacknowledged(unacknowledged, late) };
  const [notifications, suppressions, shadowAlerts] = [new Backlog(5_001), new Backlog(7_000), new Backlog(6_000)];
  const tasks = maintenanceTasks({
    store,
    escalation,
    outbox: { purge: old.work },
    notifications: { purge: notifications.work },
    suppressions: { purge: suppressions.work },
    shadowAlerts: { purge: shadowAlerts.work },
    photos: { purge: (endedBefore, _removal, limit) => photos.work(endedBefore, limit) },
    keepPhotosMs,
    clock,
  });
  const run = { dueAt: clock.now(), attempt: 1, signal: aborter.signal };
  return {
    overdue,
    unproven,
    unacknowledged,
    late,
    old,
    notifications,
    suppressions,
    shadowAlerts,
    photos,
    tasks,
    run: (name: keyof typeof tasks) => tasks[name]({ ...run, name }),
  };
}

it('there is a task for each schedule', () => {
  expect(() => checkSchedules(maintenanceSchedules('Europe/Berlin'), make().tasks)).not.toThrow();
});

it('escalation goes on in batches until nothing is left', async () => {
  const { overdue, late, run } = make();

  await run('escalate-overdue');

  expect(overdue.batches).toEqual([200, 200, 50].map((done) => ({ time: clock.now(), done })));
  expect(late.batches).toEqual([200, 50].map((done) => ({ time: clock.now(), done })));
});

it('alerts that nobody acknowledges are looked at in batches, all of them', async () => {
  const { unacknowledged, run } = make();

  await run('escalate-alerts');

  expect(unacknowledged.batches).toEqual([200, 150].map((done) => ({ time: clock.now(), done })));
});

it('jobs that were done a day ago are flagged in batches until nothing is left', async () => {
  const { unproven, run } = make();

  await run('flag-unproven');

  expect(unproven.batches).toEqual([200, 1].map((done) => ({ time: clock.now() - DAY_MS, done })));
});

it('the purge leaves events of thirty days', async () => {
  const { old, run } = make();

  await run('purge-outbox');

  const time = clock.now() - 30 * DAY_MS;
  expect(old.batches).toEqual([5_000, 5_000, 2_000].map((done) => ({ time, done })));
});

it('the purge leaves shadow alerts of a year, what people have said of two, and counts of notifications longer than events', async () => {
  const { notifications, suppressions, shadowAlerts, run } = make();

  await run('purge-outbox');

  const batches = (days: number, ...done: readonly number[]) =>
    done.map((count) => ({ time: clock.now() - days * DAY_MS, done: count }));
  expect(notifications.batches).toEqual(batches(31, 5_000, 1));
  expect(shadowAlerts.batches).toEqual(batches(365, 5_000, 1_000));
  expect(suppressions.batches).toEqual(batches(730, 5_000, 2_000));
});

it('photos are removed a year after the end of their job, or never, as the setting says', async () => {
  const { photos, run } = make();
  await run('purge-photos');
  expect(photos.batches).toEqual([50, 10].map((done) => ({ time: clock.now() - 365 * DAY_MS, done })));

  const forEver = make(new AbortController(), null);
  await forEver.run('purge-photos');
  expect(forEver.photos.batches).toEqual([]);
});

it('tasks do nothing any more when their run was given to somebody else', async () => {
  const aborter = new AbortController();
  const { overdue, unproven, unacknowledged, late, old, notifications, suppressions, shadowAlerts, photos, run } =
    make(aborter);
  aborter.abort();

  await run('escalate-overdue');
  await run('escalate-alerts');
  await run('flag-unproven');
  await run('purge-outbox');
  await run('purge-photos');

  const backlogs = [overdue, unacknowledged, late, unproven, old, notifications, suppressions, shadowAlerts, photos];
  expect(backlogs.flatMap(({ batches }) => batches)).toEqual([]);
});
