import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { partitionOf, type UplinkLog } from '@stadtfunk/uplinks';
import { describeUplinkLog, readAll, textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LOG_KEY, stateKey, streamKey } from './keys.ts';
import type { RedisUplinkLogOptions } from './options.ts';
import { RedisUplinkLog } from './redis-uplink-log.ts';
import { startRedis, type RedisServer } from './testing.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.remove());

const sum = (positions: readonly number[]) => positions.reduce((total, position) => total + position, 0);
const open = (more: Partial<RedisUplinkLogOptions> = {}) =>
  RedisUplinkLog.open({ url: server.url, partitions: 4, ...more });

async function harness(more: Partial<RedisUplinkLogOptions> = {}) {
  await server.empty();
  let log = await open(more);
  return {
    log,
    reopen: async () => {
      await log.close();
      log = await open(more);
      return log;
    },
    stop: () => log.close(),
  };
}

describeUplinkLog('RedisUplinkLog', {
  make: () => harness(),
  makeForgetful: () => harness({ retainBytes: 0, trimEveryMs: 0 }),
});

describe('RedisUplinkLog', () => {
  let redis: Redis;
  const logs: RedisUplinkLog[] = [];
  const opened = async (more: Partial<RedisUplinkLogOptions> = {}) => {
    const log = await open(more);
    logs.push(log);
    return log;
  };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'nothing was thrown',
      (thrown: unknown) => (thrown instanceof Fault ? thrown.code : String(thrown)),
    );

  beforeEach(async () => {
    await server.empty();
    redis = new Redis(server.url);
    redis.on('error', () => undefined); // The server is killed on purpose.
  });
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
    redis.disconnect();
  });

  const everything = async (log: UplinkLog) => {
    const cursor = log.openCursor(new Array<number>(log.partitions).fill(0));
    try {
      return await readAll(cursor, sum(await log.heads()));
    } finally {
      await cursor.close();
    }
  };

  test('keeps the number of partitions of its first start', async () => {
    const first = await opened({ partitions: 7 });
    const second = await opened({ partitions: 3 });
    expect([second.logId, second.partitions]).toEqual([first.logId, 7]);
  });

  test('is one log for all that open it for the first time at once', async () => {
    const many = await Promise.all(Array.from({ length: 8 }, (_, index) => opened({ partitions: index + 1 })));
    expect(new Set(many.map(({ logId, partitions }) => `${logId} ${partitions}`)).size).toBe(1);
  });

  test('puts many uplinks into one entry, whose id is its last sequence', async () => {
    const log = await opened();
    await log.append(Array.from({ length: 5_000 }, (_, index) => uplinkOf('bin-1', String(index))));
    const entries = await redis.xrange(streamKey(partitionOf('bin-1', 4)), '-', '+');
    expect(entries.map(([id]) => id)).toEqual(['2000-0', '4000-0', '5000-0']);
  });

  test('keeps sequences without gaps and the order of each device when many append at once', async () => {
    const appenders = await Promise.all(Array.from({ length: 4 }, () => opened()));
    const rounds = 60;
    await Promise.all(
      appenders.flatMap((log, appender) =>
        [0, 1, 2, 3, 4].map(async (device) => {
          for (let round = 0; round < rounds; round++) {
            await log.append([uplinkOf(`bin-${appender}-${device}`, String(round)), uplinkOf('all', 'x')]);
          }
        }),
      ),
    );
    const uplinks = await everything(appenders[0]!);
    expect(uplinks).toHaveLength(4 * 5 * rounds * 2);
    for (let partition = 0; partition < 4; partition++) {
      const sequences = uplinks.filter((uplink) => uplink.partition === partition).map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    }
    for (let appender = 0; appender < 4; appender++) {
      const texts = uplinks.filter(({ deviceId }) => deviceId === `bin-${appender}-0`).map(textOf);
      expect(texts).toEqual(Array.from({ length: rounds }, (_, round) => String(round)));
    }
  });

  test('keeps everything that it acknowledged when Redis is killed again and again', async () => {
    const log = await opened();
    const acknowledged = new Set<string>();
    let appending = true;
    const appenders = Array.from({ length: 6 }, async (_, device) => {
      for (let number = 0; appending; number++) {
        const text = `${device} ${number}`;
        try {
          await log.append([uplinkOf(`bin-${device}`, text)]);
          acknowledged.add(text);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'log.io', retryable: true });
          await new Promise((wake) => setTimeout(wake, 5));
        }
      }
    });
    for (let round = 1; round <= 4; round++) {
      await eventually('appends are acknowledged', () => acknowledged.size > round * 300);
      await server.kill();
      const before = acknowledged.size;
      await server.start();
      await eventually('appends are acknowledged again', () => acknowledged.size > before);
    }
    appending = false;
    await Promise.all(appenders);
    const kept = (await everything(log)).map(textOf);
    expect([...acknowledged].filter((text) => !kept.includes(text))).toEqual([]);
    for (let device = 0; device < 6; device++) {
      const numbers = kept.filter((text) => text.startsWith(`${device} `)).map((text) => Number(text.split(' ')[1]));
      expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
    }
  });

  test('says within its deadline that a server that hangs is away, and goes on when it answers again', async () => {
    const log = await opened({ answerTimeoutMs: 300 });
    await log.append([uplinkOf('bin-1', 'before')]);
    process.kill(server.pid, 'SIGSTOP');
    try {
      expect(await codeOf(log.append([uplinkOf('bin-1', 'meanwhile')]))).toBe('log.io');
      expect(await codeOf(log.openCursor([0, 0, 0, 0]).read(1, 0))).toBe('log.io');
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await eventually('an append succeeds', async () => {
      await log.append([uplinkOf('bin-1', 'after')]);
      return true;
    });
    expect((await everything(log)).map(textOf)).toContain('after');
  });

  test('cannot be opened while Redis is away, and says that trying again may help', async () => {
    await server.stop();
    await expect(open()).rejects.toMatchObject({ code: 'log.io', retryable: true });
    await server.start();
  });

  test('reads on over a new connection after Redis was away', async () => {
    const log = await opened();
    await log.append([uplinkOf('bin-1', 'one')]);
    const cursor = log.openCursor([0, 0, 0, 0]);
    expect((await readAll(cursor, 1)).map(textOf)).toEqual(['one']);
    const read = cursor.read(10, 30_000);
    const outcome = codeOf(read);
    await eventually('the read waits', async () =>
      /name=stadtfunk-cursor.*cmd=xread/.test(String(await redis.client('LIST'))),
    );
    await server.kill();
    expect(await outcome).toBe('log.io');
    await server.start();
    await eventually('an append succeeds', async () => {
      await log.append([uplinkOf('bin-1', 'two')]);
      return true;
    });
    expect((await readAll(cursor, 1)).map(textOf)).toEqual(['two']);
  });

  test('refuses to be read twice at once', async () => {
    const cursor = (await opened()).openCursor([0, 0, 0, 0]);
    const read = cursor.read(1, 10_000);
    expect(await codeOf(cursor.read(1, 0))).toBe('cursor.busy');
    await cursor.close();
    expect(await read).toEqual([]);
  });

  test('refuses an uplink that is too large, and keeps nothing of its append', async () => {
    const log = await opened();
    const large = uplinkOf('bin-1', '', { payload: new Uint8Array(17 * 1024 * 1024) });
    expect(await codeOf(log.append([uplinkOf('bin-1', 'small'), large]))).toBe('log.oversized');
    expect(sum(await log.heads())).toBe(0);
  });

  test('refuses everything after it was closed', async () => {
    const log = await opened();
    await log.close();
    expect(await codeOf(log.append([uplinkOf('bin-1', 'late')]))).toBe('log.closed');
    expect(await codeOf(log.heads())).toBe('log.closed');
    expect(() => log.openCursor([0, 0, 0, 0])).toThrow('closed');
  });

  test('says that the log is full when Redis has no memory left, and goes on when it has', async () => {
    const log = await opened();
    await redis.config('SET', 'maxmemory', '1');
    expect(await codeOf(log.append([uplinkOf('bin-1', 'one')]))).toBe('log.full');
    await redis.config('SET', 'maxmemory', '0');
    await log.append([uplinkOf('bin-1', 'two')]);
    expect((await everything(log)).map(textOf)).toEqual(['two']);
  });

  test('gives no uplink out of an entry that is damaged', async () => {
    const log = await opened();
    await log.append([uplinkOf('bin-1', 'one')]);
    const key = streamKey(partitionOf('bin-1', 4));
    const [, fields] = (await redis.xrangeBuffer(key, '-', '+'))[0]!;
    const frame = Buffer.from(fields[1]!);
    frame[frame.length - 1]! ^= 1;
    await redis.del(key);
    await redis.xadd(key, '1-0', 'frame', frame);
    expect(await codeOf(log.openCursor([0, 0, 0, 0]).read(1, 0))).toBe('log.corrupt');
  });

  test('keeps frames until they are past a limit, though every group has passed them', async () => {
    let now = 1_795_000_000_000;
    const log = await opened({ trimEveryMs: 0, retainMs: 60_000, now: () => now });
    for (const text of ['one', 'two']) await log.append([uplinkOf('bin-1', text, { receivedAt: now })]);
    const heads = await log.heads();
    const pass = async () => {
      await log.commit('store', heads);
      await log.commit('rules', heads);
    };
    await pass();
    await pass();
    expect(sum(await log.floors())).toBe(0);
    now += 60_001;
    await eventually('they are deleted', async () => {
      await pass();
      return sum(await log.floors()) === 2;
    });
    expect(await log.openCursor([0, 0, 0, 0]).read(1, 0)).toEqual([]);
    expect(await redis.hget(stateKey(partitionOf('bin-1', 4)), 'bytes')).toBe('0');
    await log.append([uplinkOf('bin-1', 'three', { receivedAt: now })]);
    expect(sum(await log.heads())).toBe(3);
  });

  test('leaves the partitions of others alone when a group commits', async () => {
    const log = await opened();
    await log.append(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((deviceId) => uplinkOf(deviceId, 'x')));
    const heads = await log.heads();
    await log.commit(
      'store',
      heads.map((head, partition) => (partition === 0 ? head : Infinity)),
    );
    expect(await log.committed('store')).toEqual(heads.map((head, partition) => (partition === 0 ? head : 0)));
  });

  test('takes nothing more when a group is ahead of the log, because Redis has lost its tail', async () => {
    const log = await opened();
    await log.append([uplinkOf('bin-1', 'one')]);
    const heads = await log.heads();
    expect(
      await codeOf(
        log.commit(
          'store',
          heads.map((head) => head * 2),
        ),
      ),
    ).toBe('log.behind');
    expect(await codeOf(log.append([uplinkOf('bin-1', 'two')]))).toBe('log.behind');
    expect(await codeOf(log.commit('store', heads))).toBe('log.behind');
  });

  test('notices that its Redis was emptied, and does not begin again under the old identity', async () => {
    const log = await opened();
    await log.append([uplinkOf('bin-1', 'one')]);
    await server.empty();
    expect(await codeOf(log.append([uplinkOf('bin-1', 'two')]))).toBe('log.replaced');
    const next = await opened();
    expect(next.logId).not.toBe(log.logId);
    expect(await codeOf(log.append([uplinkOf('bin-1', 'two')]))).toBe('log.replaced');
  });

  test('works after the server has forgotten its scripts', async () => {
    const log = await opened();
    await redis.script('FLUSH');
    await log.append([uplinkOf('bin-1', 'one')]);
    expect((await everything(log)).map(textOf)).toEqual(['one']);
  });

  test.each([
    ['no JSON', '{'],
    ['another format', '{"format":2,"logId":"a","partitions":4}'],
    ['no partitions', '{"format":1,"logId":"a","partitions":0}'],
    ['null', 'null'],
  ])('refuses an identity that is damaged: %s', async (_, text) => {
    await redis.set(LOG_KEY, text);
    expect(await codeOf(open())).toBe('log.corrupt');
  });

  test('refuses partitions without their identity', async () => {
    await (await opened()).append([uplinkOf('bin-1', 'one')]);
    await redis.del(LOG_KEY);
    expect(await codeOf(open())).toBe('log.corrupt');
  });
});
