import { Redis, type ChainableCommander, type RedisOptions } from 'ioredis';
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
 * knows whether that is safe. `reconnects` false: once lost it stays lost. `blocksMs`: how long a command may block.
 */
export async function connect(
  { url, answerTimeoutMs }: RedisConnectionOptions,
  {
    name,
    reconnects,
    blocksMs = 0,
  }: { readonly name: string; readonly reconnects: boolean; readonly blocksMs?: number },
): Promise<Redis> {
  const options: RedisOptions = {
    lazyConnect: true,
    connectionName: name,
    connectTimeout: answerTimeoutMs,
    // Not socketTimeout: its timer outlives a connection and then closes the next one (ioredis 5.11.1).
    commandTimeout: answerTimeoutMs + blocksMs,
    disableClientInfo: true,
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

/** Whether an error says that no answer came in time. The connection may be dead without anybody having said so. */
export function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === 'Command timed out';
}

/** Host and port, without the password. */
export function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is no URL';
}

/** Teaches the scripts to a server that has just started. */
export async function loadScripts(redis: Redis): Promise<void> {
  await Promise.all(SCRIPTS.map(({ lua }) => redis.script('LOAD', lua)));
}

/** A script with its keys and arguments. */
export interface Call {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly (string | number | Buffer)[];
}

/**
 * Runs scripts one after the other in one transaction, so that all of them share one sync of the append-only file. Each
 * succeeds or fails for itself. Throws the first failure, once all have ended.
 */
export async function runAll(redis: Redis, calls: readonly Call[]): Promise<readonly unknown[]> {
  if (calls.length === 0) return [];
  const transaction = redis.multi();
  for (const { script, keys, args } of calls) transaction.evalsha(script.sha, keys.length, ...keys, ...args);
  const answers = await execute(transaction);
  const results: unknown[] = [];
  let failure: Error | null = null;
  for (const [index, call] of calls.entries()) {
    const [error, result] = answers[index] ?? [new Error('no answer'), undefined];
    const again = error && /NOSCRIPT/.test(error.message) ? await runWhole(redis, call) : undefined;
    failure ??= again ? again.error : error;
    results.push(again ? again.result : result);
  }
  if (failure) throw failure;
  return results;
}

async function execute(transaction: ChainableCommander): Promise<readonly [error: Error | null, result: unknown][]> {
  try {
    return (await transaction.exec()) ?? [];
  } catch (thrown) {
    // EXECABORT only says that a command was refused, such as for lack of memory; ioredis puts the reasons beside it.
    const reasons = thrown instanceof Error && 'previousErrors' in thrown ? thrown.previousErrors : undefined;
    throw Array.isArray(reasons) && reasons[0] instanceof Error ? reasons[0] : thrown;
  }
}

/** Sends the script along: the server has forgotten it (a restart, SCRIPT FLUSH). */
async function runWhole(redis: Redis, { script, keys, args }: Call): Promise<{ error: Error | null; result: unknown }> {
  try {
    return { error: null, result: await redis.eval(script.lua, keys.length, ...keys, ...args) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)), result: undefined };
  }
}
