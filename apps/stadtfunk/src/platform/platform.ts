import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import type { Config } from '@stadtfunk/config';
import { ScryptPasswordHasher } from '@stadtfunk/credentials';
import { findModel, MODELS } from '@stadtfunk/device-catalog';
import { DirectoryFeed } from '@stadtfunk/devices';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { createHttpApp, tokenVerifier, type HealthCheck, type HttpApp } from '@stadtfunk/http';
import { LogLedger } from '@stadtfunk/ingest';
import { Clock } from '@stadtfunk/kernel';
import { TopicDirectory, type MqttBridge } from '@stadtfunk/mqtt';
import { Metrics, type Logger } from '@stadtfunk/observability';
import { PostgresDeviceRegistry } from '@stadtfunk/postgres';
import { CONSUMER_GROUPS } from '@stadtfunk/uplinks';
import { apiUrlOf } from '../api-client.ts';
import { createConsumers } from './consumers.ts';
import { startIntakes } from './intake.ts';
import { listenError } from './listen-error.ts';
import { Measures } from './measures.ts';
import { startOutgoing } from './outgoing.ts';
import { openRecords, type Records } from './records.ts';
import { rulesInForce, RulesInForce } from './rules-in-force.ts';
import { keptSecret, prepareDataFolder } from './secrets.ts';
import { StopList } from './stop-list.ts';

/** A running platform. */
export interface Platform {
  readonly apiUrl: string;
  /** Where people reach it. */
  readonly consoleUrl: string;
  readonly mqttUrl: string;
  /** The administrator's token. */
  readonly token: string;
  /** A link that logs a person in, once. */
  createLoginLink(): string;
  /** Resolves with the reason when the platform cannot go on. */
  readonly failed: Promise<string>;
  /** Takes no more uplinks, finishes what it has, and closes. */
  stop(): Promise<void>;
}

class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** Changes made in another process are known this late at the latest. Our own, and new devices that connect, at once. */
const DIRECTORY_EVERY_MS = 1_000;

/** Starts everything in one process. Rejects, with everything stopped again, when a part cannot start. */
export async function startPlatform(
  config: Config,
  logger: Logger,
  announce: (line: string) => void,
): Promise<Platform> {
  const stops = new StopList();
  try {
    return await start(config, logger, announce, stops);
  } catch (thrown) {
    await stops.run();
    throw thrown;
  }
}

