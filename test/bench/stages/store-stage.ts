import { DeviceMemory, StoreConsumer } from '@stadtfunk/ingest';
import { InfluxTelemetryStore } from '@stadtfunk/influx';
import { openDatabase, PostgresIngestRecords, PostgresPartitionOwnership } from '@stadtfunk/postgres';
import { RedisUplinkLog } from '@stadtfunk/redis';
import { measureConsumption } from './consume.ts';
import { deviceIdOf, fleetDirectory } from './fleet.ts';
import { type StageTask } from './stage.ts';

const nobody = () => undefined;
/** A device that has been there for a while remembers so many readings. */
const REMEMBERED = 32;
const SEEDED_AT_ONCE = 5_000;

/** From Redis into InfluxDB and PostgreSQL. */
export async function runStoreStage(task: StageTask): Promise<void> {
  const { servers, devices } = task;
  const log = await RedisUplinkLog.open({ url: servers.redis });
  const database = await openDatabase({ url: servers.postgres }, { info: nobody, warn: nobody });
  const ownership = new PostgresPartitionOwnership(database, 'store', log.logId, log.partitions);
  await seedMemories(new PostgresIngestRecords(database), log.logId, devices);
  const telemetry = new InfluxTelemetryStore({ url: servers.influx, bucket: 'bench' });
  await telemetry.start();
  const store = new StoreConsumer({
    logId: log.logId,
    directory: fleetDirectory(devices),
    records: new PostgresIngestRecords(database, ownership),
    telemetry,
    zone: 'Europe/Berlin',
    memoriesKept: 200_000,
    sliceSize: 50,
    takeTurns: () => new Promise((turn) => setImmediate(turn)),
    onProblem: (problem) => {
      throw new Error(problem.detail);
    },
  });
  await measureConsumption(task, {
    log,
    group: 'store',
    ownership,
    resume: async (owned) => store.resume(await log.floors(), owned),
    process: (batch) => store.process(batch),
  });
  telemetry.stop();
  await database.close();
}

/** Full memories: without them the first readings of a fleet would be too cheap. What they met lies long before the load. */
async function seedMemories(records: PostgresIngestRecords, logId: string, devices: number): Promise<void> {
  const nothing = { reached: [], deadLetters: [], quarantined: [], hours: [], retries: [] };
  const add = { processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };
  for (let from = 0; from < devices; from += SEEDED_AT_ONCE) {
    const some = Array.from({ length: Math.min(SEEDED_AT_ONCE, devices - from) }, (_, index) => {
      const memory = DeviceMemory.empty();
      for (let met = 1; met <= REMEMBERED; met++) memory.meets([(from + index) * 1_000_000 + met], met);
      return { deviceId: deviceIdOf(from + index), add, lastReceivedAt: 1, memory: memory.encode() };
    });
    await records.commit({ logId, devices: some, ...nothing });
  }
}
