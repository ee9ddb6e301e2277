import { MemoryUplinkLog, type Uplink } from '@stadtfunk/uplinks';
import { describe, expect, it } from 'vitest';
import { readUplinkLog } from './log-uplinks.ts';

const schedule = (callback: () => void, ms: number) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};
const uplink = (number: number): Uplink => ({
  ...{ deviceId: `bin-${(number * 7) % 50}`, topic: 't', receivedAt: number, qos: 1 as const },
  payload: Uint8Array.of(number & 255),
});

async function numbersIn(
  log: MemoryUplinkLog,
  onBatch: () => Promise<void> = () => Promise.resolve(),
): Promise<number[]> {
  const numbers: number[] = [];
  for await (const batch of readUplinkLog(log)) {
    numbers.push(...batch.map(({ receivedAt }) => receivedAt));
    await onBatch();
  }
  return numbers;
}

describe('reading an uplink log', () => {
  it('gives what it holds in the order of reception, whatever its partitions, and commits nothing', async () => {
    const log = new MemoryUplinkLog({ schedule, partitions: 8 });
    const all = Array.from({ length: 5_000 }, (_, number) => number);
    await log.append(all.map(uplink));
    expect(await numbersIn(log)).toEqual(all);
    expect(await log.committed('store')).toEqual(new Array(8).fill(0));
  });

  it('begins behind what retention has deleted, and ends where it was when it began', async () => {
    const log = new MemoryUplinkLog({ schedule, partitions: 2, forgetPassed: true });
    await log.append(Array.from({ length: 100 }, (_, number) => uplink(number)));
    const heads = await log.heads();
    for (const group of ['store', 'rules'] as const) await log.commit(group, heads);
    await log.append(Array.from({ length: 50 }, (_, number) => uplink(1_000 + number)));
    const found = await numbersIn(log, () => log.append([uplink(9_999)]));
    expect(found).toEqual(Array.from({ length: 50 }, (_, number) => 1_000 + number));
    expect(await numbersIn(new MemoryUplinkLog({ schedule }))).toEqual([]);
  });
});
