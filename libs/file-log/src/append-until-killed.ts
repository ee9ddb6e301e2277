import { partitionOf } from '@stadtfunk/uplinks';
import { FileUplinkLog } from './file-uplink-log.ts';

/*
 * A program for kill.spec.ts: appends numbered uplinks of several devices without end, and prints each number once its
 * append has resolved, so that whoever kills it knows what was acknowledged.
 */
const [directory = '', round = ''] = process.argv.slice(2);
const log = await FileUplinkLog.open({ directory, partitions: 4, segmentBytes: 200_000, minFreeBytes: 0 });
const text = new TextEncoder();

async function appendFor(deviceId: string): Promise<void> {
  for (let number = 0; ; number++) {
    const size = 1 + (partitionOf(`${deviceId}${number}`, 5) === 0 ? 3 : 0);
    const names = Array.from({ length: size }, (_, part) => `${round} ${number} ${part}`);
    const uplink = { deviceId, topic: 'up', receivedAt: Date.now(), qos: 1 } as const;
    await log.append(names.map((name) => ({ ...uplink, payload: text.encode(name) })));
    process.stdout.write(names.map((name) => `${deviceId} ${name}\n`).join(''));
  }
}

await Promise.all(Array.from({ length: 8 }, (_, index) => appendFor(`bin-${index}`)));
