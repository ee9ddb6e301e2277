import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { messageOf } from '@stadtfunk/kernel';
import { compileRules, DEFAULT_RULES, describeProblem } from '@stadtfunk/rules';
import type { Command } from 'commander';
import { httpUrlOf, readRuleFiles, settings } from '@stadtfunk/platform';
import { printJson, printTable } from './output.ts';

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

const OLDEST_NODE = [20, 19];
const SYNC_SAMPLES = 20;
/** Slower than this in the median, a disk holds up every acknowledgement noticeably. */
const SLOW_SYNC_MS = 25;
const MIB = 1024 * 1024;
const ANSWER_MS = 5_000;

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look whether this machine and these settings can run the platform')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(settings());
      if (options.json) printJson({ ok: findings.every(({ ok }) => ok), findings });
      else printTable(findings.map(({ check, ok, detail }) => [ok ? 'ok' : 'PROBLEM', check, detail]));
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

export async function examine(config: Config): Promise<Finding[]> {
  const running = await isRunning(config);
  return Promise.all([
    look('node', () => Promise.resolve(nodeVersion())),
    look('platform', () => Promise.resolve(running ? `runs and answers at ${httpUrlOf(config)}` : 'does not run')),
    look('data folder', () => dataFolder(config)),
    look('disk', () => disk(config)),
    look('records', () => records(config)),
    ...engines(config).map(([check, examineIt]) => look(check, examineIt)),
    look('rules', () => rules(config)),
    ...(['MQTT_PORT', 'MQTT_WS_PORT', 'HTTP_PORT'] as const).map((name) =>
      look(name, () => (running ? Promise.resolve('used by the platform') : port(config.HOST, config[name]))),
    ),
  ]);
}

async function look(check: string, examineIt: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, detail: await examineIt() };
  } catch (thrown) {
    return { check, ok: false, detail: messageOf(thrown) };
  }
}

function nodeVersion(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0]! || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]!)) {
    throw new Error(`${process.versions.node} is too old: ${OLDEST_NODE.join('.')} or newer is needed`);
  }
  return process.versions.node;
}

async function isRunning(config: Config): Promise<boolean> {
  try {
    return (await fetch(`${httpUrlOf(config)}/health/live`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function dataFolder({ DATA_DIR, LOG_MIN_FREE_MIB }: Config): Promise<string> {
  await mkdir(DATA_DIR, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(DATA_DIR);
  const freeMib = Math.floor((bavail * bsize) / MIB);
  if (freeMib < LOG_MIN_FREE_MIB)
    throw new Error(`${freeMib} MiB free, uplinks are refused below ${LOG_MIN_FREE_MIB} MiB`);
  return `${freeMib} MiB free`;
}

/** What one durable commit costs here: every acknowledgement waits for one. */
async function disk({ DATA_DIR }: Config): Promise<string> {
  const path = join(DATA_DIR, `.doctor-${process.pid}`);
  const file = await open(path, 'w');
  try {
    const times: number[] = [];
    for (let sample = 0; sample < SYNC_SAMPLES; sample++) {
      const begun = performance.now();
      await file.write(Buffer.alloc(4096, sample));
      await file.datasync();
      times.push(performance.now() - begun);
    }
    const median = times.sort((a, b) => a - b)[SYNC_SAMPLES / 2]!;
    if (median > SLOW_SYNC_MS)
      throw new Error(`a durable write takes ${median.toFixed(1)} ms: acknowledgements will be slow`);
    return `a durable write takes ${median.toFixed(2)} ms`;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

async function records({ DATABASE_URL }: Config): Promise<string> {
  if (!DATABASE_URL) return 'embedded (PGlite)';
  const { Client } = await import('pg');
  const client = new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return `PostgreSQL ${rows[0]!.server_version}`;
  } finally {
    await client.end();
  }
}

type Examination = readonly [check: string, examineIt: () => Promise<string>];

/** The servers that are set, each with what it is asked. */
function engines({ REDIS_URL, INFLUX_URL, INFLUX_TOKEN, MQTT_URL }: Config): Examination[] {
  const examinations: Examination[] = [];
  if (REDIS_URL) examinations.push(['Redis', () => redis(REDIS_URL)]);
  if (INFLUX_URL) examinations.push(['InfluxDB', () => influx(INFLUX_URL, INFLUX_TOKEN)]);
  if (MQTT_URL) examinations.push(['MQTT broker', () => broker(MQTT_URL)]);
  return examinations;
}

async function redis(url: string): Promise<string> {
  const { examineRedis } = await import('@stadtfunk/redis');
  const { version, problems, unknown } = await examineRedis(url);
  if (problems.length > 0) throw new Error(`Redis ${version} cannot keep what is acknowledged: ${problems.join('; ')}`);
  return `Redis ${version}${unknown ? ', whose settings cannot be seen: see infra/redis/redis.conf' : ''}`;
}

async function influx(url: string, token: string | undefined): Promise<string> {
  const headers = token === undefined ? {} : { authorization: `Token ${token}` };
  const response = await fetch(new URL('/ping', url), { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  if (!response.ok) throw new Error(`answers ${response.status} to /ping`);
  return `InfluxDB ${response.headers.get('x-influxdb-version') ?? 'of unknown version'}`;
}

async function broker(url: string): Promise<string> {
  const { connectAsync } = await import('mqtt');
  const client = await connectAsync(url, { reconnectPeriod: 0, connectTimeout: ANSWER_MS });
  await client.endAsync();
  return 'lets a client in';
}

async function rules({ RULES_DIR, ZONE, FEDERAL_STATE }: Config): Promise<string> {
  const sources = RULES_DIR ? await readRuleFiles([RULES_DIR]) : DEFAULT_RULES;
  const compiled = compileRules(sources, { zone: ZONE, federalState: FEDERAL_STATE });
  if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('; '));
  return `${compiled.value.rules.length} rules`;
}

async function port(host: string, wanted: number): Promise<string> {
  if (wanted === 0) return 'any free one';
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code === 'EADDRINUSE' ? `${wanted} is used by another program` : error.message));
    });
    server.listen(wanted, host, () => server.close(() => resolve()));
  });
  return `${wanted} is free`;
}
