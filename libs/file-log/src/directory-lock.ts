import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Fault } from '@stadtfunk/kernel';
import { codeOf } from './file-layer.ts';

/*
 * Two processes that append to one directory would destroy it. Node has no flock(2), and a bare pid file is fooled when
 * a number is used again after kill -9 or a reboot. So the lock names the process by pid, its start time in clock ticks
 * and the boot: no two processes of one machine share all three. Where there is no /proc, the pid alone has to do.
 * A process in another pid namespace (a second container on the same volume) is not seen.
 */
interface Holder {
  readonly pid: number;
  readonly startedAt: string | null;
  readonly boot: string | null;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

let attempts = 0;

/** Takes the directory for this process, or throws a `Fault` `log.locked`. A lock whose process is gone is taken over. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = `${directory}/lock`;
  const own = `${path}.${process.pid}.${attempts++}`;
  const content = JSON.stringify(holderOf(process.pid));
  await writeFile(own, content, { mode: 0o640 });
  try {
    // A link either takes the name or fails, and the content is whole from the start.
    while (!(await linked(own, path))) await removeStale(path, `${own}.stale`);
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => rm(path, { force: true }) };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

async function removeStale(path: string, aside: string): Promise<void> {
  await refuseLiving(path, path);
  try {
    await rename(path, aside);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  try {
    // Another process may have taken over in between: then its lock goes back to where it was.
    await refuseLiving(aside, path);
  } catch (thrown) {
    await linked(aside, path);
    throw thrown;
  } finally {
    await rm(aside, { force: true });
  }
}

async function refuseLiving(path: string, name: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  const holder = parseHolder(text);
  if (holder && isRunning(holder)) {
    throw new Fault('log.locked', `${name}: process ${holder.pid} has this uplink log open`, false);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, startedAt, boot } = (JSON.parse(text) as Partial<Holder> | null) ?? {};
    if (!Number.isSafeInteger(pid) || (pid ?? 0) <= 0) return undefined;
    return { pid: pid ?? 0, startedAt: startedAt ?? null, boot: boot ?? null };
  } catch (thrown) {
    // A power cut can leave an empty lock; whoever wrote it is gone.
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (thrown) {
    if (codeOf(thrown) === 'ESRCH') return false; // EPERM: it runs, as somebody else.
  }
  const now = holderOf(holder.pid);
  return now.startedAt === holder.startedAt && now.boot === holder.boot;
}

function holderOf(pid: number): Holder {
  // proc(5): the 22nd field of stat; the second one, the command in brackets, may itself hold blanks and brackets.
  const stat = readProc(`/proc/${pid}/stat`);
  const startedAt = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  return { pid, startedAt, boot: readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? null };
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(thrown))) return undefined;
    throw thrown;
  }
}
