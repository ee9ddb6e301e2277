import { ManualClock } from '@stadtfunk/kernel/testing';
import {
  Outbox,
  WorkQueue,
  type DeliveryKey,
  type NewWork,
  type OutboxEvent,
  type QueueName,
} from '@stadtfunk/maintenance';
import { anAlert } from '@stadtfunk/maintenance/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { OutboxRelay, type OutboxRelayOptions } from './outbox-relay.ts';

class MemoryOutbox extends Outbox {
  readonly events: OutboxEvent[] = [];
  readonly relayed = new Set<number>();
  readonly open: DeliveryKey[] = [];
  marking: 'works' | 'fails' = 'works';

  write(eventId: number): void {
    this.events.push({ eventId, type: 'alert.raised', at: 0, data: anAlert('a') });
  }
  override async waiting(limit: number) {
    return this.events.filter(({ eventId }) => !this.relayed.has(eventId)).slice(0, limit);
  }
  override async markRelayed(eventIds: readonly number[], channels: readonly string[]) {
    if (this.marking === 'fails') throw new Error('killed before marking');
    for (const eventId of eventIds) this.relayed.add(eventId);
    this.open.push(...eventIds.flatMap((eventId) => channels.map((channel) => ({ eventId, channel }))));
  }
  override async openDeliveries(after: DeliveryKey | null, limit: number) {
    const begin = after ? this.open.findIndex(({ eventId }) => eventId === after.eventId) + 1 : 0;
    return this.open.slice(begin, begin + limit);
  }
  override async find() {
    return undefined;
  }
  override async recordDelivery() {}
  override async countGivenUp() {
    return (await this.listGivenUp()).length;
  }

  override async listGivenUp() {
    return [];
  }
  override async retryDelivery() {
    return false;
  }
  override async purge() {
    return 0;
  }
}

class MemoryWorkQueue extends WorkQueue {
  readonly ids = new Set<string>();
  readonly calls: (readonly string[])[] = [];
  adding: 'works' | 'fails' = 'works';

  override async start() {}
  override async work() {}
  override async stop() {}
  override async add<Q extends QueueName>(_queue: Q, work: readonly NewWork<Q>[]) {
    if (this.adding === 'fails') throw new Error('the queue is away');
    this.calls.push(work.map(({ workId }) => workId));
    for (const { workId } of work) this.ids.add(workId);
  }
  /** The server comes back with nothing in it. */
  comeBackEmpty(): void {
    this.ids.clear();
    this.returned();
  }
}

/** Timers that run when told to. */
class ManualTimers {
  delays: number[] = [];
  #run: (() => void) | undefined;

