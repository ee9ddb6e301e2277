import { readFileSync } from 'node:fs';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

const NAME = /^lock\.(\d+)$/;
let attempts = 0;

/**
 * Takes the directory for this process, or throws a `Fault` `log.locked`. A lock whose process is gone is taken over.
 *
 * The file `lock.<n>` with the highest number counts. A takeover adds the next number, which only one can, and never frees
 * a name that somebody else may be about to remove: two that find the same stale lock cannot both win.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const own = `${directory}/lock.${process.pid}.${attempts++}`;
  await writeFile(own, JSON.stringify(holderOf(process.pid)), { mode: 0o640 });
  try {
    for (;;) {
      const top = Math.max(0, ...(await numbersIn(directory)));
      await refuseLiving(`${directory}/lock.${top}`);
      const path = `${directory}/lock.${top + 1}`;
      // A link either takes the name or fails, and the content is whole from the start.
      if (!(await linked(own, path))) continue;
      const numbers = await numbersIn(directory);
      if (numbers.some((number) => number > top + 1)) {
        await rm(path, { force: true });
        continue;
      }
      for (const number of numbers) if (number <= top) await rm(`${directory}/lock.${number}`, { force: true });
      // Emptied and not removed: the numbers must go on.
      return { release: () => writeFile(path, '') };
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function numbersIn(directory: string): Promise<number[]> {
  return (await readdir(directory)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
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

async function refuseLiving(path: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return;
    throw thrown;
  }
  const holder = parseHolder(text);
  if (holder && isRunning(holder)) {
    throw new Fault('log.locked', `${path}: process ${holder.pid} has this uplink log open`, false);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, startedAt, boot } = (JSON.parse(text) as Partial<Holder> | null) ?? {};
    if (!Number.isSafeInteger(pid) || (pid ?? 0) <= 0) return undefined;
    return { pid: pid ?? 0, startedAt: startedAt ?? null, boot: boot ?? null };
  } catch (thrown) {
    // Empty when it was released; a power cut can leave anything, and whoever wrote it is gone.
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
