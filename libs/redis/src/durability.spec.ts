import { fileURLToPath } from 'node:url';
import { Fault } from '@stadtfunk/kernel';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import type { RedisUplinkLogOptions } from './options.ts';
import { RedisUplinkLog } from './redis-uplink-log.ts';
import { startRedis, type RedisServer } from './testing.ts';

let server: RedisServer | undefined;
afterEach(() => server?.remove());

const told: string[] = [];

/** What is thrown when a log is opened, or the faults that were told of. */
async function openOn(running: RedisServer, more: Partial<RedisUplinkLogOptions> = {}): Promise<string> {
  told.length = 0;
  try {
    const onFault = (fault: Fault) => void told.push(`${fault.code}: ${fault.message}`);
    const log = await RedisUplinkLog.open({ url: running.url, onFault, ...more });
    await log.close();
    return told.join('\n');
  } catch (thrown) {
    return thrown instanceof Fault ? `refused ${thrown.code}: ${thrown.message}` : String(thrown);
  }
}

test('accepts the configuration that is shipped', async () => {
  server = await startRedis({}, fileURLToPath(new URL('../../../infra/redis/redis.conf', import.meta.url)));
  expect(await openOn(server)).toBe('');
});

test('names every setting that breaks the promise, and refuses the server', async () => {
  server = await startRedis({ appendonly: 'no', appendfsync: 'everysec', 'maxmemory-policy': 'allkeys-lru' });
  const outcome = await openOn(server);
  expect(outcome).toMatch(/^refused log\.unsafe: .*appendonly is no.*appendfsync is everysec.*allkeys-lru/);
  expect(outcome).toContain('infra/redis/redis.conf');
});

test('only warns where the operator wants it so', async () => {
  server = await startRedis({ appendfsync: 'everysec' });
  expect(await openOn(server, { durability: 'warn' })).toMatch(/^log\.unsafe: .*appendfsync is everysec/);
});

test('accepts an eviction that only touches keys with an expiry', async () => {
  server = await startRedis({ 'maxmemory-policy': 'volatile-lru' });
  expect(await openOn(server)).toBe('');
});

test('says that it cannot see the settings where CONFIG is not permitted', async () => {
  server = await startRedis();
  const redis = new Redis(server.url);
  await redis.acl('SETUSER', 'stadtfunk', 'on', '>geheim', '~stadtfunk:*', '+@all', '-config');
  redis.disconnect();
  const url = server.url.replace('redis://', 'redis://stadtfunk:geheim@');
  expect(await openOn(server, { url })).toMatch(/^log\.unsafe: .*cannot be seen/);
});

test('says that it is denied with a wrong password, and never shows the password', async () => {
  server = await startRedis({ requirepass: 'richtig' });
  const outcome = await openOn(server, { url: server.url.replace('redis://', 'redis://:falsch@') });
  expect(outcome).toMatch(/^refused log\.denied/);
  expect(outcome).not.toContain('falsch');
  expect(await openOn(server)).toMatch(/^refused log\.denied/);
});
