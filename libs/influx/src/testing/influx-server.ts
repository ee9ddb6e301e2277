import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { eventually, freePorts } from '@stadtfunk/kernel/testing';

const HOMEBREW = ['/opt/homebrew/opt/influxdb@1/bin', '/usr/local/opt/influxdb@1/bin'];

export interface InfluxServer {
  readonly url: string;
  /** For signals. */
  readonly pid: number;
  /** Ends the process at once, as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, at the same address. */
  restart(): Promise<void>;
  /** Ends the process and removes the data. */
  stop(): Promise<void>;
}

export interface InfluxServerOptions {
  readonly retentionCheckInterval?: string;
}

/** An InfluxDB 1.x server on free ports, with a data folder of its own; both are gone after `stop`. */
export async function startInflux(options: InfluxServerOptions = {}): Promise<InfluxServer> {
  const program = findProgram();
  const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-influx-'));
  const [httpPort, rpcPort] = (await freePorts(2)) as [number, number];
  const file = join(folder, 'influxdb.conf');
  writeFileSync(file, configuration(folder, httpPort, rpcPort, options));
  const url = `http://127.0.0.1:${httpPort}`;
  let child = await start(program, file, folder, url);
  const kill = async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  };
  return {
    url,
    get pid() {
      return child.pid!;
    },
    kill,
    restart: async () => {
      child = await start(program, file, folder, url);
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(program: string, file: string, folder: string, url: string): Promise<ChildProcess> {
  const child = spawn(program, ['-config', file], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  // A test run that is broken off leaves no server behind.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4_000);
  });
  const exited = exitOf(child).then(() => Promise.reject(new Error(`influxd did not start: ${output}`)));
  const ready = eventually('influxd answers', async () => (await fetch(`${url}/ping`)).status === 204);
  await Promise.race([ready, exited]);
  exited.catch(() => {}); // It has started; that it ends one day is no failure.
  return child;
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((done) => child.once('exit', () => done()));
}

/** Syncs every write, like the default. */
function configuration(folder: string, httpPort: number, rpcPort: number, options: InfluxServerOptions): string {
  const { retentionCheckInterval = '30m' } = options;
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
  logging-enabled = false
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  wal-fsync-delay = "0s"
  index-version = "tsi1"
  max-values-per-tag = 0
  max-series-per-database = 0
  query-log-enabled = false
[retention]
  check-interval = "${retentionCheckInterval}"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${httpPort}"
  log-enabled = false
[logging]
  level = "error"
  suppress-logo = true
`;
}

function findProgram(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...HOMEBREW];
  const program = folders.map((folder) => join(folder, 'influxd')).find(isExecutable);
  if (program !== undefined) return program;
  throw new Error('InfluxDB 1.x is needed for this test: apt-get install influxdb / brew install influxdb@1');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to run.
  }
}
