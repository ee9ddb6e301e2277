import { readdirSync, readFileSync } from 'node:fs';

/** CPU used so far, seconds. */
export interface CpuTimes {
  /** This process, all threads. */
  readonly process: number;
  /** Its main thread alone: what bounds the readings that one process can take. */
  readonly mainThread: number;
}

/** Linux counts the CPU of a single thread in these. */
const TICK_SECONDS = 0.01;

export function ownCpu(): CpuTimes {
  const { user, system } = process.cpuUsage();
  return { process: (user + system) / 1e6, mainThread: cpuOf(`/proc/self/task/${process.pid}/stat`).own };
}

/** CPU seconds of a process and all its children, those included that have ended. */
export function treeCpu(pid: number): number {
  let sum = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { own, ended, parent } = cpuOf(`/proc/${name}/stat`);
      if (Number(name) === pid) sum += own + ended;
      else if (parent === pid) sum += own;
    } catch {
      continue; // Ended between the two looks.
    }
  }
  return sum;
}

export function parentOf(pid: number): number {
  return cpuOf(`/proc/${pid}/stat`).parent;
}

/** proc(5): the name of a program stands in parentheses and may hold spaces; fields count from behind it. */
function cpuOf(path: string): { readonly own: number; readonly ended: number; readonly parent: number } {
  const text = readFileSync(path, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number) => Number(fields[index]) * TICK_SECONDS;
  return { own: ticks(11) + ticks(12), ended: ticks(13) + ticks(14), parent: Number(fields[1]) };
}
