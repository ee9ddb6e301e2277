import type { Config } from '@stadtfunk/config';
import { DirectoryFeed } from '@stadtfunk/devices';
import type { FileUplinkLog } from '@stadtfunk/file-log';
import {
  createSystemApp,
  tokenVerifier,
  type HealthCheck,
  type HttpApp,
  type SystemApp,
  type SystemOptions,
} from '@stadtfunk/http';
import { LogLedger } from '@stadtfunk/ingest';
import { Clock } from '@stadtfunk/kernel';
import { TopicDirectory } from '@stadtfunk/mqtt';
import { Metrics, type Logger } from '@stadtfunk/observability';
import {
  DatabaseNotices,
  groupPositions,
  PostgresIngestRecords,
  PostgresRulesRecords,
  PostgresRuleVersions,
} from '@stadtfunk/postgres';
import { RedisUplinkLog } from '@stadtfunk/redis';
import type { RuleBook } from '@stadtfunk/rules';
import { CONSUMER_GROUPS, type Consumer, type UplinkLog } from '@stadtfunk/uplinks';
import { httpUrlOf } from './addresses.ts';
import { bridgeCheck, influxCheck, localLogCheck, recordsCheck, sharedLogCheck, workQueueCheck } from './health.ts';
import { listenError } from './listen-error.ts';
import type { LossNotice } from './loss-notice.ts';
import { Measures } from './measures.ts';
import { openRecords, type Records } from './records.ts';
import { repeat } from './repeat.ts';
import { checkRoles, letsIn, type Roles } from './roles.ts';
import { apiSecrets, prepareDataFolder } from './secrets.ts';
import { StopList } from './stop-list.ts';
import { openLocalLog, openSharedLog, startForwarding, waitingInSources } from './uplink-logs.ts';

/** A running process of the platform. */
export interface Platform {
  /** Where it answers over HTTP: health and metrics, and with the role `api` the API. */
  readonly httpUrl: string;
  /** Where devices connect; null without the role `broker`. */
  readonly mqttUrl: string | null;
  /** null without the role `api`. */
  readonly api: {
    /** Where people reach the console. */
    readonly consoleUrl: string;
    /** The administrator's token. */
    readonly token: string;
    /** A link that logs a person in, once. */
    createLoginLink(): Promise<string>;
    /** A link to set the password of the first administrator, once; null: it is set. */
    readonly passwordLink: string | null;
  } | null;
  /** Resolves with the reason when the process cannot go on. */
  readonly failed: Promise<string>;
  /** Takes no more uplinks, finishes what it has, and closes. */
  stop(): Promise<void>;
}

class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

/** Changes made in another process are known this late at the latest. Our own, and new devices that connect, at once. */
const DIRECTORY_EVERY_MS = 1_000;

/** A rule that fails is said again only when it failed again. */
const RULE_FAILURES_EVERY_MS = 10_000;

/**
 * Starts these roles in this process. Rejects, with everything stopped again, when a part cannot start.
 * @param clock what shows the time: an exam lives in that of its scenario
 */
export async function startPlatform(
  config: Config,
  roles: Roles,
  logger: Logger,
  announce: (line: string) => void,
  clock: Clock = new SystemClock(),
): Promise<Platform> {
  const stops = new StopList();
  try {
    return await start(config, roles, logger, announce, clock, stops);
  } catch (thrown) {
    await stops.run();
    throw thrown;
  }
}

