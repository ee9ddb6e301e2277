import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { Fault } from '@stadtfunk/kernel';
import { ownCpu } from './cpu-meter.ts';

export const STAGES = ['intake', 'forward', 'store', 'rules'] as const;
export type StageName = (typeof STAGES)[number];

/** What one measurement is about. Handed to its process as JSON. */
export interface StageTask {
  readonly stage: StageName;
  readonly devices: number;
  /** How many a device sends together. */
  readonly readingsPerUplink: number;
  /** Uplinks before the measurement: every device has sent then, and the code is compiled. */
  readonly warmUp: number;
  /** Uplinks that are measured. */
  readonly uplinks: number;
  readonly batchSize: number;
  readonly rules: number;
  readonly servers: { readonly redis: string; readonly postgres: string; readonly influx: string };
  /** A folder of its own. */
  readonly folder: string;
  readonly profileDir: string | undefined;
}

export interface StageFigures {
  readonly readings: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly mainThreadSeconds: number;
  readonly peakMemoryMib: number;
}

/** What a stage's process says to the one that measures its surroundings. */
export type StageMessage =
  { readonly type: 'ready'; readonly port: number | null } | { readonly type: 'done'; readonly figures: StageFigures };

/**
 * Measures `work` in this process, once the other side has noted what the servers have used so far. `port` is where the
 * load has to go to, if the stage listens.
 */
export async function measured(task: StageTask, work: () => Promise<void>, port: number | null = null): Promise<void> {
  await tell({ type: 'ready', port });
  await once(process, 'message');
  const profile = task.profileDir === undefined ? undefined : await startProfile();
  const begun = performance.now();
  const before = ownCpu();
  await work();
  const after = ownCpu();
  const seconds = (performance.now() - begun) / 1000;
  await profile?.(join(task.profileDir ?? '', `${task.stage}-${task.devices}-${task.rules}.cpuprofile`));
  await tell({
    type: 'done',
    figures: {
      readings: task.uplinks * task.readingsPerUplink,
      seconds,
      cpuSeconds: after.process - before.process,
      mainThreadSeconds: after.mainThread - before.mainThread,
      peakMemoryMib: process.resourceUsage().maxRSS / 1024,
    },
  });
}

function tell(message: StageMessage): Promise<void> {
  return new Promise((told, failed) => {
    if (!process.send) throw new Fault('bench.alone', 'a stage runs as a child of the bench', false);
    process.send(message, (error: Error | null) => (error ? failed(error) : told()));
  });
}

/** Profiles from here on; gives what ends it and writes the file. */
async function startProfile(): Promise<(path: string) => Promise<void>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async (path) => {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(path, JSON.stringify(profile));
    session.disconnect();
  };
}
