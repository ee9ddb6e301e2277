import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import type { Config } from '@stadtfunk/config';
import { hashPassword, ScryptPasswordHasher, verifyPassword } from '@stadtfunk/credentials';
import { findModel, MODELS } from '@stadtfunk/device-catalog';
import { DirectoryFeed, MemoryDeviceDirectory } from '@stadtfunk/devices';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { createHttpApp, tokenVerifier, type HealthCheck, type HttpApp } from '@stadtfunk/http';
import { LogLedger } from '@stadtfunk/ingest';
import { Clock, messageOf } from '@stadtfunk/kernel';
import { MqttIntake, type MqttIntakePorts } from '@stadtfunk/mqtt';
import { Metrics, type Logger } from '@stadtfunk/observability';
import { UplinkIntake } from '@stadtfunk/uplinks';
import { apiUrlOf } from '../api-client.ts';
import { UserError } from '../user-error.ts';
import { createConsumers } from './consumers.ts';
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

  const directory = new MemoryDeviceDirectory();
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

  const http = await createHttpApp({
    clock,
    deviceRegistry: records.registry,
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
    checks: healthChecks(records, log),
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
  for (const consumer of consumers) {
    consumer.start();
    stops.add(() => consumer.stop());
  }

  const { ports, intake } = await startIntake(config, logger, clock, { log, directory, feed, records, measures });
  stops.add(() => intake.stop());

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

interface IntakeParts {
  readonly log: FileUplinkLog;
  readonly directory: MemoryDeviceDirectory;
  readonly feed: DirectoryFeed;
  readonly records: Records;
  readonly measures: Measures;
}

async function startIntake(
  config: Config,
  logger: Logger,
  clock: Clock,
  { log, directory, feed, records, measures }: IntakeParts,
): Promise<{ readonly ports: MqttIntakePorts; readonly intake: MqttIntake }> {
  const queue = new UplinkIntake(log, {
    maxPending: config.MQTT_MAX_INFLIGHT,
    maxBatch: 4_096,
    appendTimeoutMs: config.LOG_APPEND_TIMEOUT_MS,
    schedule: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onDefect: (thrown) => logger.error({ err: thrown }, 'an acknowledgement failed'),
  });
  const intake = new MqttIntake(
    {
      intake: queue,
      directory,
      // A device that was registered a moment ago, maybe through another process, is not refused.
      credentials: async (deviceId) => {
        if (!directory.find(deviceId)) await feed.refresh();
        return records.registry.findCredential(deviceId);
      },
      hashPassword,
      verifyPassword,
      clock,
      log: logger,
      onAcknowledged: (latencyMs) => measures.acknowledged(latencyMs),
    },
    {
      host: config.HOST,
      tcpPort: config.MQTT_PORT,
      webSocketPort: config.MQTT_WS_PORT,
      tls: await tlsOf(config),
      uplinkTopic: config.MQTT_UPLINK_TOPIC,
      downlinkTopic: config.MQTT_DOWNLINK_TOPIC,
      maxConnections: config.MQTT_MAX_CONNECTIONS,
      connectionsPerSecond: config.MQTT_CONNECTIONS_PER_SECOND,
      connectTimeoutMs: config.MQTT_CONNECT_TIMEOUT_MS,
      maxConnectBytes: config.MQTT_MAX_PACKET_BYTES_BEFORE_AUTH,
      maxPacketBytes: config.MQTT_MAX_PACKET_BYTES,
      pauseAtInFlight: config.MQTT_MAX_INFLIGHT_PER_CLIENT,
      resumeAtInFlight: Math.ceil(config.MQTT_MAX_INFLIGHT_PER_CLIENT / 2),
      maxInFlight: config.MQTT_MAX_INFLIGHT,
      drainTimeoutMs: config.MQTT_DRAIN_TIMEOUT_MS,
      maxWaitingToVerify: config.MQTT_MAX_WAITING_TO_VERIFY,
    },
  );
  measures.watchIntake(intake.counters);
  const ports = await intake.start().catch((thrown: unknown) => {
    throw listenError(thrown, 'MQTT_PORT, MQTT_WS_PORT or MQTT_TLS_PORT');
  });
  return { ports, intake };
}

async function tlsOf({ MQTT_TLS_CERT, MQTT_TLS_KEY, MQTT_TLS_PORT }: Config) {
  if (!MQTT_TLS_CERT || !MQTT_TLS_KEY) return null;
  try {
    const [cert, key] = await Promise.all([readFile(MQTT_TLS_CERT, 'utf8'), readFile(MQTT_TLS_KEY, 'utf8')]);
    return { port: MQTT_TLS_PORT, cert, key };
  } catch (thrown) {
    throw new UserError(`MQTT_TLS_CERT or MQTT_TLS_KEY cannot be read: ${messageOf(thrown)}`, 2);
  }
}

async function listen(http: HttpApp, { HOST, HTTP_PORT }: Config): Promise<number> {
  try {
    return await http.listen(HOST, HTTP_PORT);
  } catch (thrown) {
    throw listenError(thrown, 'HTTP_PORT');
  }
}

function listenError(thrown: unknown, setting: string): unknown {
  const { code, port, address } = thrown as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return new UserError(`port ${String(port)} is used by another program: end it, or set ${setting}`, 2);
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new UserError(`cannot listen on ${String(address)}:${String(port)} (${code}): set HOST or ${setting}`, 2);
  }
  return thrown;
}

function healthChecks({ database }: Records, log: FileUplinkLog): readonly HealthCheck[] {
  return [
    { name: 'records', probe: async () => void (await database.pool.query('select 1')) },
    {
      name: 'uplink log',
      probe: async () => {
        const { lastFault } = await log.status();
        if (lastFault) throw new Error(`${lastFault.code}: ${lastFault.detail}`);
      },
    },
  ];
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