async function start(
  config: Config,
  roles: Roles,
  logger: Logger,
  announce: (line: string) => void,
  clock: Clock,
  stops: StopList,
): Promise<Platform> {
  checkRoles(roles, config);
  const metrics = new Metrics();
  const measures = new Measures(metrics);
  const checks: HealthCheck[] = [];
  let fail: (reason: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => (fail = resolve));
  measures.watchRoles(roles);
  measures.watchReadiness(checks);

  // A broken file is told before anything else is begun.
  const rulesInForce = roles.has('rules') || roles.has('api') ? await import('./rules-in-force.ts') : undefined;
  const ruleFiles = await rulesInForce?.readRules(config);
  const knowsOrganisation = (['rules', 'jobs', 'api'] as const).some((role) => roles.has(role));
  const organisation = knowsOrganisation
    ? await (await import('./organisation-in-force.ts')).organisationInForce(config)
    : undefined;
  const handovers =
    roles.has('jobs') || roles.has('api') ? await (await import('./handover.ts')).handoverInForce(config) : [];
  if (letsIn(roles) || !config.DATABASE_URL) await prepareDataFolder(config.DATA_DIR);
  const secrets = roles.has('api') ? await apiSecrets(config) : undefined;

  const local = letsIn(roles) ? await openLocalLog(config, logger, stops) : undefined;
  if (local) {
    measures.watchLog(local);
    checks.push(localLogCheck(local));
  }
  const records = await openRecords(config, logger, clock, announce, (error) =>
    fail(`the records died: ${error.message}`),
  );
  stops.add(() => records.database.close());
  if (organisation) await records.maintenance.putDepartments([...organisation.departments.values()]);
  checks.unshift(recordsCheck(records.database));
  if ((roles.has('ingest') || roles.has('api')) && config.INFLUX_URL)
    checks.push(influxCheck(records.telemetry.store, clock));

  const rules =
    ruleFiles && (await rulesInForce?.openRules(ruleFiles, new PostgresRuleVersions(records.database), logger));
  const onRules = async () => rules && rulesInForce?.refreshRules(rules, logger);
  if (rulesInForce) stops.add(repeat(rulesInForce.RULES_EVERY_MS, onRules, () => undefined));
  if (rules && roles.has('rules')) {
    measures.watchRules(() => rules.rules);
    stops.add(repeat(RULE_FAILURES_EVERY_MS, tellFailures(rules, logger), () => undefined));
  }

  const directory = new TopicDirectory();
  const feed = new DirectoryFeed(records.registry, directory);
  const onDirectoryFault = (fault: unknown) => logger.warn({ err: fault }, 'the directory');
  // Some kilobytes of memory for each device, for those who need it.
  const knowsDevices = letsIn(roles) || roles.has('ingest') || roles.has('rules');
  if (knowsDevices) {
    await feed.refresh();
    stops.add(repeat(DIRECTORY_EVERY_MS, () => feed.refresh(), onDirectoryFault));
  }

  const log = await openLog(config, roles, logger, local, stops);
  if (log instanceof RedisUplinkLog) checks.push(sharedLogCheck(log));
  let losses: LossNotice | undefined;
  if (local && config.REDIS_URL) {
    const forwarding = startForwarding(
      config.REDIS_URL,
      { config, logger, clock, local, sources: records.sources },
      stops,
    );
    measures.watchForwarder(forwarding.forwarder, forwarding.losses);
    ({ losses } = forwarding);
  }

  const system: SystemOptions = {
    clock,
    verifyToken: secrets ? tokenVerifier(secrets.token) : () => false,
    ...(config.METRICS_TOKEN && { verifyMetricsToken: tokenVerifier(config.METRICS_TOKEN) }),
    checks,
    notices: async () => [await losses?.text()].filter((text) => typeof text === 'string'),
    ...(config.TRUSTED_PROXIES && { trustedProxies: config.TRUSTED_PROXIES }),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    log: logger,
  };
  const notices = new DatabaseNotices(records.database, logger);
  stops.add(() => notices.stop());
  let api: HttpApp | undefined;
  if (secrets && rules && organisation && log) {
    const ledger = ledgerOf(log, records);
    measures.watchLedger(() => ledger.total());
    // What somebody changed holds in this process from the next uplink on, and not only from the next look at the registry.
    const onDirectoryChange = async () => {
      if (knowsDevices) await feed.refresh().catch(onDirectoryFault);
    };
    const parts = {
      config,
      system,
      secrets,
      records,
      ledger,
      uplinkLog: log,
      rules,
      organisation,
      handovers,
      onDirectoryChange,
    };
    const { createApi } = await import('./api-role.ts');
    api = await createApi(parts);
    notices.onEvents(() => api?.nudge());
  }
  const http = api ?? (await createSystemApp(system));
  stops.add(() => http.close());

  if (roles.has('jobs') && organisation) {
    measures.watchDeliveries(records.outbox);
    const { startJobs } = await import('./jobs-role.ts');
    const jobs = startJobs(config, organisation, handovers, logger, clock, records, fail, stops);
    notices.onEvents(() => jobs.nudge());
    if (config.REDIS_URL) checks.push(workQueueCheck(jobs));
  }
  if (rules) notices.onRules(() => void onRules());
  if (roles.has('jobs') || rules) await notices.start();

  if (log) {
    if (log === local) await tellPositions(log, records);
    const { database } = records;
    const parts = { config, logger, clock, log, directory, feed, database, measures, fail };
    if (roles.has('ingest') || roles.has('rules')) {
      const { createRulesConsumer, createStoreConsumer } = await import('./consumers.ts');
      if (roles.has('ingest')) startConsumer(createStoreConsumer(parts, records.telemetry.store), stops);
      if (roles.has('rules') && rules && organisation)
        startConsumer(createRulesConsumer(parts, rules, organisation), stops);
      measures.watchPartitions(log.partitions);
    }
  }

  let mqttUrl: string | null = null;
  if (local) {
    const { createCommitQueue, startBridge, startBroker } = await import('./intakes.ts');
    const parts = { config, logger, clock, log: local, directory, feed, registry: records.registry, measures };
    const queue = createCommitQueue(parts);
    if (roles.has('broker')) {
      const { tcpPort } = await startBroker(parts, queue, stops);
      mqttUrl = `mqtt://${config.HOST}:${tcpPort ?? 0}`;
    }
    if (roles.has('bridge') && config.MQTT_URL) {
      checks.push(bridgeCheck(startBridge(config.MQTT_URL, parts, queue, stops)));
    }
  }

  const httpPort = await listen(http, config);
  const httpUrl = httpUrlOf({ HOST: config.HOST, HTTP_PORT: httpPort });
  const consoleUrl = (api && config.PUBLIC_URL) ?? httpUrl;
  logger.info(
    { roles: [...roles], mqttUrl, httpPort, records: records.database.kind, devices: directory.size },
    'the platform runs',
  );
  return {
    httpUrl,
    mqttUrl,
    api:
      api && secrets
        ? {
            consoleUrl,
            token: secrets.token,
            createLoginLink: async () => `${consoleUrl}/#code=${await api.createLoginCode()}`,
            passwordLink: await (
              await import('./accounts.ts')
            ).firstPasswordLink(api, records.database, clock, consoleUrl),
          }
        : null,
    failed,
    stop: () => stops.run(),
  };
}

