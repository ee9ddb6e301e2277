import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus, tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startInflux } from '@stadtfunk/influx/testing';
import { startPostgres } from '@stadtfunk/postgres/testing';
import { startRedis } from '@stadtfunk/redis/testing';
import { Client } from 'pg';
import { LoadGenerator } from '../load-generator.ts';
import { parentOf, treeCpu } from './cpu-meter.ts';
import { deviceIdOf } from './fleet.ts';
import type { StageMessage, StageName, StageTask } from './stage.ts';

export interface StagesBenchOptions {
  readonly stages: readonly StageName[];
  readonly devices: readonly number[];
  readonly rules: readonly number[];
  readonly readingsPerUplink: number;
  /** Uplinks that each measurement is about. */
  readonly uplinks: number;
  readonly batchSize: number;
  /** Uplinks a second that the intake is offered; the other stages take what they can. */
  readonly intakeRate: number;
  readonly profileDir: string | undefined;
  readonly log: (line: string) => void;
}

/** Connections of the load: one process may not open more. What a device costs that only exists is in the other stages. */
const MOST_CONNECTIONS = 5_000;
/** Readings. */
const LEAST_WARM_UP = 100_000;

/** What each stage of the way costs by itself: one process per measurement, on real servers that are new each time. */
export async function benchStages(options: StagesBenchOptions): Promise<object> {
  const results: object[] = [];
  for (const devices of options.devices) {
    for (const stage of options.stages) {
      for (const rules of stage === 'rules' ? options.rules : [0]) {
        const result = await measureStage(options, stage, devices, rules);
        options.log(JSON.stringify(result));
        results.push(result);
      }
    }
  }
  const machine = { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version };
  const { batchSize, readingsPerUplink } = options;
  return { bench: 'stages', machine, batchSize, readingsPerUplink, results };
}

async function measureStage(
  options: StagesBenchOptions,
  stage: StageName,
  devices: number,
  rules: number,
): Promise<object> {
  const servers = await startServers(stage);
  const folder = await mkdtemp(join(tmpdir(), 'stadtfunk-stage-'));
  try {
    const { uplinks, readingsPerUplink, batchSize, profileDir } = options;
    const warmUp = Math.max(Math.ceil(LEAST_WARM_UP / readingsPerUplink), devices);
    const load = { devices, readingsPerUplink, warmUp, uplinks, batchSize, rules };
    return await runInChild({ stage, ...load, servers: servers.urls, folder, profileDir }, servers, options);
  } finally {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Servers {
  readonly urls: StageTask['servers'];
  /** CPU seconds that each has used. */
  cpu(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/** Those that the stage needs. */
async function startServers(stage: StageName): Promise<Servers> {
  const redis = stage === 'intake' ? undefined : await startRedis();
  const postgres = stage === 'store' || stage === 'rules' ? await startPostgres() : undefined;
  const influx = stage === 'store' ? await startInflux() : undefined;
  return {
    urls: { redis: redis?.url ?? '', postgres: postgres?.url ?? '', influx: influx?.url ?? '' },
    cpu: async () => ({
      ...(redis && { redis: treeCpu(redis.pid) }),
      ...(postgres && { postgres: treeCpu(await postmasterOf(postgres.url)) }),
      ...(influx && { influx: treeCpu(influx.pid) }),
    }),
    stop: async () => {
      await influx?.stop();
      await postgres?.stop();
      await redis?.remove();
    },
  };
}

async function postmasterOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return parentOf(rows[0]!.pid);
  } finally {
    await client.end();
  }
}

async function runInChild(task: StageTask, servers: Servers, { intakeRate }: StagesBenchOptions): Promise<object> {
  const program = process.argv[1] ?? '';
  const child = spawn(process.execPath, [program, 'stage', JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const load = new LoadGenerator(task.readingsPerUplink);
  try {
    const ready = await next(child, 'ready');
    if (ready.port !== null) {
      await load.connect(`mqtt://127.0.0.1:${ready.port}`, loadDevices(task.devices));
      await publish(load, intakeRate, task.warmUp);
    }
    const before = await servers.cpu();
    const done = next(child, 'done');
    child.send('go');
    if (ready.port !== null) await publish(load, intakeRate, task.uplinks);
    const { figures } = await done;
    const after = await servers.cpu();
    const perReading = (seconds: number) => Number(((seconds * 1e6) / figures.readings).toFixed(2));
    return {
      stage: task.stage,
      devices: task.devices,
      ...(task.stage === 'rules' && { rules: task.rules }),
      cpuMicroseconds: perReading(figures.cpuSeconds),
      mainThreadMicroseconds: perReading(figures.mainThreadSeconds),
      serverMicroseconds: Object.fromEntries(
        Object.entries(after).map(([name, seconds]) => [name, perReading(seconds - before[name]!)]),
      ),
      perSecond: Math.round(figures.readings / figures.seconds),
      peakMemoryMib: Math.round(figures.peakMemoryMib),
    };
  } finally {
    load.end();
    // What it measured is here; what it kept goes with its folder.
    child.kill('SIGKILL');
    await exited;
  }
}

async function publish(load: LoadGenerator, perSecond: number, uplinks: number): Promise<void> {
  const { sent, acknowledged } = await load.run(perSecond, uplinks / perSecond);
  if (acknowledged !== uplinks) throw new Error(`${acknowledged} of ${sent} uplinks were acknowledged`);
}

/** The next message, which has to be of this type. */
async function next<T extends StageMessage['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<StageMessage, { type: T }>> {
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the stage ended with ${String(code)}`)));
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [StageMessage];
  ended.catch(() => undefined); // It ends some day.
  if (message.type !== type) throw new Error(`the stage says ${message.type} where ${type} was due`);
  return message as Extract<StageMessage, { type: T }>;
}

function loadDevices(devices: number) {
  return Array.from({ length: Math.min(devices, MOST_CONNECTIONS) }, (_, device) => {
    const deviceId = deviceIdOf(device);
    return { username: deviceId, password: 'bench', topic: `stadtfunk/v1/${deviceId}/up` };
  });
}