  readonly later = (delayMs: number, run: () => void) => {
    this.delays.push(delayMs);
    this.#run = run;
    return () => (this.#run = undefined);
  };
  fire(): boolean {
    const run = this.#run;
    this.#run = undefined;
    run?.();
    return run !== undefined;
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the relay of the outbox', () => {
  let outbox: MemoryOutbox;
  let queue: MemoryWorkQueue;
  let timers: ManualTimers;
  let clock: ManualClock;
  let warnings: object[];

  beforeEach(() => {
    [outbox, queue, timers, clock, warnings] = [
      new MemoryOutbox(),
      new MemoryWorkQueue(),
      new ManualTimers(),
      new ManualClock(),
      [],
    ];
  });

  const relayWith = (options: Partial<OutboxRelayOptions> = {}) =>
    new OutboxRelay(
      outbox,
      queue,
      clock,
      { warn: (fields) => warnings.push(fields) },
      {
        channels: ['webhook'],
        later: timers.later,
        ...options,
      },
    );

  it('adds each event for each channel, oldest first, in rounds', async () => {
    for (const eventId of [1, 2, 3]) outbox.write(eventId);

    expect(await relayWith({ channels: ['webhook', 'mail'], batch: 2 }).relay()).toBe(3);

    expect(queue.calls).toEqual([
      ['1-webhook', '1-mail', '2-webhook', '2-mail'],
      ['3-webhook', '3-mail'],
    ]);
    expect(await outbox.waiting(10)).toEqual([]);
  });

  it('marks nothing that the queue did not take', async () => {
    outbox.write(1);
    queue.adding = 'fails';

    await expect(relayWith().relay()).rejects.toThrow('the queue is away');

    expect(outbox.relayed.size).toBe(0);
  });

  it('adds the same ids again when it died before marking', async () => {
    outbox.write(1);
    outbox.marking = 'fails';
    await expect(relayWith().relay()).rejects.toThrow('killed before marking');
    outbox.marking = 'works';

    await relayWith().relay();

    expect(queue.calls).toEqual([['1-webhook'], ['1-webhook']]);
    expect([...queue.ids]).toEqual(['1-webhook']);
  });

  it('looks again after the pause, and pauses longer while it fails', async () => {
    const relay = relayWith({ pollMs: 100, maxPollMs: 350 });
    relay.start();
    await settled();
    queue.adding = 'fails';
    outbox.write(1);
    for (let failure = 0; failure < 3; failure++) {
      timers.fire();
      await settled();
    }
    queue.adding = 'works';
    timers.fire();
    await settled();

    expect(timers.delays).toEqual([100, 200, 350, 350, 100]);
    expect(warnings).toHaveLength(3);
    expect([...queue.ids]).toEqual(['1-webhook']);
    await relay.stop();
  });

  it('takes an event up at a nudge, even in the middle of a round', async () => {
    const relay = relayWith();
    relay.start();
    await settled();
    outbox.write(1);
    relay.nudge();
    outbox.write(2);
    relay.nudge();
    await settled();

    expect([...queue.ids]).toEqual(['1-webhook', '2-webhook']);
    await relay.stop();
  });

  describe('adds the work of open deliveries again', () => {
    const allIds = ['1-webhook', '2-webhook', '3-webhook', '4-webhook', '5-webhook'];

    beforeEach(async () => {
      for (const eventId of [1, 2, 3, 4, 5]) outbox.write(eventId);
      await relayWith().relay();
      queue.calls.length = 0;
    });

    it('at the start, in batches, with new events in between', async () => {
      queue.ids.clear();
      const relay = relayWith({ batch: 2 });
      relay.start();
      outbox.write(6);
      await settled();

      expect(queue.calls).toEqual([
        ['1-webhook', '2-webhook'],
        ['6-webhook'],
        ['3-webhook', '4-webhook'],
        ['5-webhook', '6-webhook'],
      ]);
      await relay.stop();
    });

    it('when the server of the queue is back', async () => {
      const relay = relayWith();
      relay.start();
      await settled();

      queue.comeBackEmpty();
      await settled();

      expect([...queue.ids]).toEqual(allIds);
      await relay.stop();
    });

    it('after trouble, from the beginning', async () => {
      const relay = relayWith({ batch: 2 });
      relay.start();
      queue.adding = 'fails';
      await settled();
      queue.ids.clear();
      queue.adding = 'works';
      timers.fire();
      await settled();

      expect(warnings).toHaveLength(1);
      expect([...queue.ids]).toEqual(allIds);
      await relay.stop();
    });

    it('now and then', async () => {
      const relay = relayWith({ restoreEveryMs: 60_000 });
      relay.start();
      await settled();
      queue.ids.clear();
      timers.fire();
      await settled();
      expect(queue.ids.size).toBe(0);

      clock.advance(60_000);
      timers.fire();
      await settled();

      expect([...queue.ids]).toEqual(allIds);
      await relay.stop();
    });

    it('not where no channel is configured', async () => {
      queue.calls.length = 0;
      const relay = relayWith({ channels: [] });
      relay.start();
      await settled();

      expect(queue.calls).toEqual([]);
      await relay.stop();
    });
  });

  it('does nothing any more after it was stopped', async () => {
    const relay = relayWith();
    relay.start();
    await relay.stop();
    outbox.write(1);

    relay.nudge();
    await settled();

    expect(timers.fire()).toBe(false);
    expect(queue.calls).toEqual([]);
  });
});
