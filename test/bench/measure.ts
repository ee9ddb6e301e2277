import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { LedgerReport } from '@stadtfunk/ingest';
import type { PlatformProcess } from '../platform/platform-process.ts';
import type { LoadResult } from './load-generator.ts';

const DRAIN_DEADLINE_MS = 300_000;
const MIB = 1024 * 1024;

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

export function ledgerOf(api: PlatformProcess): Promise<LedgerReport> {
  return api.get<LedgerReport>('/api/v1/ledger');
}

/** The ledger once nothing waits any more. */
export async function drained(api: PlatformProcess): Promise<LedgerReport> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const ledger = await ledgerOf(api);
    if (ledger.uplinks.waiting === 0) return ledger;
    if (performance.now() > deadline) throw new Error(`${ledger.uplinks.waiting} uplinks still wait`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

export async function metric(running: PlatformProcess, name: string): Promise<number> {
  const response = await fetch(new URL('/metrics', running.apiUrl), {
    headers: { authorization: `Bearer ${running.token}` },
  });
  const line = (await response.text())
    .split('\n')
    .find((text) => text.startsWith(`${name} `) || text.startsWith(`${name}{`));
  if (!line) throw new Error(`no metric ${name}`);
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

/** CPU seconds that a process of ours has used. */
export function cpuSeconds(running: PlatformProcess): Promise<number> {
  return metric(running, 'process_cpu_seconds_total');
}

/** CPU seconds that a server and its children have used; NaN where there is no /proc. */
export function serverCpuSeconds(pid: number): number {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return [String(pid), ...stdout.split('\n').filter(Boolean)].reduce((sum, each) => sum + cpuOf(each), 0);
}

/** Jiffies of 10 ms: own time, and that of children who have ended. */
function cpuOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / 100;
  } catch {
    return NaN; // Ended, or another system than Linux.
  }
}

/** The most memory that a process ever had, MiB; NaN where there is no /proc. */
export function peakMemoryMib(running: PlatformProcess): number {
  try {
    const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
    return Math.round((Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN) * 1024) / MIB);
  } catch {
    return NaN;
  }
}

/** What a run under load came to. */
export interface Phase {
  readonly result: LoadResult;
  /** At the end of the load, before everything was stored. */
  readonly atEnd: LedgerReport;
  readonly before: LedgerReport;
  /** Once nothing waited any more. */
  readonly after: LedgerReport;
  readonly drainSeconds: number;
}

export async function runPhase(api: PlatformProcess, load: () => Promise<LoadResult>): Promise<Phase> {
  const before = await ledgerOf(api);
  const result = await load();
  const atEnd = await ledgerOf(api);
  const drainBegun = performance.now();
  const after = await drained(api);
  return { result, before, atEnd, after, drainSeconds: (performance.now() - drainBegun) / 1000 };
}

/** A phase in the words of the report. */
export function reportOf(offeredPerSecond: number, { result, before, atEnd, after, drainSeconds }: Phase) {
  const settled = (ledger: LedgerReport) => ledger.uplinks.processed + ledger.uplinks.rejected;
  return {
    offeredPerSecond,
    seconds: round(result.seconds),
    sent: result.sent,
    notSent: result.notSent,
    acknowledged: result.acknowledged,
    acknowledgedPerSecond: round(result.acknowledged / result.seconds),
    stored: after.readings.stored - before.readings.stored,
    storedPerSecond: round((atEnd.readings.stored - before.readings.stored) / result.seconds),
    storedPerSecondWithDrain: round((after.readings.stored - before.readings.stored) / (result.seconds + drainSeconds)),
    drainSeconds: round(drainSeconds),
    // Under overload some acknowledgements come after the load has stopped counting.
    lost: Math.max(0, result.acknowledged - (settled(after) - settled(before))),
    pubackP50Ms: round(result.latencies.quantile(0.5)),
    pubackP99Ms: round(result.latencies.quantile(0.99)),
    pubackMaxMs: round(result.latencies.maxMs),
  };
}
