import { ManualClock } from '@stadtfunk/kernel/testing';
import { describe, expect, it } from 'vitest';
import { NotificationChannel, type NotificationResult } from './notification.ts';
import type { OutboxEvent } from './outbox.ts';
import { QuietChannel } from './quiet-channel.ts';
import { anAlert } from './testing.ts';

/** Takes everything, and counts how often it is asked whether it has time. */
class Taker extends NotificationChannel {
  override readonly channel = 'mail';
  readonly delivered: OutboxEvent[] = [];
  asked = 0;

  override postponeMs(): number {
    this.asked++;
    return 7;
  }

  override async deliver(event: OutboxEvent): Promise<NotificationResult> {
    this.delivered.push(event);
    return { ok: true };
  }
}

const clock = new ManualClock();
const event: OutboxEvent = { eventId: 1, type: 'alert.raised', at: 0, data: anAlert('a') };

describe('a channel with quiet hours', () => {
  it('waits until they end, and asks the channel only then', () => {
    const taker = new Taker();
    const morning = clock.now() + 3_600_000;
    const quiet = new QuietChannel(taker, (_event, now) => (now < morning ? morning : null), clock);

    expect([quiet.postponeMs(event), taker.asked]).toEqual([3_600_000, 0]);
    clock.set(morning);
    expect([quiet.postponeMs(event), taker.asked]).toEqual([7, 1]);
  });

  it('is the channel that it leaves in peace in everything else', async () => {
    const taker = new Taker();
    const quiet = new QuietChannel(taker, () => null, clock);

    expect(quiet.channel).toBe('mail');
    expect(await quiet.deliver(event)).toEqual({ ok: true });
    expect(taker.delivered).toEqual([event]);
  });
});
