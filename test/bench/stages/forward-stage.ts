import { join } from 'node:path';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { Forwarder, RedisUplinkLog } from '@stadtfunk/redis';
import { uplinksOf } from './fleet.ts';
import { measured, type StageTask } from './stage.ts';

const APPENDED_AT_ONCE = 10_000;

/** From the file log to Redis, as fast as it goes. */
export async function runForwardStage(task: StageTask): Promise<void> {
  const local = await FileUplinkLog.open({ directory: join(task.folder, 'uplinks'), minFreeBytes: 0 });
  const beginsAt = Date.now();
  const append = async (from: number, to: number) => {
    for (let at = from; at < to; at += APPENDED_AT_ONCE) {
      await local.append(uplinksOf(task, beginsAt, at, Math.min(to, at + APPENDED_AT_ONCE)));
    }
  };
  const forwardAll = async () => {
    const forwarder = new Forwarder({
      local,
      open: () => RedisUplinkLog.open({ url: task.servers.redis }),
      onFault: (fault) => {
        throw fault;
      },
    });
    forwarder.start();
    while ((await forwarder.status()).waiting > 0) await new Promise((wake) => setTimeout(wake, 5));
    await forwarder.stop();
  };
  await append(0, task.warmUp);
  await forwardAll();
  await append(task.warmUp, task.warmUp + task.uplinks);
  await measured(task, forwardAll);
  await local.close();
}
