import { BullWorkQueue, OutboxRelay } from '@stadtfunk/bullmq';
import type { Config } from '@stadtfunk/config';
import type { Clock } from '@stadtfunk/kernel';
import { notifyHandler, type NotificationChannel } from '@stadtfunk/maintenance';
import type { Logger } from '@stadtfunk/observability';
import { WebhookChannel } from '@stadtfunk/webhook';
import type { Records } from './records.ts';
import type { StopList } from './stop-list.ts';

/** From the outbox over the work queue to the channels that are configured. */
export async function startJobs(
  config: Config,
  logger: Logger,
  clock: Clock,
  { outbox, database }: Records,
  stops: StopList,
): Promise<{
  /** Something may wait in the outbox. */
  nudge(): void;
}> {
  const channels = configuredChannels(config, clock);
  const { REDIS_URL } = config;
  const queue = new BullWorkQueue(REDIS_URL ? { redis: REDIS_URL } : { postgres: database.poolConfig }, logger);
  queue.handle('notify', notifyHandler(outbox, channels, clock));
  const relay = new OutboxRelay(outbox, queue, clock, logger, { channels: channels.map(({ channel }) => channel) });
  if (channels.length > 0) {
    await queue.start();
    await queue.work();
  }
  relay.start();
  stops.add(async () => {
    await relay.stop();
    await queue.stop();
  });
  return { nudge: () => relay.nudge() };
}

function configuredChannels({ WEBHOOK_URL, WEBHOOK_SECRET, PUBLIC_URL }: Config, clock: Clock): NotificationChannel[] {
  if (!WEBHOOK_URL || !WEBHOOK_SECRET) return [];
  const source = PUBLIC_URL ?? 'urn:stadtfunk';
  return [new WebhookChannel({ url: WEBHOOK_URL, secret: WEBHOOK_SECRET, source }, clock)];
}
