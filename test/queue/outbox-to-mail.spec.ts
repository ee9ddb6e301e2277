import { BullWorkQueue, OutboxRelay } from '@stadtfunk/bullmq';
import { Clock } from '@stadtfunk/kernel';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import { MailChannel, type MailOptions } from '@stadtfunk/mail';
import { parseMail, smtpError, startSmtpServer, type SmtpTestServer } from '@stadtfunk/mail/testing';
import { notifyHandler, type NotificationChannel } from '@stadtfunk/maintenance';
import { aJob } from '@stadtfunk/maintenance/testing';
import { PostgresOutbox } from '@stadtfunk/postgres';
import { emptyTables } from '@stadtfunk/postgres/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachQueueServer, type QueueServer } from './each-queue.ts';

class RunningClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

const quiet = { warn: () => {} };

onEachQueueServer((name, open) => {
  describe(`events on their way from the outbox to a mail server, with the queue on ${name}`, () => {
    const clock = new ManualClock();
    let queueServer: QueueServer;
    let outbox: PostgresOutbox;
    let server: SmtpTestServer;
    let refusals: number[];
    const running: { stop(): Promise<void> }[] = [];

    beforeAll(async () => {
      queueServer = await open();
      outbox = new PostgresOutbox(queueServer.database);
    });

    beforeEach(async () => {
      await emptyTables(queueServer.database.pool);
      await queueServer.empty();
      refusals = [];
      server = await startSmtpServer({
        onMailFrom: (_address, _session, done) => {
          const status = refusals.shift();
          done(status === undefined ? undefined : smtpError(status));
        },
      });
    });

    afterEach(async () => {
      for (const part of running.splice(0).reverse()) await part.stop();
      await server.close();
    });

    afterAll(() => queueServer.close());

    const writeEvent = async (jobName: string) => {
      const { rows } = await queueServer.database.pool.query<{ event_id: string }>(
        `insert into outbox (type, at, data) values ('job.created', '2026-11-21T12:00:00Z', $1) returning event_id`,
        [JSON.stringify({ ...aJob(jobName), number: 12 })],
      );
      return Number(rows[0]!.event_id);
    };
    const mailChannel = (options: Partial<MailOptions> = {}) =>
      new MailChannel(
        {
          url: `smtp://127.0.0.1:${server.port}`,
          from: 'stadtfunk@hanau.example',
          to: [{ address: 'leitstelle@hanau.example', department: 'waste' }],
          events: ['job.created'],
          severity: 'critical',
          language: 'de',
          zone: 'Europe/Berlin',
          consoleUrl: null,
          ...options,
        },
        new RunningClock(),
        quiet,
      );
    const startDelivering = async (channel: NotificationChannel = mailChannel()) => {
      const notify = { attempts: 5, backoffMs: 20, maxBackoffMs: 50 };
      const queue = new BullWorkQueue(queueServer.connection, quiet, { policies: { notify } });
      queue.handle('notify', notifyHandler(outbox, [channel], clock)).handle('scheduled', async () => {});
      await queue.start();
      running.push(queue);
      await queue.work();
      return new OutboxRelay(outbox, queue, clock, quiet, { channels: ['mail'] });
    };
    const closed = (eventId: number) =>
      eventually(`event ${eventId} is mailed or given up`, async () => {
        const delivery = (await outbox.find(eventId, 'mail'))?.delivery;
        return delivery?.deliveredAt || delivery?.givenUpAt ? delivery : undefined;
      });
    it('are mailed once a server that puts them off takes them', async () => {
      refusals = [451, 421];
      const eventId = await writeEvent('bin-1');

      await (await startDelivering()).relay();

      expect(await closed(eventId)).toMatchObject({ attempts: 3, deliveredAt: clock.now(), lastError: null });
      const [mail, ...more] = server.received;
      expect(more).toEqual([]);
      expect(mail?.to).toEqual(['leitstelle@hanau.example']);
      expect(parseMail(mail!.raw).headers.get('subject')).toBe('[Auftrag 12] Behälter leeren – bin-1');
    });

    it('are given up at once where the server refuses them for good, with nobody named', async () => {
      refusals = [550];
      const eventId = await writeEvent('bin-2');

      await (await startDelivering()).relay();

      expect(await closed(eventId)).toMatchObject({
        attempts: 1,
        deliveredAt: null,
        givenUpAt: clock.now(),
        lastError: 'mail.status: status 550 to MAIL FROM',
      });
      expect(server.received).toEqual([]);
    });

    it('wait their turn in the queue where more come than may be sent, which is no failed attempt', async () => {
      const eventIds: number[] = [];
      for (let nth = 0; nth < 7; nth++) eventIds.push(await writeEvent(`bin-${nth}`));
      const relay = await startDelivering(mailChannel({ rate: { count: 2, withinMs: 400 } }));
      const startedAt = performance.now();

      await relay.relay();
      for (const eventId of eventIds) expect(await closed(eventId)).toMatchObject({ attempts: 1, lastError: null });

      // Two at once, two after each of the three spans: 1,200 ms, of which a timer may take off one.
      expect(performance.now() - startedAt).toBeGreaterThan(1_190);
      expect(server.received).toHaveLength(7);
    });

    it('come as the same message again when the process dies between the mail and its record', async () => {
      const eventId = await writeEvent('bin-3');
      await mailChannel().deliver((await outbox.find(eventId, 'mail'))!.event);

      await (await startDelivering()).relay();
      await closed(eventId);

      const [before, after, ...more] = server.received;
      expect(after).toEqual(before);
      expect(more).toEqual([]);
    });
  });
});
