import { Redis, type RedisOptions } from 'ioredis';
import { redisFault } from './faults.ts';
import { SCRIPTS, type Script } from './scripts.ts';

export interface RedisConnectionOptions {
  /** `redis://[user:password@]host:port[/db]`, `rediss://` for TLS. */
  readonly url: string;
  /** A server that says nothing for so long, though it was asked something, is away. */
  readonly answerTimeoutMs: number;
}

/** Pauses between attempts to connect again, ms. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * A connection that fails at once while Redis is away, and never sends a command a second time by itself: whoever sends it
 * knows whether that is safe. `reconnects` false: once lost it stays lost.
 */
export async function connect(
  { url, answerTimeoutMs }: RedisConnectionOptions,
  { name, reconnects }: { readonly name: string; readonly reconnects: boolean },
): Promise<Redis> {
  const options: RedisOptions = {
    lazyConnect: true,
    connectionName: name,
    connectTimeout: answerTimeoutMs,
    socketTimeout: answerTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: reconnects ? (times) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(times, 10)) : null,
  };
  const redis = new Redis(url, options);
  let last: unknown;
  redis.on('error', (thrown) => (last = thrown)); // Every command that it hits is rejected as well.
  try {
    await redis.connect();
    return redis;
  } catch (thrown) {
    redis.disconnect();
    throw redisFault(`connecting to Redis at ${addressOf(url)}`, last ?? thrown);
  }
}

/** Host and port, without the password. */
export function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is no URL';
}

/** Teaches the scripts to a server that has just started. */
export async function loadScripts(redis: Redis): Promise<void> {
  await Promise.all(SCRIPTS.map(({ lua }) => redis.script('LOAD', lua)));
}

/** Runs a script by its hash, and sends it along when the server has forgotten it (a restart, SCRIPT FLUSH). */
export async function run(
  redis: Redis,
  { sha, lua }: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys.length, ...keys, ...args);
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.message.startsWith('NOSCRIPT'))) throw thrown;
    return redis.eval(lua, keys.length, ...keys, ...args);
  }
}
