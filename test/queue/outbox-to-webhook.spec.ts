import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { BullWorkQueue, OutboxRelay } from '@stadtfunk/bullmq';
import type { Clock } from '@stadtfunk/kernel';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import { notifyHandler, type QueuePolicy } from '@stadtfunk/maintenance';
import { PostgresOutbox } from '@stadtfunk/postgres';
import { emptyTables } from '@stadtfunk/postgres/testing';
import { WebhookChannel } from '@stadtfunk/webhook';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachQueueServer, type QueueServer } from './each-queue.ts';

interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const SECRET = 'a secret of this test';
const FAST: Partial<QueuePolicy> = { attempts: 5, backoffMs: 20, maxBackoffMs: 50 };
const quiet = { warn: () => {} };

onEachQueueServer((name, open) => {
  describe(`events on their way from the outbox to a webhook, with the queue on ${name}`, () => {
    const clock: Clock = new ManualClock();
    const received: Received[] = [];
    let answer: (response: ServerResponse, nth: number) => void;
    let queueServer: QueueServer;
    let outbox: PostgresOutbox;
    let server: Server;
    let url: string;
    const running: { stop(): Promise<void> }[] = [];

    beforeAll(async () => {
      queueServer = await open();
      outbox = new PostgresOutbox(queueServer.database);
      server = createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8').on('data', (text: string) => (body += text));
        request.on('end', () => {
          received.push({ id: (JSON.parse(body) as { id: string }).id, headers: request.headers, body });
          answer(response, received.length);
        });
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      url = `http://127.0.0.1:${address.port}/hook?token=not-for-logs`;
    });

    beforeEach(async () => {
      await emptyTables(queueServer.database.pool);
      await queueServer.empty();
      received.length = 0;
      answer = (response) => response.writeHead(204).end();
    });

    afterEach(async () => {
      for (const part of running.splice(0).reverse()) await part.stop();
    });

    afterAll(async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await queueServer.close();
    });

    const writeEvents = async (count: number) => {
      const { rows } = await queueServer.database.pool.query<{ event_id: string }>(
        `insert into outbox (type, at, data)
         select 'job.changed', '2026-11-21T12:00:00Z', jsonb_build_object('jobId', 'job-' || n, 'dueAt', 1763726400000, 'number', n)
         from generate_series(1, $1::int) n returning event_id`,
        [count],
      );
      return rows.map(({ event_id }) => Number(event_id));
    };
    const startQueue = async (policy: Partial<QueuePolicy> = FAST) => {
      const queue = new BullWorkQueue(queueServer.connection, quiet, { policies: { notify: policy } });
      await queue.start();
      running.push(queue);
      return queue;
    };
    const relayOf = (queue: BullWorkQueue, channels: readonly string[] = ['webhook']) =>
      new OutboxRelay(outbox, queue, clock, quiet, { channels });
    const startDelivering = async (queue: BullWorkQueue, timeoutMs = 5_000) => {
      const webhook = new WebhookChannel({ url, secret: SECRET, timeoutMs, source: '/hanau' }, clock);
      queue.handle('notify', notifyHandler(outbox, [webhook], clock)).handle('scheduled', async () => {});
      await queue.work();
    };
    const deliveryOf = async (eventId: number) => (await outbox.find(eventId, 'webhook'))?.delivery;
    const delivered = (eventId: number) =>
      eventually(`event ${eventId} is delivered`, async () => {
        const delivery = await deliveryOf(eventId);
        return delivery?.deliveredAt ? delivery : undefined;
      });

    it('are posted as signed CloudEvents', async () => {
      const [eventId] = await writeEvents(1);
      const queue = await startQueue();
      await startDelivering(queue);

      expect(await relayOf(queue).relay()).toBe(1);
      await delivered(eventId!);

      const [{ headers, body }] = received as [Received];
      expect(JSON.parse(body)).toEqual({
        specversion: '1.0',
        id: String(eventId),
        source: '/hanau',
        type: 'de.stadtfunk.job.changed',
        subject: 'jobs/job-1',
        time: '2026-11-21T12:00:00.000Z',
        datacontenttype: 'application/json',
        data: { jobId: 'job-1', dueAt: '2025-11-21T12:00:00.000Z', number: 1 },
      });
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      const seconds = clock.now() / 1000;
      const digest = createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex');
      expect(headers['stadtfunk-signature']).toBe(`t=${seconds},v1=${digest}`);
    });

    it('are posted again to a receiver that fails, hangs, then takes them', async () => {
      answer = (response, nth) => {
        if (nth === 1) response.writeHead(503).end('busy');
        else if (nth > 2) response.writeHead(200).end('ok');
      };
      const [eventId] = await writeEvents(1);
      const queue = await startQueue();
      await startDelivering(queue, 150);

      await relayOf(queue).relay();

      expect(await delivered(eventId!)).toEqual({
        eventId,
        channel: 'webhook',
        attempts: 3,
        deliveredAt: clock.now(),
        lastError: null,
        givenUpAt: null,
      });
      expect(received.map(({ id }) => id)).toEqual([String(eventId), String(eventId), String(eventId)]);
    });

    it('lose no attempt to a receiver that asks to wait, however often', async () => {
      answer = (response, nth) => response.writeHead(nth <= 3 ? 429 : 204, { 'retry-after': '0' }).end();
      const [eventId] = await writeEvents(1);
      const queue = await startQueue({ ...FAST, attempts: 1 });
      await startDelivering(queue);

      await relayOf(queue).relay();

      expect(await delivered(eventId!)).toMatchObject({ attempts: 1, lastError: null, givenUpAt: null });
      expect(received).toHaveLength(4);
    });

    it('wait for their turn where more come than may leave in a time, and all arrive', async () => {
      const eventIds = await writeEvents(7);
      const queue = await startQueue({ ...FAST, attempts: 1 });
      const rate = { count: 3, withinMs: 400 };
      const times: number[] = [];
      answer = (response) => {
        times.push(performance.now());
        response.writeHead(204).end();
      };
      const webhook = new WebhookChannel({ url, secret: SECRET, rate }, { now: () => Date.now() });
      queue.handle('notify', notifyHandler(outbox, [webhook], clock)).handle('scheduled', async () => {});
      await queue.work();

      await relayOf(queue).relay();
      for (const eventId of eventIds) expect(await delivered(eventId)).toMatchObject({ attempts: 1 });

      expect(received).toHaveLength(7);
      // The seventh waits for two spans of time; the clock of the limit and this one differ by less than 50 ms.
      expect(times.at(-1)! - times[0]!).toBeGreaterThan(2 * rate.withinMs - 50);
    });

    it('are not posted again to a receiver that does not want them', async () => {
      answer = (response) => response.writeHead(410).end();
      const [eventId] = await writeEvents(1);
      const queue = await startQueue();
      await startDelivering(queue);

      await relayOf(queue).relay();
      const delivery = await eventually('the event is given up', async () => {
        const found = await deliveryOf(eventId!);
        return found?.givenUpAt ? found : undefined;
      });

      expect(delivery).toMatchObject({ attempts: 1, lastError: 'webhook.status: status 410', deliveredAt: null });
      expect(received).toHaveLength(1);
    });

    it('are given up after the last attempt', async () => {
      answer = (response) => response.writeHead(500).end();
      const [eventId] = await writeEvents(1);
      const queue = await startQueue({ ...FAST, attempts: 3 });
      await startDelivering(queue);

      await relayOf(queue).relay();
      const delivery = await eventually('the event is given up', async () => {
        const found = await deliveryOf(eventId!);
        return found?.givenUpAt ? found : undefined;
      });

      expect(delivery.attempts).toBe(3);
      expect(JSON.stringify(delivery)).not.toContain('not-for-logs');
      expect(received).toHaveLength(3);
    });

    it('are posted again when somebody wants what was given up tried again', async () => {
      answer = (response) => response.writeHead(410).end();
      const [first, second] = await writeEvents(2);
      const queue = await startQueue();
      await startDelivering(queue);
      await relayOf(queue).relay();
      const givenUp = await eventually('both are given up', async () => {
        const list = await outbox.listGivenUp(null, 10);
        return list.length === 2 && list;
      });
      expect(givenUp.map(({ eventId }) => eventId)).toEqual([first, second]);
      await eventually('the queue has forgotten them', async () => (await queueServer.workIds()).length === 0);
      answer = (response) => response.writeHead(204).end();

      expect(await outbox.retryDelivery(givenUp[0]!)).toBe(true);
      expect(await relayOf(queue).relay()).toBe(1);

      expect(await delivered(first!)).toMatchObject({ attempts: 2, lastError: null, givenUpAt: null });
      expect(await outbox.listGivenUp(null, 10)).toEqual([givenUp[1]]);
      expect(received).toHaveLength(3);
    });

    it('are not posted again once given up, though they are added again', async () => {
      answer = (response) => response.writeHead(410).end();
      await writeEvents(1);
      const queue = await startQueue();
      await startDelivering(queue);
      await relayOf(queue).relay();
      await eventually('it is given up', async () => (await outbox.listGivenUp(null, 10)).length === 1);
      await eventually('the queue has forgotten it', async () => (await queueServer.workIds()).length === 0);

      await queueServer.database.pool.query('update outbox set relayed_at = null');
      await relayOf(queue).relay();
      await eventually('the queue has forgotten it again', async () => (await queueServer.workIds()).length === 0);

      expect(received).toHaveLength(1);
    });

    it('are posted once, all of them, by a queue that was emptied after they were handed over', async () => {
      const eventIds = await writeEvents(30);
      const before = await startQueue();
      await relayOf(before).relay();
      await before.stop();
      running.length = 0;
      await queueServer.empty();
      expect(await outbox.waiting(10)).toEqual([]);
      const queue = await startQueue();
      await startDelivering(queue);

      const relay = new OutboxRelay(outbox, queue, clock, quiet, { channels: ['webhook'], batch: 7 });
      relay.start();
      running.push(relay);
      for (const eventId of eventIds) await delivered(eventId);

      expect(received.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(eventIds);
      expect(await outbox.openDeliveries(null, 10)).toEqual([]);
    });

    it('are posted once when the relay dies after adding and before marking', async () => {
      const eventIds = await writeEvents(3);
      const queue = await startQueue();
      await startDelivering(queue);
      await relayOf(queue).relay();
      for (const eventId of eventIds) await delivered(eventId);

      await queueServer.database.pool.query('update outbox set relayed_at = null');
      expect(await relayOf(queue).relay()).toBe(3);
      const [last] = await writeEvents(1);
      await relayOf(queue).relay();
      await delivered(last!);

      expect(received.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual([...eventIds, last]);
      expect(await queueServer.workIds()).toEqual([...eventIds, last].map((eventId) => `${eventId}-webhook`));
    });

    it('wait in the queue over a restart', async () => {
      const [eventId] = await writeEvents(1);
      const before = await startQueue();
      await relayOf(before).relay();
      await before.stop();
      running.length = 0;
      expect(received).toEqual([]);

      await startDelivering(await startQueue());

      await delivered(eventId!);
      expect(received).toHaveLength(1);
    });

    it('are only marked where no webhook is configured', async () => {
      await writeEvents(2);
      const queue = await startQueue();

      expect(await relayOf(queue, []).relay()).toBe(2);

      expect(await outbox.waiting(10)).toEqual([]);
      expect(await queueServer.workIds()).toEqual([]);
    });

    it('leave at a nudge, without waiting for the next look', async () => {
      const queue = await startQueue();
      await startDelivering(queue);
      const relay = new OutboxRelay(outbox, queue, clock, quiet, { channels: ['webhook'], pollMs: 3_600_000 });
      relay.start();
      running.push(relay);
      const [eventId] = await writeEvents(1);

      relay.nudge();

      await delivered(eventId!);
    });

    it('all arrive, each once, when more wait than fit one round', async () => {
      const eventIds = await writeEvents(250);
      const queue = await startQueue();
      await startDelivering(queue);
      const relay = new OutboxRelay(outbox, queue, clock, quiet, { channels: ['webhook'], batch: 100 });

      expect(await relay.relay()).toBe(250);
      await eventually('all are delivered', () => received.length >= 250, { timeoutMs: 25_000 });

      expect(received.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(eventIds);
    });
  });
});
