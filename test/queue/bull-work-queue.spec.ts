import { BullWorkQueue } from '@stadtfunk/bullmq';
import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import type { QueuePolicy, Work } from '@stadtfunk/maintenance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachQueueServer, type QueueServer } from './each-queue.ts';

const FAST: Partial<QueuePolicy> = { attempts: 5, backoffMs: 20, maxBackoffMs: 50 };
const quiet = { warn: () => {} };

onEachQueueServer((name, open) => {
  describe(`BullWorkQueue on ${name}`, () => {
    let queueServer: QueueServer;
    let queue: BullWorkQueue;

    beforeAll(async () => (queueServer = await open()));
    beforeEach(async () => {
      await queueServer.empty();
      queue = new BullWorkQueue(queueServer.connection, quiet, { policies: { notify: FAST } });
      queue.handle('scheduled', async () => {});
    });
    afterEach(() => queue.stop());
    afterAll(() => queueServer.close());

    const payload = { eventId: 1, channel: 'x' };

    it('refuses to work without a handler for each queue, and a second handler', async () => {
      await queue.start();

      await expect(queue.work()).rejects.toMatchObject({ code: 'queue.handlerMissing' });
      queue.handle('notify', async () => {});
      expect(() => queue.handle('notify', async () => {})).toThrow('two handlers');
      await queue.work();
    });

    it('does work once for each id, and counts attempts', async () => {
      const done: Work<'notify'>[] = [];
      queue.handle('notify', async (work) => {
        done.push(work);
        if (work.workId === 'a-x' && work.attempt < 3) throw new Error('not yet');
        if (work.workId === 'b-x') throw new Fault('work.impossible', 'never', false);
        if (work.workId === 'c-x') throw new Fault('work.failing', 'always', true);
      });
      await queue.start();
      await queue.work();

      await queue.add('notify', [
        { workId: 'a-x', payload },
        { workId: 'b-x', payload },
      ]);
      await queue.add('notify', [
        { workId: 'a-x', payload },
        { workId: 'c-x', payload },
      ]);
      const attemptsOf = (id: string) => done.filter(({ workId }) => workId === id).map(({ attempt }) => attempt);
      await eventually('all work has ended', () => attemptsOf('c-x').length === 5 && attemptsOf('a-x').length === 3);

      expect(attemptsOf('a-x')).toEqual([1, 2, 3]);
      expect(attemptsOf('b-x')).toEqual([1]);
      expect(done.filter(({ isLastAttempt }) => isLastAttempt).map(({ workId, attempt }) => [workId, attempt])).toEqual(
        [['c-x', 5]],
      );
    });

    it('finishes the work in hand before it stops', async () => {
      let isDone = false;
      let begin: () => void = () => {};
      const begun = new Promise<void>((resolve) => (begin = resolve));
      queue.handle('notify', async () => {
        begin();
        await new Promise((wake) => setTimeout(wake, 50));
        isDone = true;
      });
      await queue.start();
      await queue.work();
      await queue.add('notify', [{ workId: 'a-x', payload }]);
      await begun;

      await queue.stop();

      expect(isDone).toBe(true);
    });

    it('leaves work that does not end to another process', async () => {
      const stuck = new BullWorkQueue(queueServer.connection, quiet, { lockMs: 1_000, stopTimeoutMs: 50 });
      stuck.handle('scheduled', async () => {});
      let end: () => void = () => {};
      const begun = new Promise<void>((begin) => {
        stuck.handle('notify', () => {
          begin();
          return new Promise<void>((resolve) => (end = resolve));
        });
      });
      await stuck.start();
      await stuck.work();
      await stuck.add('notify', [{ workId: 'a-x', payload }]);
      await begun;
      await stuck.stop();

      const attempts: number[] = [];
      const other = new BullWorkQueue(queueServer.connection, quiet, { lockMs: 1_000 });
      other.handle('scheduled', async () => {}).handle('notify', async ({ attempt }) => void attempts.push(attempt));
      await other.start();
      await other.work();
      await eventually('another has done it', () => attempts.length > 0);
      end();
      await other.stop();

      expect(attempts).toEqual([1]);
    });

    it('can be added again after it has failed for good', async () => {
      let failures = 0;
      queue.handle('notify', async () => {
        failures++;
        throw new Fault('work.impossible', 'never', false);
      });
      await queue.start();
      await queue.work();

      for (const count of [1, 2]) {
        await queue.add('notify', [{ workId: 'a-x', payload }]);
        await eventually('it has failed', () => failures === count);
        await eventually('it is forgotten', async () => (await queueServer.workIds()).length === 0);
      }
    });

    it('says that it cannot be used when the server is away', async () => {
      await queue.start();
      await queueServer.breakDown();

      await expect(queue.add('notify', [{ workId: 'a-x', payload }])).rejects.toMatchObject({
        code: 'queue.unavailable',
        retryable: true,
      });
      await queueServer.repair();
    });
  });
});