function startConsumer(consumer: Consumer, stops: StopList): void {
  consumer.start();
  stops.add(() => consumer.stop());
}

/** Says which rules have failed since the last look: the others go on, so nobody would notice. */
function tellFailures(book: RuleBook, logger: Logger): () => Promise<void> {
  const told = new Map<string, number>();
  return async () => {
    for (const { ruleId, count, last } of book.rules.failures()) {
      if (told.get(ruleId) === count) continue;
      told.set(ruleId, count);
      logger.warn({ ruleId, count, reason: last }, 'a condition of a rule fails');
    }
  };
}

/** The log that the consumers read and the ledger counts; undefined for roles that do neither. */
async function openLog(
  config: Config,
  roles: Roles,
  logger: Logger,
  local: FileUplinkLog | undefined,
  stops: StopList,
): Promise<FileUplinkLog | RedisUplinkLog | undefined> {
  if (!config.REDIS_URL) return local;
  const isRead = (['ingest', 'rules', 'api'] as const).some((role) => roles.has(role));
  return isRead ? openSharedLog(config.REDIS_URL, config, logger, stops) : undefined;
}

function ledgerOf(log: FileUplinkLog | RedisUplinkLog, { database, sources }: Records): LogLedger {
  const records = new PostgresIngestRecords(database);
  const judged = () => groupPositions(database, 'rules', log.logId, log.partitions);
  if (log instanceof RedisUplinkLog) return new LogLedger(log, records, judged, () => waitingInSources(sources, log));
  return new LogLedger(log, records, judged);
}

/** Told before the first uplink comes in: a log that has lost its end must not give sequences again that were passed. */
async function tellPositions(log: UplinkLog, { database }: Records): Promise<void> {
  const floors = await log.floors();
  const records = { store: new PostgresIngestRecords(database), rules: new PostgresRulesRecords(database) };
  for (const group of CONSUMER_GROUPS) await log.commit(group, await records[group].positions(log.logId, floors));
}

async function listen(http: SystemApp, { HOST, HTTP_PORT }: Config): Promise<number> {
  try {
    return await http.listen(HOST, HTTP_PORT);
  } catch (thrown) {
    throw listenError(thrown, 'HTTP_PORT');
  }
}
