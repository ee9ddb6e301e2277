import { BullWorkQueue, Scheduler } from '@stadtfunk/bullmq';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import type { Schedule, ScheduledTask } from '@stadtfunk/maintenance';
import { PostgresScheduleRecords } from '@stadtfunk/postgres';
import { emptyTables } from '@stadtfunk/postgres/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachQueueServer, type QueueServer } from './each-queue.ts';

const utc = (text: string) => Date.parse(text);
const NIGHTLY: Schedule = { name: 'nightly', recurrence: { every: 'day', hour: 3, minute: 10 }, zone: 'Europe/Berlin' };
const quiet = { warn: () => {} };

onEachQueueServer((name, open) => {
  describe(`scheduled work with the queue on ${name}`, () => {
    let queueServer: QueueServer;
    let records: PostgresScheduleRecords;
    let clock: ManualClock;
    let runs: string[];
    const running: { stop(): Promise<void> }[] = [];

    beforeAll(async () => {
      queueServer = await open();
      records = new PostgresScheduleRecords(queueServer.database);
    });
    beforeEach(async () => {
      await emptyTables(queueServer.database.pool);
      await queueServer.empty();
      [clock, runs] = [new ManualClock(utc('2026-10-24T12:00Z')), []];
    });
    afterEach(stopAll);
    afterAll(() => queueServer.close());

    async function stopAll(): Promise<void> {
      for (const part of running.splice(0).reverse()) await part.stop();
    }

    /** One process of the role `jobs`. */
    async function startProcess(options: { task?: ScheduledTask; works?: boolean } = {}): Promise<void> {
      const queue = new BullWorkQueue(queueServer.connection, quiet, { lockMs: 2_000 });
      const tasks = {
        nightly: async (run: Parameters<ScheduledTask>[0]) => {
          runs.push(new Date(run.dueAt).toISOString().slice(0, 16));
          await options.task?.(run);
        },
      };
      const parts = { schedules: [NIGHTLY], tasks, records, queue, clock, log: quiet };
      const scheduler = new Scheduler(parts, { lookEveryMs: 20, random: () => 1 });
      queue.handle('scheduled', scheduler.handler).handle('notify', async () => {});
      await queue.start();
      running.push(queue);
      if (options.works !== false) await queue.work();
      scheduler.start();
      running.push(scheduler);
    }
    const kept = async () => (await records.list())[0];
    const isSeen = () => eventually('the schedule is kept', kept);
    const isDone = (dueAt: string) =>
      eventually('the run is done', async () => {
        const run = await kept();
        return run?.dueAt === utc(dueAt) && run.doneAt !== null;
      });

    it('is done once for each due time, by one of several processes', async () => {
      for (let count = 0; count < 3; count++) await startProcess();
      await isSeen();

      for (const dueAt of ['2026-10-25T02:10Z', '2026-10-26T02:10Z', '2026-10-27T02:10Z']) {
        clock.set(utc(dueAt));
        await isDone(dueAt);
      }

      expect(runs).toEqual(['2026-10-25T02:10', '2026-10-26T02:10', '2026-10-27T02:10']);
    });

    it('is derived again after the queue lost everything and all processes were away for days', async () => {
      await startProcess({ works: false });
      await isSeen();
      clock.set(utc('2026-10-25T02:10Z'));
      await eventually('it is in the queue', async () => (await queueServer.workIds()).length === 1);
      await stopAll();
      await queueServer.empty();
      clock.set(utc('2026-10-28T12:00Z'));

      await startProcess();
      await isDone('2026-10-28T02:10Z');

      expect(runs).toEqual(['2026-10-28T02:10']);
    });

    it('is tried again after a failure, which can be seen', async () => {
      let isFailing = true;
      await startProcess({
        task: async () => {
          if (isFailing) throw new Error('the disk is full');
        },
      });
      await isSeen();
      clock.set(utc('2026-10-25T02:10Z'));
      const failed = await eventually('the failure is kept', async () => {
        const run = await kept();
        return run?.attempts === 1 && run;
      });
      expect(failed).toMatchObject({ lastError: 'the disk is full', doneAt: null, retryAt: clock.now() + 5_000 });

      isFailing = false;
      clock.advance(5_000);
      await isDone('2026-10-25T02:10Z');

      expect(runs).toHaveLength(2);
      expect(await kept()).toMatchObject({ attempts: 0, lastError: null });
    });
  });
});
