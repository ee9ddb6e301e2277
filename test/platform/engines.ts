import { startInflux, type InfluxServer } from '@stadtfunk/influx/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { startRedis, type RedisServer } from '@stadtfunk/redis/testing';

export interface Engines {
  readonly postgres: PostgresServer;
  readonly influx: InfluxServer;
  readonly redis: RedisServer;
  readonly mosquitto: MosquittoServer;
}

/** Every engine that a city runs, on free ports and in folders of their own. */
export async function startEngines(): Promise<Engines> {
  const [postgres, influx, redis, mosquitto] = await Promise.all([
    startPostgres(),
    startInflux(),
    startRedis(),
    startMosquitto(),
  ]);
  return { postgres, influx, redis, mosquitto };
}

/** Ends them and removes their folders. */
export async function removeEngines({ postgres, influx, redis, mosquitto }: Engines): Promise<void> {
  await Promise.all([postgres.stop(), influx.stop(), redis.remove(), mosquitto.stop()]);
}
