import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, messageOf } from '@stadtfunk/kernel';
import { pgliteScript } from '../files.ts';

/** Two servers on one data folder destroy it. Gives the function that gives the folder free. Fault `database.inUse`. */
export function lockDataFolder(dataDir: string): () => void {
  const path = `${dataDir}.lock`;
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`;
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') {
        throw new Fault('database.folder', `cannot write ${path}: ${messageOf(thrown)}`, false, thrown);
      }
    }
    const holder = readLock(path);
    if (holder === undefined) continue;
    const [pid, start] = holder.split(' ');
    if (isRunning(Number(pid), start)) {
      throw new Fault('database.inUse', `${dataDir} is in use by process ${pid} (${path})`, false);
    }
    // Moved away first: of two processes that find the lock stale only one succeeds, and none removes a fresh one.
    const aside = `${path}.stale-${process.pid}`;
    try {
      renameSync(path, aside);
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
      continue;
    }
    if (readLock(aside) === holder) unlinkSync(aside);
    else renameSync(aside, path);
  }
  throw new Fault('database.inUse', `${path} is being fought for`, true);
}

/** Makes the data folder if it is not there. Half-made ones of an earlier, interrupted try are thrown away. */
export async function createDataFolder(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  const draft = `${dataDir}.new`;
  rmSync(draft, { recursive: true, force: true });
  const child = spawn(process.execPath, [pgliteScript('create.mjs'), draft], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2_000)));
  const code = await new Promise<number | string | null>((ended, failed) => {
    child.on('error', failed);
    child.on('close', (exitCode, signal) => ended(exitCode ?? signal));
  });
  if (code !== 0) throw new Fault('database.folder', `creating ${dataDir} ended with ${code}: ${errors}`, false);
  rmSync(dataDir, { recursive: true, force: true });
  renameSync(draft, dataDir);
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** A process with this number that began at another time is another process. */
function isRunning(pid: number, start: string | undefined): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it runs, as another user.
    if (codeOf(thrown) !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return !start || now === undefined || now === start;
}

/** When a process began, with the boot it belongs to; undefined where the system has no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): field 22, counted behind the name, which may hold spaces.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
  } catch (thrown) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(thrown) ?? '')) return undefined;
    throw thrown;
  }
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}
