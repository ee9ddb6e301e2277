import { setTimeout as pause } from 'node:timers/promises';
import { BullWorkQueue, OutboxRelay, Scheduler } from '@stadtfunk/bullmq';
import type { Config } from '@stadtfunk/config';
import type { TargetPlan } from '@stadtfunk/handover';
import { DAY_MS, Fault, type Clock } from '@stadtfunk/kernel';
import { MailChannel } from '@stadtfunk/mail';
import {
  CappedChannel,
  checkSchedules,
  digestTask,
  maintenanceTasks,
  notifyHandler,
  type DigestChannel,
  QuietChannel,
  type NotificationChannel,
  type OutboxEvent,
} from '@stadtfunk/maintenance';
import type { Logger } from '@stadtfunk/observability';
import { OrganisationEscalation, quietUntilFor, type Organisation } from '@stadtfunk/organisation';
import { PostgresNotificationLedger, PostgresShadowAlerts } from '@stadtfunk/postgres';
import { WebhookChannel } from '@stadtfunk/webhook';
import { accountTasksOf } from './account-tasks.ts';
import { startHandovers } from './handover.ts';
import type { Records } from './records.ts';
import { repeat } from './repeat.ts';
import type { StopList } from './stop-list.ts';
import { ingestTasks } from './ingest-data.ts';
import { DIGEST, schedulesOf } from './schedules.ts';
import { telemetryTasks } from './telemetry.ts';

/** How late a group forms, a shelf ends or a job that waited appears, at the most. */
const SETTLE_EVERY_MS = 2_000;

/** Between two tries to reach the server of the work queue. */
const TRY_EVERY_MS = 1_000;

export interface Jobs {
  /** Something may wait in the outbox. */
  nudge(): void;
  /** Whether the work queue can be used. */
  isReady(): boolean;
}

/**
 * The role `jobs`: from the outbox over the work queue to the channels that are configured, and what recurs. A work queue
 * that is away keeps nothing from starting.
 */
export function startJobs(
  config: Config,
  organisation: Organisation,
  handovers: readonly TargetPlan[],
  logger: Logger,
  clock: Clock,
  records: Records,
  fail: (reason: string) => void,
  stops: StopList,
): Jobs {
  const { outbox, database, maintenance, scheduleRecords, settlement, telemetry } = records;
  const handover = startHandovers(handovers, config, records, clock);
  const ledger = new PostgresNotificationLedger(database);
  const digests: DigestChannel[] = [];
  const own = configuredChannels(config, organisation, clock, logger, (channel) => {
    digests.push(channel);
    return new CappedChannel(channel, ledger, config.MAIL_PER_HOUR, clock);
  });
  const channels = [...own, ...handover.channels];
  const { REDIS_URL } = config;
  const queue = new BullWorkQueue(REDIS_URL ? { redis: REDIS_URL } : { postgres: database.poolConfig }, logger);
  const relay = new OutboxRelay(outbox, queue, clock, logger, { channels: channels.map(({ channel }) => channel) });
  const schedules = schedulesOf(config, handovers);
  const tasks = {
    ...maintenanceTasks({
      store: maintenance,
      escalation: { plan: new OrganisationEscalation(organisation), records: records.escalations },
      outbox,
      notifications: ledger,
      suppressions: records.suppressions,
      shadowAlerts: new PostgresShadowAlerts(database),
      photos: records.photos,
      keepPhotosMs: config.KEEP_PHOTOS_DAYS === 0 ? null : config.KEEP_PHOTOS_DAYS * DAY_MS,
      clock,
    }),
    [DIGEST]: digestTask(ledger, digests, clock),
    ...accountTasksOf(config, database, clock),
    ...telemetryTasks(telemetry, clock, config.ZONE),
    ...ingestTasks(config, database, clock),
    ...handover.tasks,
  };
  checkSchedules(schedules, tasks);
  const scheduler = new Scheduler({ schedules, tasks, records: scheduleRecords, queue, clock, log: logger });
  queue.handle('notify', notifyHandler(outbox, channels, clock)).handle('scheduled', scheduler.handler);

  // Not in the work queue: a queue that is away delays no job.
  const onSettlementFault = (fault: unknown) => logger.error({ err: fault }, 'alerts that wait could not be settled');
  stops.add(repeat(SETTLE_EVERY_MS, () => settlement.settle(clock.now()), onSettlementFault));

  let isStarted = false;
  const stopping = new AbortController();
  const start = async () => {
    while (!isStarted && !stopping.signal.aborted) {
      try {
        await queue.start();
        await queue.work();
        relay.start();
        scheduler.start();
        isStarted = true;
      } catch (thrown) {
        if (!(thrown instanceof Fault && thrown.retryable)) throw thrown;
        logger.warn({ err: thrown }, 'the work queue does not answer yet');
        await queue.stop();
        await pause(TRY_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const starting = start().catch((thrown: unknown) => {
    logger.error({ err: thrown }, 'the work queue');
    fail('the work queue cannot be used');
  });
  stops.add(async () => {
    stopping.abort();
    await starting;
    await scheduler.stop();
    await relay.stop();
    await queue.stop();
  });
  return { nudge: () => relay.nudge(), isReady: () => isStarted && !queue.isAway() };
}

function configuredChannels(
  config: Config,
  organisation: Organisation,
  clock: Clock,
  logger: Logger,
  capped: (channel: DigestChannel) => NotificationChannel,
): NotificationChannel[] {
  const { WEBHOOK_URL, WEBHOOK_SECRET, MAIL_URL, MAIL_FROM, MAIL_TO, PUBLIC_URL } = config;
  const channels: NotificationChannel[] = [];
  if (WEBHOOK_URL && WEBHOOK_SECRET) {
    const source = PUBLIC_URL ?? 'urn:stadtfunk';
    const allowPrivate = config.WEBHOOK_ALLOW_PRIVATE;
    const rate = { count: config.WEBHOOK_PER_MINUTE, withinMs: 60_000 };
    const options = { url: WEBHOOK_URL, secret: WEBHOOK_SECRET, source, allowPrivate, rate };
    channels.push(new WebhookChannel(options, clock));
  }
  if (MAIL_URL && MAIL_FROM && MAIL_TO) {
    const options = {
      url: MAIL_URL,
      from: MAIL_FROM,
      to: MAIL_TO,
      events: config.MAIL_EVENTS,
      severity: config.MAIL_SEVERITY,
      language: config.MAIL_LANGUAGE,
      zone: config.ZONE,
      consoleUrl: PUBLIC_URL ?? null,
      rate: { count: config.MAIL_PER_MINUTE, withinMs: 60_000 },
    };
    const quietUntil = (event: OutboxEvent, now: number) => quietUntilFor(organisation, event, now);
    channels.push(new QuietChannel(capped(new MailChannel(options, clock, logger)), quietUntil, clock));
  }
  return channels;
}
