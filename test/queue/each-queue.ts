import type { BullConnection } from '@stadtfunk/bullmq';
import type { Database } from '@stadtfunk/postgres';
import { emptyTables, onEachDatabase, openInMemory } from '@stadtfunk/postgres/testing';
import { startRedis } from '@stadtfunk/redis/testing';
import { Redis } from 'ioredis';

/** A server for queues, with a database for the records: on PostgreSQL and PGlite they are the same. */
export interface QueueServer {
  readonly database: Database;
  readonly connection: BullConnection;
  /** Ids of all work that it keeps, done or not. */
  workIds(): Promise<string[]>;
  empty(): Promise<void>;
  /** Takes away what queues need that are running. */
  breakDown(): Promise<void>;
  repair(): Promise<void>;
  close(): Promise<void>;
}

/** Runs a suite with queues on PGlite, PostgreSQL and Redis. */
export function onEachQueueServer(suite: (name: string, open: () => Promise<QueueServer>) => void): void {
  onEachDatabase((name, open) => suite(name, async () => inDatabase(await open())));
  suite('Redis', openRedis);
}

function inDatabase(database: Database): QueueServer {
  const dropTables = async () => {
    await database.pool.query('drop schema if exists bullmq cascade');
  };
  return {
    database,
    connection: { postgres: database.poolConfig },
    workIds: async () => {
      const { rows } = await database.pool.query<{ id: string }>('select id from bullmq.job');
      return rows.map(({ id }) => id).sort();
    },
    // With the tables a start of the queue would have to make all its functions anew.
    empty: () => emptyTables(database.pool, 'bullmq', 'migration'),
    breakDown: dropTables,
    repair: async () => {},
    close: () => database.close(),
  };
}

async function openRedis(): Promise<QueueServer> {
  const database = await openInMemory();
  const server = await startRedis();
  return {
    database,
    connection: { redis: server.url },
    workIds: async () => {
      const redis = new Redis(server.url);
      const keys = await redis.keys('{stadtfunk}:*:*-*');
      redis.disconnect();
      const ids = keys.map((key) => key.replace(/^.*:/, ''));
      return ids.filter((id) => id !== 'stalled-check').sort();
    },
    empty: () => server.empty(),
    breakDown: () => server.kill(),
    repair: () => server.start(),
    close: async () => {
      await database.close();
      await server.remove();
    },
  };
}
