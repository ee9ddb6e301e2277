import { RedisUplinkLog } from '@stadtfunk/redis';
import { Consumer, type ConsumerGroup, type PartitionOwnership, type StoredUplink } from '@stadtfunk/uplinks';
import { uplinksOf } from './fleet.ts';
import { measured, type StageTask } from './stage.ts';

/** What one batch of the forwarder brings at the most. */
const APPENDED_AT_ONCE = 4_000;

export interface ConsumedStage {
  readonly log: RedisUplinkLog;
  readonly group: ConsumerGroup;
  readonly ownership: PartitionOwnership;
  readonly resume: (owned: readonly boolean[]) => Promise<readonly number[]>;
  readonly process: (batch: readonly StoredUplink[]) => Promise<void>;
}

/** Puts uplinks into Redis, and measures how the group works through them. */
export async function measureConsumption(task: StageTask, stage: ConsumedStage): Promise<void> {
  const beginsAt = Date.now();
  const append = async (from: number, to: number) => {
    for (let at = from; at < to; at += APPENDED_AT_ONCE) {
      await stage.log.append(uplinksOf(task, beginsAt, at, Math.min(to, at + APPENDED_AT_ONCE)));
    }
  };
  let left = 0;
  let finish: () => void = () => undefined;
  let gate = Promise.resolve();
  const consumed = (count: number) => {
    left = count;
    return new Promise<void>((resolve) => (finish = resolve));
  };
  const consumer = new Consumer({
    log: stage.log,
    group: stage.group,
    ownership: stage.ownership,
    positions: stage.resume,
    batchSize: task.batchSize,
    waitMs: 100,
    paceMs: 0,
    process: async (batch) => {
      await gate;
      await stage.process(batch);
      left -= batch.length;
      if (left === 0) finish();
    },
    idle: async () => undefined,
    onFault: (fault) => {
      throw fault;
    },
    pause: (ms) => new Promise((wake) => setTimeout(wake, ms)),
    elapsed: () => performance.now(),
  });
  const warm = consumed(task.warmUp);
  await append(0, task.warmUp);
  consumer.start();
  await warm;
  // All of it waits in the log when the measurement begins, as under a load that is more than the group can take.
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const rest = consumed(task.uplinks);
  await append(task.warmUp, task.warmUp + task.uplinks);
  await measured(task, async () => {
    open();
    await rest;
  });
  await consumer.stop();
  await stage.log.close();
}
