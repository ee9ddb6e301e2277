import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort } from '@stadtfunk/kernel/testing';
import { copyFolder, keptFolder } from './kept-folder.ts';

const DEBIAN = '/usr/lib/postgresql';
const OLDEST_VERSION = 15;

export interface PostgresServer {
  readonly url: string;
  /** Of its first process. */
  readonly pid: number;
  /** Ends the process, as an operator would; connections break, the data stay. */
  interrupt(): Promise<void>;
  /** `kill -9` of it and of all its sessions. */
  kill(): Promise<void>;
  /** Holds it and all its sessions for a while, as a machine that hangs does; gives what lets them go on. */
  hold(): () => void;
  /** Starts it again after `interrupt` or `kill`, at the same address. */
  resume(): Promise<void>;
  /** Ends the process and removes the data. */
  stop(): Promise<void>;
}

/** A PostgreSQL server on a free port, with a data folder of its own; both are gone after `stop`. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findBinaries();
  const user = unprivilegedUser();
  const folder = makeFolder(user);
  const data = join(folder, 'data');
  const options: SpawnOptions = { cwd: folder, ...user };

  copyFolder(await emptyCluster(binaries, user), data);

  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'max_connections=60',
  ];
  const run = () => runPostgres(join(binaries, 'postgres'), ['-D', data, '-p', String(port)], settings, options);
  let running = await run();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    get pid() {
      return running.pid;
    },
    interrupt: () => running.end('SIGINT'),
    kill: async () => {
      const sessions = childrenOf(running.pid);
      const ended = running.end('SIGKILL');
      signal(sessions, 'SIGKILL');
      await ended;
    },
    hold: () => {
      const held = [running.pid, ...childrenOf(running.pid)];
      signal(held, 'SIGSTOP');
      return () => signal(held, 'SIGCONT');
    },
    resume: async () => {
      // A session that began while the others were killed holds the memory for a moment longer.
      running = await eventually('PostgreSQL to start again', run, { everyMs: 200 });
    },
    stop: async () => {
      await running.end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type User = { readonly uid: number; readonly gid: number } | undefined;

function makeFolder(user: User): string {
  const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** The data folder of a server that has never run, to be copied. */
function emptyCluster(binaries: string, user: User): Promise<string> {
  const program = join(binaries, 'initdb');
  const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  const signature = [program, String(statSync(program).mtimeMs), String(user?.uid), ...flags];
  return keptFolder('postgres', signature, async () => {
    const place = makeFolder(user);
    const folder = join(place, 'data');
    const made = spawnSync(program, ['-D', folder, ...flags], { cwd: place, ...user, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || String(made.error)}`);
    return { folder, remove: () => rmSync(place, { recursive: true, force: true }) };
  });
}

interface RunningPostgres {
  readonly pid: number;
  /** `SIGINT` is the fast shutdown of postgres. */
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

/** Resolves when the server accepts connections. */
async function runPostgres(
  program: string,
  place: readonly string[],
  settings: readonly string[],
  options: SpawnOptions,
): Promise<RunningPostgres> {
  const child = spawn(program, [...place, ...settings.flatMap((setting) => ['-c', setting])], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  let output = '';
  await new Promise<void>((ready, failed) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
      if (output.includes('database system is ready to accept connections')) ready();
    });
    void exited.then(() => failed(new Error(`postgres did not start: ${output}`)));
  });
  return {
    pid: child.pid!,
    end: async (how) => {
      child.kill(how);
      await exited;
    },
  };
}

/** Its sessions and helpers are processes of their own. */
function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** Those that have ended meanwhile are passed over. */
function signal(pids: readonly number[], name: NodeJS.Signals): void {
  spawnSync('kill', ['-s', name.slice('SIG'.length), ...pids.map(String)]);
}

function findBinaries(): string {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  const version = versions.find((each) => each >= OLDEST_VERSION && existsSync(join(DEBIAN, `${each}/bin/postgres`)));
  if (version !== undefined) return join(DEBIAN, `${version}/bin`);
  const inPath = (process.env['PATH'] ?? '').split(':').find((folder) => existsSync(join(folder, 'initdb')));
  if (inPath) return inPath;
  throw new Error(`PostgreSQL ${OLDEST_VERSION} or newer is needed for this test: apt-get install postgresql`);
}

/** PostgreSQL refuses to run as root: then the user that its package made. */
function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
