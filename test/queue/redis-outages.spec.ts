import { BullWorkQueue, OutboxRelay } from '@stadtfunk/bullmq';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import { NotificationChannel, notifyHandler, type NotificationResult, type OutboxEvent } from '@stadtfunk/maintenance';
import { PostgresOutbox, type Database } from '@stadtfunk/postgres';
import { emptyTables, openInMemory } from '@stadtfunk/postgres/testing';
import { startRedis, type RedisServer } from '@stadtfunk/redis/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** Takes events; each waits while the gate is closed. */
class GatedChannel extends NotificationChannel {
  override readonly channel = 'gated';
  readonly taken: number[] = [];
  readonly begun: number[] = [];
  #isOpen = true;
  readonly #waiting: (() => void)[] = [];

  override async deliver({ eventId }: OutboxEvent): Promise<NotificationResult> {
    this.begun.push(eventId);
    if (!this.#isOpen) await new Promise<void>((opened) => this.#waiting.push(opened));
    this.taken.push(eventId);
    return { ok: true };
  }
  close(): void {
    this.#isOpen = false;
  }
  open(): void {
    this.#isOpen = true;
    for (const opened of this.#waiting.splice(0)) opened();
  }
}

describe('a work queue whose Redis fails', () => {
  const clock = new ManualClock();
  let database: Database;
  let outbox: PostgresOutbox;
  let redis: RedisServer;
  let channel: GatedChannel;
  let warnings: string[];
  const running: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    database = await openInMemory();
    outbox = new PostgresOutbox(database);
  });
  beforeEach(async () => {
    [channel, warnings] = [new GatedChannel(), []];
    await emptyTables(database.pool);
    redis = await startRedis();
  });
  afterEach(async () => {
    channel.open();
    for (const part of running.splice(0).reverse()) await part.stop();
    await redis.remove();
  });
  afterAll(() => database.close());

  const log = {
    warn: (fields: object, message: string) => warnings.push(`${message} ${JSON.stringify(fields, errorsAsText)}`),
  };
  const writeEvents = async (count: number) => {
    const { rows } = await database.pool.query<{ event_id: string }>(
      `insert into outbox (type, at, data) select 'job.changed', now(), '{}' from generate_series(1, $1::int)
       returning event_id`,
      [count],
    );
    return rows.map(({ event_id }) => Number(event_id));
  };
  const startQueue = async (url = redis.url) => {
    const queue = new BullWorkQueue({ redis: url }, log, { stopTimeoutMs: 3_000, lockMs: 2_000 });
    queue.handle('notify', notifyHandler(outbox, [channel], clock)).handle('scheduled', async () => {});
    await queue.start();
    running.push(queue);
    return queue;
  };
  const startRelay = (queue: BullWorkQueue) => {
    const relay = new OutboxRelay(outbox, queue, clock, log, { channels: ['gated'], pollMs: 50, maxPollMs: 200 });
    relay.start();
    running.push(relay);
    return relay;
  };
  const allSettled = () =>
    eventually('all deliveries are recorded', async () => {
      const [waiting, open] = [await outbox.waiting(1), await outbox.openDeliveries(null, 1)];
      return waiting.length === 0 && open.length === 0;
    });
  const once = (eventIds: readonly number[]) => [...eventIds].sort((a, b) => a - b);

  it('delivers everything once though Redis is killed in mid-delivery and started again', async () => {
    const queue = await startQueue();
    await queue.work();
    startRelay(queue);
    channel.close();
    const before = await writeEvents(20);
    await eventually('deliveries are under way', () => channel.begun.length > 0);

    await redis.kill();
    const meanwhile = await writeEvents(5);
    channel.open();
    await eventually('it is said that Redis is away', () => warnings.some((line) => line.includes('is away')));
    await redis.start();
    await allSettled();

    expect(once(channel.taken)).toEqual([...before, ...meanwhile]);
    expect(warnings.filter((line) => line.includes('is away'))).toHaveLength(1);
  });

  it('delivers everything once though Redis was emptied by its restart after everything was handed over', async () => {
    const queue = await startQueue();
    startRelay(queue);
    const eventIds = await writeEvents(20);
    await eventually('all are handed over', async () => (await outbox.waiting(1)).length === 0);

    await redis.empty();
    await redis.kill();
    await redis.start();
    await queue.work();
    await allSettled();

    expect(once(channel.taken)).toEqual(eventIds);
  });

  it('delivers everything though Redis is emptied in mid-delivery', async () => {
    const queue = await startQueue();
    await queue.work();
    startRelay(queue);
    channel.close();
    const eventIds = await writeEvents(20);
    await eventually('deliveries are under way', () => channel.begun.length > 0);
    await eventually('all are handed over', async () => (await outbox.waiting(1)).length === 0);

    await redis.empty();
    channel.open();
    await eventually('those in hand are recorded', async () => (await outbox.openDeliveries(null, 20)).length < 20);
    await redis.kill();
    await redis.start();
    await allSettled();

    expect(once([...new Set(channel.taken)])).toEqual(eventIds);
  });

  it('refuses to start without Redis, and starts once it is there', async () => {
    await redis.kill();

    await expect(startQueue()).rejects.toMatchObject({ code: 'queue.unavailable', retryable: true });
    await redis.start();

    await (await startQueue()).add('notify', [{ workId: '1-gated', payload: { eventId: 1, channel: 'gated' } }]);
  });

  it('stops while Redis is away, after the work in hand', async () => {
    const queue = await startQueue();
    await queue.work();
    startRelay(queue);
    channel.close();
    await writeEvents(1);
    await eventually('a delivery is under way', () => channel.begun.length > 0);
    await redis.kill();
    await eventually('it is said that Redis is away', () => warnings.some((line) => line.includes('is away')));

    const stopped = queue.stop();
    channel.open();
    await stopped;

    expect(channel.taken).toHaveLength(1);
    expect(warnings.filter((line) => line.includes('still in hand'))).toEqual([]);
    await allSettled();
  });

  it('says no passwords', async () => {
    const thrown: unknown[] = [];
    for (const credentials of ['someone:not-for-logs', ':not-for-logs']) {
      const url = redis.url.replace('redis://', `redis://${credentials}@`);
      await startQueue(url).catch((error: unknown) => thrown.push(error));
      await startQueue(url.replace('redis:', 'http:')).catch((error: unknown) => thrown.push(error));
    }

    expect(thrown).toMatchObject([
      { code: 'queue.unavailable', message: expect.stringContaining('WRONGPASS') as string },
      { code: 'queue.url' },
      { code: 'queue.url' },
    ]);
    const texts = JSON.stringify([thrown, warnings], errorsAsText);
    expect(texts).toContain('WRONGPASS');
    expect(texts).not.toContain('not-for-logs');
  });
});

/** An error with all that a logger might print. */
function errorsAsText(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { ...value, message: value.message, stack: value.stack, cause: value.cause };
}
