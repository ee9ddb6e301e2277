import { FileUplinkLog } from '@stadtfunk/file-log';
import { Forwarder, RedisUplinkLog } from '@stadtfunk/redis';

/*
 * A program for redis-forwarding.spec.ts, as an intake is one: appends numbered uplinks of several devices to its local log
 * without end, prints each number once it is durable there, and forwards to Redis meanwhile.
 */
const [directory = '', url = '', round = ''] = process.argv.slice(2);
const local = await FileUplinkLog.open({ directory, partitions: 6, segmentBytes: 500_000, minFreeBytes: 0 });
const open = () => RedisUplinkLog.open({ url });
new Forwarder({ local, open, batchSize: 50, commitEveryMs: 20, longestPauseMs: 100, onFault: () => undefined }).start();

const text = new TextEncoder();
async function appendFor(deviceId: string): Promise<void> {
  for (let number = 0; ; number++) {
    const name = `${round} ${number}`;
    await local.append([{ deviceId, topic: 'up', receivedAt: Date.now(), qos: 1, payload: text.encode(name) }]);
    process.stdout.write(`${deviceId} ${name}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, (_, index) => appendFor(`bin-${index}`)));
