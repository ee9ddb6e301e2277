import { Fault } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { NotificationChannel, notifyHandler, type NotificationResult } from './notification.ts';
import type { Delivery, OutboxEvent } from './outbox.ts';
import { aJob } from './testing.ts';

const EVENT: OutboxEvent = { eventId: 7, type: 'job.changed', at: 0, data: { ...aJob('bin'), number: 1 } };

class TestChannel extends NotificationChannel {
  override readonly channel = 'test';
  answer: () => NotificationResult = () => ({ ok: true });

  override async deliver(): Promise<NotificationResult> {
    return this.answer();
  }
}

describe('an event on its way to a channel', () => {
  const channel = new TestChannel();
  const clock = new ManualClock();
  let delivery: Delivery | null;
  const outbox = {
    find: async () => ({ event: EVENT, delivery }),
    recordDelivery: async (recorded: Delivery) => {
      delivery = recorded;
    },
  } as unknown as Parameters<typeof notifyHandler>[0];
  const handle = (isLastAttempt = false) =>
    notifyHandler(
      outbox,
      [channel],
      clock,
    )({
      workId: '7-test',
      payload: { eventId: 7, channel: 'test' },
      attempt: 1,
      isLastAttempt,
    });
  beforeEach(() => {
    delivery = null;
  });

  it('is given up, and so can be read of, where the channel throws what trying again cannot help', async () => {
    const fault = new Fault('handover.idTaken', 'the record belongs to another job', false);
    channel.answer = () => {
      throw fault;
    };

    await expect(handle()).rejects.toBe(fault);
    expect(delivery).toMatchObject({
      attempts: 1,
      givenUpAt: clock.now(),
      lastError: 'handover.idTaken: the record belongs to another job',
    });
    await expect(handle()).rejects.toMatchObject({ code: 'delivery.givenUp' });
  });

  it('is tried again after a defect as often as after any failure, with nothing of its message', async () => {
    channel.answer = () => {
      throw new TypeError('secret of https://somewhere');
    };

    await expect(handle()).rejects.toThrow('secret');
    expect(delivery).toMatchObject({ attempts: 1, givenUpAt: null, lastError: 'channel.fault: TypeError' });
    await expect(handle(true)).rejects.toThrow('secret');
    expect(delivery).toMatchObject({ attempts: 2, givenUpAt: clock.now(), deliveredAt: null });
  });

  it('is delivered once', async () => {
    let times = 0;
    channel.answer = () => {
      times++;
      return { ok: true };
    };
    await handle();
    await handle();
    expect([times, delivery?.attempts]).toEqual([1, 1]);
  });
});
