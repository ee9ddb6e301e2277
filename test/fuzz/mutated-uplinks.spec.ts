import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORMATS, payloadFrom } from '@stadtfunk/device-catalog';
import { Random } from '@stadtfunk/device-simulator';
import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { LogLedger, StoreConsumer } from '@stadtfunk/ingest';
import { ManualClock } from '@stadtfunk/kernel/testing';
import {
  groupPositions,
  openDatabase,
  PostgresDeadLetterOffice,
  PostgresIngestRecords,
  PostgresRulesRecords,
  PostgresTelemetryStore,
  type Database,
} from '@stadtfunk/postgres';
import { quiet, startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { compileRules, DEFAULT_RULES, RulesConsumer } from '@stadtfunk/rules';
import type { Uplink } from '@stadtfunk/uplinks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const COUNT = 100_000;
const BATCH = 2_000;
const SEED = 7;
const takeTurns = () => Promise.resolve();

function bytesOf(encoding: 'hex' | 'json', text: string): Uint8Array {
  const payload = payloadFrom(encoding, text);
  if (!payload.ok) throw new Error(payload.error.detail);
  return payload.value;
}

/** Every truncation of every example, then examples with flipped bits, spliced into each other, and noise. */
function* mutations(random: Random): Generator<{ readonly format: string; readonly payload: Uint8Array }> {
  const examples = [...FORMATS.values()].flatMap(({ name, examples: own }) =>
    own.map(({ encoding, payload }) => ({ format: name, payload: bytesOf(encoding, payload) })),
  );
  for (const { format, payload } of examples) {
    for (let length = 0; length <= payload.length; length++) yield { format, payload: payload.subarray(0, length) };
  }
  for (;;) {
    const { format, payload } = random.pick(examples);
    const mutated = Uint8Array.from(payload);
    switch (random.integer(0, 3)) {
      case 0:
        for (let flips = random.integer(1, 8); flips > 0; flips--) {
          mutated[random.integer(0, mutated.length - 1)]! ^= 1 << random.integer(0, 7);
        }
        yield { format, payload: mutated };
        break;
      case 1: {
        const other = random.pick(examples).payload;
        const cut = random.integer(0, payload.length);
        yield {
          format,
          payload: Uint8Array.from([...payload.subarray(0, cut), ...other.subarray(random.integer(0, other.length))]),
        };
        break;
      }
      case 2:
        yield { format, payload: Uint8Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255)) };
        break;
      default:
        yield { format: random.pick([...FORMATS.keys()]), payload };
    }
  }
}

describe('mutated uplinks', () => {
  let server: PostgresServer;
  let database: Database;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stadtfunk-fuzz-'));
    server = await startPostgres();
    database = await openDatabase({ url: server.url }, quiet);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it(`${COUNT} of them crash nothing, and the ledger adds up`, { timeout: 300_000 }, async () => {
    const random = new Random(SEED);
    const clock = new ManualClock();
    const directory = new MemoryDeviceDirectory();
    const unknown = { imei: null, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
    const location = { type: 'Point', coordinates: [8.9169, 50.1328] } as const;
    const asset = { name: null, location, district: null, address: null, department: null };
    for (const format of FORMATS.keys()) {
      directory.put({
        device: { deviceId: `d-${format}`, model: format, lifecycle: 'active', ...unknown },
        asset: { assetId: `a-${format}`, type: 'WasteContainer', ...asset, attributes: { containerHeight: 1.2 } },
      });
    }
    const ruleSet = compileRules(DEFAULT_RULES);
    if (!ruleSet.ok) throw new Error('the default rules are broken');

    const log = await FileUplinkLog.open({ directory: folder, partitions: 4, minFreeBytes: 0 });
    const ingest = new PostgresIngestRecords(database);
    const problems = new Map<string, number>();
    const count = ({ code }: { code: string }) => problems.set(code, (problems.get(code) ?? 0) + 1);
    const common = { logId: log.logId, directory, sliceSize: 1_000, takeTurns, onProblem: count };
    const store = new StoreConsumer({
      ...common,
      records: ingest,
      telemetry: new PostgresTelemetryStore(database),
      zone: 'Europe/Berlin',
      memoriesKept: 1_000,
    });
    const rules = new RulesConsumer({
      ...common,
      partitions: log.partitions,
      records: new PostgresRulesRecords(database),
      rules: ruleSet.value,
      clock,
      listeningSince: clock.now(),
      settleMs: 10_000,
    });

    const cursors = {
      store: log.openCursor(await ingest.positions(log.logId, await log.floors())),
      rules: log.openCursor(await rules.resume(await log.floors(), [true, true, true, true])),
    };
    const source = mutations(random);
    for (let sent = 0; sent < COUNT; sent += BATCH) {
      const uplinks = Array.from({ length: BATCH }, (): Uplink => {
        clock.advance(random.integer(0, 60_000));
        const { format, payload } = source.next().value as { format: string; payload: Uint8Array };
        return { deviceId: `d-${format}`, topic: 'up', receivedAt: clock.now(), qos: 1, payload };
      });
      await log.append(uplinks);
      await store.process(await cursors.store.read(BATCH, 0));
      await rules.process(await cursors.rules.read(BATCH, 0));
      await rules.sweep();
    }

    const {
      uplinks,
      readings,
      rules: unjudged,
    } = await new LogLedger(log, ingest, () => groupPositions(database, 'rules', log.logId, log.partitions)).total();
    expect(uplinks).toMatchObject({ received: COUNT, waiting: 0 });
    expect(unjudged).toEqual({ waiting: 0 });
    expect(uplinks.processed + uplinks.rejected).toBe(COUNT);
    expect(uplinks.processed).toBeGreaterThan(COUNT / 100);
    expect(uplinks.rejected).toBeGreaterThan(COUNT / 10);
    expect(readings.decoded).toBe(readings.stored + readings.duplicate + readings.quarantined);
    const { rows } = await database.pool.query<Record<string, string>>(
      'select (select count(*) from readings) as readings, (select count(*) from dead_letters) as letters, (select count(*) from quarantined_readings) as quarantined',
    );
    expect(Number(rows[0]!['letters'])).toBe(uplinks.rejected);
    expect(Number(rows[0]!['quarantined'])).toBe(readings.quarantined);
    // Readings of one device and millisecond are one row.
    expect(Number(rows[0]!['readings'])).toBeLessThanOrEqual(readings.stored);
    // A codec or a rule that throws is a defect of ours, whatever the bytes.
    expect([...problems.keys()].filter((code) => code.endsWith('.defect'))).toEqual([]);
    const { items } = await new PostgresDeadLetterOffice(database).list({ limit: 1 });
    expect(items[0]?.payload).toBeInstanceOf(Uint8Array);
    await log.close();
  });
});
