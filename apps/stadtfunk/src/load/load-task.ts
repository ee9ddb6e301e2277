import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  LoadRun,
  RecordingReader,
  syntheticPayloads,
  targetOf,
  type LoadDevice,
  type LoadShape,
  type PayloadSource,
} from '@stadtfunk/device-simulator';
import { UserError } from '@stadtfunk/platform';

/** A load, or a process's part of it; written down as JSON. */
export interface LoadTask {
  readonly urls: readonly string[];
  readonly firstIndex: number;
  readonly devices: readonly LoadDevice[];
  readonly sourceAddresses: readonly string[];
  /** null: all at once. */
  readonly connectsPerSecond: number | null;
  readonly connectTimeoutMs: number;
  readonly shape: LoadShape | null;
  readonly readingsPerUplink: number;
  /** File with the payloads; null: made-up ones. */
  readonly recording: string | null;
  readonly caFile: string | null;
}

/** Payloads of a recording that are kept in memory at the most. */
const MOST_PAYLOADS = 200_000;
const DRAIN_MS = 30_000;

/** Makes a run of a task. */
export async function runOf(task: LoadTask, signal: AbortSignal): Promise<LoadRun> {
  const { urls, firstIndex, devices, sourceAddresses, connectsPerSecond, connectTimeoutMs, recording, caFile } = task;
  const ca = caFile === null ? null : await readFile(caFile, 'utf8');
  return new LoadRun({
    targets: urls.map((url) => targetOf(url, ca)),
    ...{ devices, firstIndex, sourceAddresses, connectTimeoutMs, signal, drainMs: DRAIN_MS },
    connectsPerSecond: connectsPerSecond ?? Infinity,
    payloads:
      recording === null
        ? syntheticPayloads(devices.length, task.readingsPerUplink)
        : await recordedPayloads(recording),
  });
}

/** The payloads of a recording one after the other, whichever device sends, and again from the first. */
async function recordedPayloads(file: string): Promise<PayloadSource> {
  const payloads: Uint8Array[] = [];
  const reader = await RecordingReader.open(createReadStream(file));
  for await (const block of reader.blocks()) {
    for (const item of block) if (item.type === 'uplink') payloads.push(Uint8Array.from(item.uplink.payload));
    if (payloads.length >= MOST_PAYLOADS) break;
  }
  if (payloads.length === 0) throw new UserError(`${file} has no uplinks`);
  let next = 0;
  return () => payloads[next++ % payloads.length]!;
}
