import { Fault, messageOf } from '@stadtfunk/kernel';
import type { Redis } from 'ioredis';
import { connect } from './connection.ts';

/** XTRIM MINID came with 6.2; scripts have been written to the append-only file by their effects since 5. */
const OLDEST_VERSION = [6, 2] as const;

/**
 * What about this server breaks the promise that an acknowledged uplink is durable. `unknown` is true where the server
 * does not let us see its settings, as managed ones do.
 */
export interface Durability {
  readonly problems: readonly string[];
  readonly unknown: boolean;
}

export async function readDurability(redis: Redis): Promise<Durability> {
  const problems: string[] = [];
  const version = /^redis_version:(\d+)\.(\d+)/m.exec(await redis.info('server'));
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])) {
    problems.push(`the server is older than ${OLDEST_VERSION.join('.')}`);
  }
  const settings = await readSettings(redis);
  if (!settings) {
    if (/^aof_enabled:0/m.test(await redis.info('persistence'))) problems.push('appendonly is not yes');
    return { problems, unknown: true };
  }
  for (const [setting, wanted] of [
    ['appendonly', 'yes'],
    ['appendfsync', 'always'],
  ] as const) {
    if (settings.get(setting) !== wanted)
      problems.push(`${setting} is ${settings.get(setting) ?? 'not known'}, not ${wanted}`);
  }
  const eviction = settings.get('maxmemory-policy') ?? '';
  // The volatile policies only touch keys with an expiry, and ours have none.
  if (eviction.startsWith('allkeys')) problems.push(`maxmemory-policy is ${eviction}, which deletes uplinks`);
  return { problems, unknown: false };
}

async function readSettings(redis: Redis): Promise<ReadonlyMap<string, string> | undefined> {
  const settings = new Map<string, string>();
  for (const name of ['appendonly', 'appendfsync', 'maxmemory-policy']) {
    try {
      const [, value] = (await redis.config('GET', name)) as string[];
      if (value !== undefined) settings.set(name, value);
    } catch (thrown) {
      if (/^(NOPERM|ERR unknown command)/.test(messageOf(thrown))) return undefined;
      throw thrown;
    }
  }
  return settings;
}

export function durabilityFault(problems: readonly string[]): Fault {
  const detail = `this Redis cannot keep what is acknowledged: ${problems.join('; ')}. See infra/redis/redis.conf`;
  return new Fault('log.unsafe', detail, false);
}

/** What a person can be told of a Redis before it is used: its version, and what breaks the promise. Rejects if it is away. */
export async function examineRedis(url: string): Promise<Durability & { readonly version: string }> {
  const redis = await connect({ url, answerTimeoutMs: 5_000 }, { name: 'stadtfunk-doctor', reconnects: false });
  try {
    const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'of unknown version';
    return { version, ...(await readDurability(redis)) };
  } finally {
    redis.disconnect();
  }
}