async function start(
  config: Config,
  logger: Logger,
  announce: (line: string) => void,
  stops: StopList,
): Promise<Platform> {
  const clock = new SystemClock();
  const metrics = new Metrics();
  const measures = new Measures(metrics);
  let fail: (reason: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => (fail = resolve));

  const ruleSet = await rulesInForce(config);
  await prepareDataFolder(config.DATA_DIR);
  const token = config.STADTFUNK_ADMIN_TOKEN ?? (await keptSecret(config.DATA_DIR, 'admin-token'));
  const sessionSecret = await keptSecret(config.DATA_DIR, 'session-key');

  const log = await FileUplinkLog.open({
    directory: join(config.DATA_DIR, 'uplinks'),
    partitions: config.LOG_PARTITIONS,
    retainMs: config.LOG_RETAIN_HOURS * HOUR_MS,
    retainBytes: config.LOG_RETAIN_MIB * MIB,
    minFreeBytes: config.LOG_MIN_FREE_MIB * MIB,
    onFault: (fault) => logger.error({ err: fault }, 'the uplink log'),
  });
  stops.add(() => log.close());

  const records = await openRecords(config, logger, log, announce, (error) =>
    fail(`the records died: ${error.message}`),
  );
  stops.add(() => records.database.close());

  const directory = new TopicDirectory();
  const feed = new DirectoryFeed(records.registry, directory);
  await feed.refresh();
  stops.add(
    repeat(
      DIRECTORY_EVERY_MS,
      () => feed.refresh(),
      (fault) => logger.warn({ err: fault }, 'the directory'),
    ),
  );

  const ledger = new LogLedger(log, records.ingest);
  measures.watchLog(log);
  measures.watchLedger(() => ledger.total());

  const outgoing = await startOutgoing(config, logger, clock, records);
  stops.add(() => outgoing.stop());

  // The API answers, and tells what is not ready, before the intake listens.
  const letIn: { bridge: MqttBridge | null } = { bridge: null };
  const http = await createHttpApp({
    clock,
    // What somebody changed holds from the next uplink on, and not only from the next look at the registry.
    deviceRegistry: new PostgresDeviceRegistry(records.database, () =>
      feed.refresh().catch((fault: unknown) => logger.warn({ err: fault }, 'the directory')),
    ),
    telemetryStore: records.telemetry,
    maintenanceStore: records.maintenance,
    deadLetterOffice: records.office,
    ledger,
    passwordHasher: new ScryptPasswordHasher(),
    ruleCatalogue: new RulesInForce(ruleSet),
    models: { list: () => MODELS, find: findModel },
    verifyToken: tokenVerifier(token),
    sessionSecret,
    secureCookies: config.PUBLIC_URL?.startsWith('https:') ?? false,
    uplinkTopic: config.MQTT_UPLINK_TOPIC,
    zone: config.ZONE,
    checks: healthChecks(config, clock, records, log, letIn),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    log: logger,
    consoleDirectory: consoleDirectory(),
  });
  stops.add(() => http.close());

  const consumers = createConsumers({
    config,
    logger,
    clock,
    log,
    directory,
    records,
    ruleSet,
    onProblem: (group, problem, deviceId) => {
      measures.problem(group, problem);
      logger.debug({ group, deviceId, ...problem }, 'a problem with an uplink');
    },
    onBatch: (group, batch) => {
      measures.batch(group, batch);
      if (group !== 'rules') return;
      http.nudge();
      outgoing.nudge();
    },
  });
  // Told before the first uplink comes in: a log that has lost its end must not give sequences again that were passed.
  for (const group of CONSUMER_GROUPS) {
    const from = group === 'store' ? records.ingest : records.rules;
    await log.commit(group, await from.positions(log.logId, await log.floors()));
  }
  for (const consumer of consumers) {
    consumer.start();
    stops.add(() => consumer.stop());
  }

  const { ports, bridge } = await startIntakes(
    { config, logger, clock, log, directory, feed, records, measures },
    stops,
  );
  letIn.bridge = bridge;

  const httpPort = await listen(http, config);
  const apiUrl = apiUrlOf({ HOST: config.HOST, HTTP_PORT: httpPort });
  const consoleUrl = config.PUBLIC_URL ?? apiUrl;
  logger.info({ ...ports, httpPort, records: records.database.kind, devices: directory.size }, 'the platform runs');
  return {
    apiUrl,
    consoleUrl,
    mqttUrl: `mqtt://${config.HOST}:${ports.tcpPort ?? 0}`,
    token,
    createLoginLink: () => `${consoleUrl}/#code=${http.createLoginCode()}`,
    failed,
    stop: () => stops.run(),
  };
}

async function listen(http: HttpApp, { HOST, HTTP_PORT }: Config): Promise<number> {
  try {
    return await http.listen(HOST, HTTP_PORT);
  } catch (thrown) {
    throw listenError(thrown, 'HTTP_PORT');
  }
}

function healthChecks(
  config: Config,
  clock: Clock,
  { database, telemetry }: Records,
  log: FileUplinkLog,
  letIn: { readonly bridge: MqttBridge | null },
): readonly HealthCheck[] {
  const checks: HealthCheck[] = [
    { name: 'records', probe: async () => void (await database.pool.query('select 1')) },
    {
      name: 'uplink log',
      probe: async () => {
        const { lastFault } = await log.status();
        if (lastFault) throw new Error(`${lastFault.code}: ${lastFault.detail}`);
      },
    },
  ];
  if (config.INFLUX_URL) {
    const nothing = { subject: { deviceId: '-' }, quantities: [], order: 'asc', limit: 1 } as const;
    const now = () => ({ from: clock.now(), to: clock.now() + 1 });
    checks.push({ name: 'InfluxDB', probe: async () => void (await telemetry.read({ ...nothing, ...now() })) });
  }
  if (config.MQTT_URL) {
    checks.push({
      name: 'MQTT broker',
      probe: () => {
        const problem = letIn.bridge?.isConnected ? null : (letIn.bridge?.problem ?? 'not connected yet');
        return problem === null ? Promise.resolve() : Promise.reject(new Error(problem));
      },
    });
  }
  return checks;
}

/** The built console lies beside this program in `dist`; a test that runs from the sources has none. */
function consoleDirectory(): string | null {
  const directory = fileURLToPath(new URL('./console', import.meta.url));
  return existsSync(join(directory, 'index.html')) ? directory : null;
}

/** Does something again and again, never twice at once; gives what stops it. */
function repeat(everyMs: number, act: () => Promise<unknown>, onFault: (fault: unknown) => void): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => {
      void act()
        .catch(onFault)
        .finally(() => {
          if (!stopped) next();
        });
    }, everyMs);
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
