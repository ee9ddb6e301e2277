import { Fault } from '@stadtfunk/kernel';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import { WorkQueue, type NewWork, type QueueName, type Schedule, type TaskRun } from '@stadtfunk/maintenance';
import { MemoryScheduleRecords } from '@stadtfunk/maintenance/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';

/** Remembers what is done, forgets what failed, as the real one does; work is done when it is told to. */
class ManualQueue extends WorkQueue {
  readonly waiting = new Map<string, NewWork<QueueName>>();
  readonly #done = new Set<string>();
  isAway = false;

  override async start() {}
  override async work() {}
  override async stop() {}
  override async add<Q extends QueueName>(_queue: Q, work: readonly NewWork<Q>[]) {
    if (this.isAway) throw new Fault('queue.unavailable', 'away', true);
    for (const each of work) if (!this.#done.has(each.workId)) this.waiting.set(each.workId, each);
  }
  /** Gives how each piece of work ended. */
  async doAll(scheduler: Scheduler): Promise<string[]> {
    const ends: string[] = [];
    for (const [workId, { payload }] of [...this.waiting]) {
      this.waiting.delete(workId);
      if (!('task' in payload)) continue;
      try {
        await scheduler.handler({ workId, payload, attempt: 1, isLastAttempt: true });
        this.#done.add(workId);
        ends.push('done');
      } catch (thrown) {
        ends.push(thrown instanceof Fault ? thrown.code : String(thrown));
      }
    }
    return ends;
  }
}

const utc = (text: string) => Date.parse(text);
const NIGHTLY: Schedule = { name: 'nightly', recurrence: { every: 'day', hour: 3, minute: 10 }, zone: 'Europe/Berlin' };
const RETRY_MS = 10_000;

describe('the scheduler', () => {
  let clock: ManualClock;
  let records: MemoryScheduleRecords;
  let queue: ManualQueue;
  let runs: TaskRun[];
  let warnings: string[];
  let task: (run: TaskRun) => Promise<void>;

  beforeEach(() => {
    clock = new ManualClock(utc('2026-11-21T12:00Z'));
    [records, queue, runs, warnings] = [new MemoryScheduleRecords(clock), new ManualQueue(), [], []];
    task = async () => {};
  });

  const make = (options: SchedulerOptions = {}, schedules: readonly Schedule[] = [NIGHTLY]) =>
    new Scheduler(
      {
        schedules,
        tasks: {
          nightly: async (run) => {
            runs.push(run);
            await task(run);
          },
        },
        records,
        queue,
        clock,
        log: { warn: (_fields, message) => warnings.push(message) },
      },
      { random: () => 0, ...options },
    );
  const dues = () => runs.map(({ dueAt }) => new Date(dueAt).toISOString().slice(0, 16));
  const kept = async () => (await records.list())[0];

  it('runs nothing that was due before it was first started', async () => {
    expect(await make().look()).toBe(0);
    expect(await make().look()).toBe(0);
  });

  it('has each due time run once, though several look and look often', async () => {
    const [one, other] = [make(), make()];
    await one.look();
    clock.set(utc('2026-11-22T02:10Z'));

    await Promise.all([one.look(), other.look(), one.look()]);
    expect(await queue.doAll(one)).toEqual(['done']);
    await other.look();
    expect(await queue.doAll(other)).toEqual([]);
    clock.set(utc('2026-11-23T02:10Z'));
    await other.look();
    await queue.doAll(other);

    expect(dues()).toEqual(['2026-11-22T02:10', '2026-11-23T02:10']);
    expect(await kept()).toMatchObject({ doneAt: clock.now(), lastRunAt: clock.now(), lastError: null });
  });

  it('runs once for all that was missed in an outage of its own', async () => {
    await make().look();
    clock.set(utc('2026-12-24T12:00Z'));

    const restarted = make();
    await restarted.look();
    await queue.doAll(restarted);
    await restarted.look();

    expect(dues()).toEqual(['2026-12-24T02:10']);
    expect(queue.waiting.size).toBe(0);
  });

  it('adds again what a queue has lost', async () => {
    const scheduler = make();
    await scheduler.look();
    clock.set(utc('2026-11-22T02:10Z'));
    await scheduler.look();
    queue.waiting.clear();

    await scheduler.look();
    await queue.doAll(scheduler);

    expect(dues()).toEqual(['2026-11-22T02:10']);
  });

  it('tries again what failed after pauses that double, and keeps why', async () => {
    task = () => Promise.reject(new Fault('records.unavailable', 'the server\u0000 is away', true));
    const scheduler = make();
    await scheduler.look();
    clock.set(utc('2026-11-22T02:10Z'));
    await scheduler.look();
    expect(await queue.doAll(scheduler)).toEqual(['records.unavailable']);
    expect(await kept()).toMatchObject({
      attempts: 1,
      lastError: 'records.unavailable: the server is away',
      retryAt: clock.now() + RETRY_MS,
      doneAt: null,
    });

    clock.advance(RETRY_MS - 1);
    expect(await scheduler.look()).toBe(0);
    clock.advance(1);
    await scheduler.look();
    await queue.doAll(scheduler);
    expect(await kept()).toMatchObject({ attempts: 2, retryAt: clock.now() + 2 * RETRY_MS });

    task = async () => {};
    clock.advance(2 * RETRY_MS);
    await scheduler.look();
    await queue.doAll(scheduler);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(await kept()).toMatchObject({ attempts: 0, lastError: null, doneAt: clock.now() });
  });

  it('does not run a task while it runs, and says so', async () => {
    const scheduler = make();
    await scheduler.look();
    clock.set(utc('2026-11-22T02:10Z'));
    await scheduler.look();
    let end: () => void = () => {};
    task = () => new Promise<void>((ended) => (end = ended));
    const [{ payload }] = [...queue.waiting.values()] as [NewWork<'scheduled'>];
    const work = { workId: 'x', payload, attempt: 1, isLastAttempt: true };
    const running = scheduler.handler(work);
    await eventually('it runs', () => runs.length === 1);

    await expect(make().handler(work)).rejects.toMatchObject({ code: 'run.held', retryable: false });
    end();
    await running;

    expect(runs).toHaveLength(1);
    await make().handler(work);
    expect(runs).toHaveLength(1);
  });

  it('gives the run of a process that was paused to another, and tells the first when it wakes', async () => {
    const scheduler = make({ leaseMs: 60 });
    await scheduler.look();
    clock.set(utc('2026-11-22T02:10Z'));
    await scheduler.look();
    const aborted: string[] = [];
    task = ({ signal }) =>
      new Promise((_, failed) => {
        signal.addEventListener('abort', () => {
          aborted.push((signal.reason as Fault).code);
          failed(signal.reason as Fault);
        });
      });
    const [{ payload }] = [...queue.waiting.values()] as [NewWork<'scheduled'>];
    const work = { workId: 'x', payload, attempt: 1, isLastAttempt: true };
    const paused = expect(scheduler.handler(work)).rejects.toMatchObject({ code: 'run.lost' });
    await eventually('it runs', () => runs.length === 1);

    // The lease is over before it could be renewed.
    clock.advance(100);
    task = async () => {};
    await make().handler(work);
    await paused;

    expect(aborted).toEqual(['run.lost']);
    expect(runs).toHaveLength(2);
    expect(await kept()).toMatchObject({ doneAt: clock.now(), lastError: null, attempts: 0 });
  });

  it('counts it as a failure when a process has no such task', async () => {
    const scheduler = make({}, [{ ...NIGHTLY, name: 'another' }]);
    await scheduler.look();
    clock.set(utc('2026-11-22T02:10Z'));
    await scheduler.look();

    expect(await queue.doAll(scheduler)).toEqual(['schedule.taskMissing']);
    expect(await kept()).toMatchObject({ attempts: 1, lastError: expect.stringContaining("'another'") as string });
  });

  it('refuses to start when a schedule has no task', () => {
    expect(() => make({}, [{ ...NIGHTLY, name: 'another' }]).start()).toThrow('no task for another');
  });

  it('looks every second, less often while it cannot, and not when it was stopped', async () => {
    const delays: number[] = [];
    let fire: () => void = () => {};
    const later = (delayMs: number, run: () => void) => {
      delays.push(delayMs);
      fire = run;
      return () => (fire = () => {});
    };
    const scheduler = make({ later, maxPauseMs: 3_000 });
    scheduler.start();
    await eventually('the first look', () => delays.length === 1);
    queue.isAway = true;
    for (const count of [2, 3, 4]) {
      fire();
      await eventually('a look', () => delays.length === count);
    }
    queue.isAway = false;
    fire();
    await eventually('a look', () => delays.length === 5);
    await scheduler.stop();
    fire();

    expect(delays).toEqual([1_000, 2_000, 3_000, 3_000, 1_000]);
    expect(warnings).toEqual(['scheduled work waits: away']);
  });
});
