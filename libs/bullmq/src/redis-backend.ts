import { Fault } from '@stadtfunk/kernel';
import { createRedisBackend } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { loggable, type BackendEvents, type BullBackend } from './bull-backend.ts';

/** In braces: all keys of all queues hash to one slot, where the scripts of BullMQ need them together. */
const PREFIX = '{stadtfunk}';

const COMMON: RedisOptions = {
  connectTimeout: 10_000,
  keepAlive: 10_000,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 5_000),
  // A replica that was the primary until just now.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};
/** Adding fails at once while Redis is away: whoever adds keeps the work and comes again. */
const ADDING: RedisOptions = {
  ...COMMON,
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  socketTimeout: 10_000,
};
/**
 * Working waits until Redis is back, and sends again what was not answered: that work is done must not get lost. BullMQ blocks
 * for up to 10 s, and gives that 1 s more.
 */
const WORKING: RedisOptions = { ...COMMON, maxRetriesPerRequest: null, socketTimeout: 15_000 };

/** Queues in Redis. Faults: `queue.url`. */
export async function openRedisBackend(url: string, events: BackendEvents): Promise<BullBackend> {
  checkUrl(url);
  const clients = new Set<Redis>();
  const open = (options: RedisOptions): Redis => {
    const client = new Redis(url, options);
    clients.add(client);
    client.on('end', () => clients.delete(client));
    // BullMQ duplicates a client to block on it.
    client.duplicate = (override) => open({ ...options, ...override });
    return client;
  };
  const close = async () => clients.forEach((client) => client.disconnect());

  const adding = open(ADDING);
  let lastError: unknown;
  adding.on('error', (error) => (lastError = error));
  try {
    await adding.connect();
  } catch (thrown) {
    await close();
    throw lastError ?? thrown;
  }

  let isAway = false;
  adding.on('close', () => {
    if (isAway || !clients.has(adding)) return;
    isAway = true;
    events.trouble(loggable(lastError ?? 'the connection was closed'), 'the Redis of the work queue is away');
  });
  adding.on('ready', () => {
    isAway = false;
    lastError = undefined;
    events.returned();
  });

  let working: Redis | undefined;
  return {
    create: (name, options, needs = {}) => {
      const connection = needs.withBlockingConnection ? (working ??= open(WORKING)) : adding;
      const prefixed = { ...options, prefix: PREFIX, connection };
      return createRedisBackend(name, prefixed, needs);
    },
    isAway: () => isAway,
    close,
  };
}

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return;
  // Without the text: there may be a password in it.
  throw new Fault('queue.url', 'the address of the work queue is not a redis:// or rediss:// URL', false);
}
