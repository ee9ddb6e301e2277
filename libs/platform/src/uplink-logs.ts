import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@stadtfunk/config';
import { FileUplinkLog } from '@stadtfunk/file-log';
import type { LogSources } from '@stadtfunk/ingest';
import { Fault, type Clock } from '@stadtfunk/kernel';
import type { Logger } from '@stadtfunk/observability';
import { Forwarder, RedisUplinkLog } from '@stadtfunk/redis';
import { repeat } from './repeat.ts';
import { LossNotice } from './loss-notice.ts';
import type { StopList } from './stop-list.ts';

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** How long a start waits for Redis, as it does for PostgreSQL. */
const REACH_MS = 60_000;
const REACH_EVERY_MS = 500;
/** What a stop waits for uplinks to be forwarded. What is left waits in the local log. */
const DRAIN_MS = 3_000;
const DRAIN_LOOK_MS = 20;
/** How late the ledger learns of what a local log has taken. */
const REPORT_EVERY_MS = 1_000;

/** The log that an acknowledgement stands for. */
export async function openLocalLog(config: Config, logger: Logger, stops: StopList): Promise<FileUplinkLog> {
  const log = await FileUplinkLog.open({
    directory: join(config.DATA_DIR, 'uplinks'),
    partitions: config.LOG_PARTITIONS,
    retainMs: config.LOG_RETAIN_HOURS * HOUR_MS,
    retainBytes: config.LOG_RETAIN_MIB * MIB,
    minFreeBytes: config.LOG_MIN_FREE_MIB * MIB,
    onFault: (fault) => logger.error({ err: fault }, 'the uplink log'),
  });
  stops.add(() => log.close());
  return log;
}

/** The log that processes share, in Redis. Waits for a Redis that does not answer yet. */
export async function openSharedLog(
  url: string,
  config: Config,
  logger: Logger,
  stops: StopList,
): Promise<RedisUplinkLog> {
  const deadline = performance.now() + REACH_MS;
  for (;;) {
    try {
      const log = await openRedis(url, config, logger);
      stops.add(() => log.close());
      return log;
    } catch (thrown) {
      if (!(thrown instanceof Fault && thrown.retryable) || performance.now() > deadline) throw thrown;
      logger.warn({ err: thrown }, 'Redis does not answer yet');
      await pause(REACH_EVERY_MS);
    }
  }
}

export interface Forwarding {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly local: FileUplinkLog;
  readonly sources: LogSources;
}

/** Moves what the local log takes into the shared one, reports how far it is, and notes what is lost. */
export function startForwarding(
  url: string,
  forwarding: Forwarding,
  stops: StopList,
): { readonly forwarder: Forwarder; readonly losses: LossNotice } {
  const { config, logger, clock, local, sources } = forwarding;
  const losses = new LossNotice(config.DATA_DIR, clock);
  const forwarder = new Forwarder({
    local,
    open: () => openRedis(url, config, logger),
    begin: config.FORWARD_FROM,
    onFault: (fault, attempt) => logger.error({ attempt, err: fault }, 'uplinks could not be forwarded; trying again'),
    onLoss: (uplinks) => losses.add(uplinks),
  });
  let told = '';
  const report = async () => {
    const { taken, forwarded, lastFault } = await forwarder.status();
    const problem = lastFault ? `${lastFault.code}: ${lastFault.detail}` : await losses.text();
    const source = { sourceId: local.logId, taken, forwarded, problem };
    if (told === JSON.stringify(source)) return;
    await sources.report(source, clock.now());
    told = JSON.stringify(source);
  };
  const onFault = (fault: unknown) => logger.warn({ err: fault }, 'what waits in the local log could not be reported');
  forwarder.start();
  const stopReports = repeat(REPORT_EVERY_MS, report, onFault);
  stops.add(async () => {
    const deadline = performance.now() + DRAIN_MS;
    const isDrained = async () => (await forwarder.status()).waiting === 0;
    while (!(await isDrained()) && performance.now() < deadline) await pause(DRAIN_LOOK_MS);
    await forwarder.stop();
    await stopReports();
    await report().catch(onFault);
  });
  return { forwarder, losses };
}

/** Uplinks that local logs have taken and the shared log does not have. */
export async function waitingInSources(sources: LogSources, shared: RedisUplinkLog): Promise<number> {
  const waiting = (await sources.list()).map(async ({ sourceId, taken, forwarded }) => {
    // What the shared log says is newer than what the source reported.
    return Math.max(0, taken - Math.max(forwarded, await shared.forwarded(sourceId)));
  });
  return (await Promise.all(waiting)).reduce((sum, count) => sum + count, 0);
}

function openRedis(url: string, config: Config, logger: Logger): Promise<RedisUplinkLog> {
  return RedisUplinkLog.open({
    url,
    partitions: config.LOG_PARTITIONS,
    retainMs: config.REDIS_RETAIN_HOURS * HOUR_MS,
    retainBytes: config.REDIS_RETAIN_MIB * MIB,
    onFault: (fault) => logger.error({ err: fault }, 'the shared uplink log'),
  });
}
