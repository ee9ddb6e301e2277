import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, PostgresIngestRecords, PostgresPartitionOwnership } from '@stadtfunk/postgres';
import { RedisUplinkLog } from '@stadtfunk/redis';
import { Consumer, reachedBy, type StoredUplink } from '@stadtfunk/uplinks';

/*
 * A program for ownership.spec.ts: a member of the group `store` as an ingest process is one, whose work is to count
 * uplinks. Prints what it owns whenever that changes, `batch` when it begins one and `idle` when nothing waits; errors
 * too. `WORK_MS` is how long a batch takes before its transaction, `HOLD_MS` how long the transaction stays open.
 */
const [databaseUrl = '', redisUrl = '', workMs = '0', holdMs = '0'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${Date.now()} ${line}\n`);
const log = await RedisUplinkLog.open({ url: redisUrl });
const quiet = { info: () => undefined, warn: () => undefined };
const database = await openDatabase({ url: databaseUrl }, quiet);

class Watched extends PostgresPartitionOwnership {
  #told = '';

  override async settle(): Promise<readonly boolean[]> {
    const owned = await super.settle();
    const told = owned.map((isOwned) => (isOwned ? '1' : '0')).join('');
    if (told !== this.#told) say(`owns ${told}`);
    this.#told = told;
    return owned;
  }
}

/** The owner's session; its transactions stay open for a while before they commit. */
const ownership = new Watched(database, 'store', log.logId, log.partitions);
const sessions = {
  begin: async () => {
    const client = await ownership.begin();
    return new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'query' || typeof value !== 'function') return value;
        return async (...query: readonly unknown[]) => {
          if (query[0] === 'commit' && Number(holdMs) > 0) {
            say('holding');
            await pause(Number(holdMs));
          }
          return (value as (...query: readonly unknown[]) => unknown).apply(target, [...query]);
        };
      },
    });
  },
  end: () => undefined,
};
const records = new PostgresIngestRecords(database, Number(holdMs) > 0 ? sessions : ownership);

function progressOf(batch: readonly StoredUplink[]) {
  const devices = new Map<string, { processed: number; lastReceivedAt: number; last: string }>();
  for (const { deviceId, receivedAt, payload } of batch) {
    const device = devices.get(deviceId);
    devices.set(deviceId, {
      processed: (device?.processed ?? 0) + 1,
      lastReceivedAt: receivedAt,
      last: Buffer.from(payload).toString(),
    });
  }
  const none = { rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };
  return [...devices].map(([deviceId, { processed, lastReceivedAt, last }]) => {
    return { deviceId, add: { ...none, processed }, lastReceivedAt, memory: Buffer.from(last) };
  });
}

new Consumer({
  log,
  group: 'store',
  ownership,
  positions: async () => records.positions(log.logId, await log.floors()),
  batchSize: 20,
  waitMs: 200,
  paceMs: 0,
  process: async (batch) => {
    say('batch');
    await pause(Number(workMs));
    const rest = { quarantined: [], deadLetters: [], hours: [], retries: [] };
    await records.commit({ logId: log.logId, reached: reachedBy(batch), devices: progressOf(batch), ...rest });
  },
  idle: () => Promise.resolve(),
  onFault: (fault) => say(`fault ${String(fault)}`),
  pause: (ms) => pause(ms),
  elapsed: () => performance.now(),
}).start();
