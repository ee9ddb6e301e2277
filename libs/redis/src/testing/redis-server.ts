import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '@stadtfunk/kernel/testing';
import { Redis } from 'ioredis';

const DURABLE = { appendonly: 'yes', appendfsync: 'always', save: '' };

/** A Redis server on a free port of the loopback, with a folder of its own. */
export interface RedisServer {
  readonly url: string;
  /** Its process, for signals of other kinds. */
  readonly pid: number;
  /** Starts it again on the same port and folder, once it was stopped or killed. */
  start(): Promise<void>;
  /** As an operator stops it. The folder stays. */
  stop(): Promise<void>;
  /** `kill -9`. The folder stays. */
  kill(): Promise<void>;
  /** Deletes all keys. */
  empty(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/**
 * With `appendonly yes` and `appendfsync always`, or with a configuration file instead. `settings` are added and win.
 */
export async function startRedis(
  settings: Readonly<Record<string, string>> = {},
  configuration?: string,
): Promise<RedisServer> {
  const program = findProgram();
  const folder = await mkdtemp(join(tmpdir(), 'stadtfunk-redis-'));
  const port = await freePort();
  const all = { ...(configuration ? {} : DURABLE), ...settings };
  const place = { bind: '127.0.0.1', port: String(port), dir: folder, daemonize: 'no' };
  const flags = Object.entries({ ...all, ...place }).flatMap(([name, value]) => [`--${name}`, value]);
  const args = configuration ? [configuration, ...flags] : flags;
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const start = async () => {
    const started = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    await untilReady(started);
  };
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    running.kill('SIGCONT'); // One that a test has stopped would not hear SIGTERM.
    await exited;
  };
  await start();
  return {
    url,
    get pid() {
      return child?.pid ?? -1;
    },
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    empty: async () => {
      const redis = new Redis(url);
      await redis.flushall();
      redis.disconnect();
    },
    remove: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server that is missing fails the test; it never skips it. */
function findProgram(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/opt/homebrew/bin'];
  const program = folders.map((folder) => join(folder, 'redis-server')).find(isExecutable);
  if (program === undefined) throw new Error('Redis 7 is needed for this test: apt-get install redis-server');
  return program;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to run.
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  let output = '';
  return new Promise((ready, failed) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
      if (output.includes('Ready to accept connections')) ready();
    });
    child.once('error', failed);
    child.once('exit', () => failed(new Error(`redis-server did not start: ${output}`)));
  });
}
