import type { LedgerReport } from '@stadtfunk/ingest';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
import { startPostgres, type PostgresServer } from '@stadtfunk/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { PlatformProcess } from '../platform/platform-process.ts';

/** A disk that others hardly write to meanwhile, if there is one. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const MIB = 1024 * 1024;
const MARGIN_MIB = 15;

// What the log does when a write itself fails with ENOSPC is in libs/file-log/src/failing-disk.spec.ts.
describe('a disk that fills up', () => {
  let dataDir: string;
  let postgres: PostgresServer;
  let platform: PlatformProcess;
  let bin: RegisteredDevice;
  const filler = () => join(dataDir, 'filler');
  const acknowledged: number[] = [];
  let time = 0;

  /** As a device does: a new connection each, until it is acknowledged. */
  const publish = async () => {
    const device = await TestDevice.connect(platform.mqttUrl, bin);
    try {
      time = Math.max(time + 1, Date.now());
      await device.publish(JSON.stringify({ observedAt: new Date(time).toISOString(), values: { fillingLevel: 0.4 } }));
      acknowledged.push(time);
    } finally {
      await device.end();
    }
  };
  const readiness = async () => {
    const { status, body } = await platform.ask<object>('GET', '/health/ready');
    return { status, text: JSON.stringify(body) };
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    dataDir = await mkdtemp(join(PLACE, 'stadtfunk-disk-'));
    const { bavail, bsize } = await statfs(dataDir);
    const threshold = Math.floor((bavail * bsize) / MIB) - MARGIN_MIB;
    expect(threshold, `free space in ${PLACE}, MiB`).toBeGreaterThan(MARGIN_MIB);
    platform = await PlatformProcess.start(dataDir, {
      DATABASE_URL: postgres.url,
      LOG_MIN_FREE_MIB: String(threshold),
    });
    bin = await register(platform, 'bin-1', 'stadtfunk-json', { type: 'WasteContainer' });
  });
  afterAll(async () => {
    await platform.kill();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('gets no acknowledgement out, says why, keeps what it has, and goes on when there is room', async () => {
    for (let count = 0; count < 20; count++) await publish();

    await writeFile(filler(), Buffer.alloc(2 * MARGIN_MIB * MIB, 1));
    // It looks at the free space once a second.
    await eventually('a refusal', async () =>
      publish().then(
        () => false,
        () => true,
      ),
    );
    for (let count = 0; count < 5; count++) await expect(publish()).rejects.toThrow('closed without PUBACK');
    // Who asks for health learns which part it is, and whoever reads the log learns why.
    expect(await readiness()).toEqual({ status: 503, text: expect.stringContaining('missing: uplink log') as string });
    expect(platform.log).toMatch(/log\.full: \d+ bytes are free, \d+ have to stay free/);
    const path = '/api/v1/assets/asset-of-bin-1/readings?from=2000-01-01T00:00:00Z&limit=1000';
    const times = async () => {
      const { items } = await platform.get<{ items: readonly { observedAt: string }[] }>(path);
      return items.map(({ observedAt }) => Date.parse(observedAt));
    };
    await eventually('what was acknowledged', async () => (await times()).length === acknowledged.length);

    await rm(filler());
    await eventually('an acknowledgement', async () => publish().then(() => true));
    for (let count = 0; count < 5; count++) await publish();
    await eventually('readiness', async () => (await readiness()).status === 200);
    const { uplinks } = await eventually('an empty log', async () => {
      const ledger = await platform.get<LedgerReport>('/api/v1/ledger');
      return ledger.uplinks.waiting === 0 && ledger.rules.waiting === 0 && ledger;
    });
    expect(uplinks).toEqual({ received: acknowledged.length, processed: acknowledged.length, rejected: 0, waiting: 0 });
    expect(await times()).toEqual(acknowledged);
  });
});
