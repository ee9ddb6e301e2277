import { DirectoryFeed, MemoryDeviceDirectory } from '@stadtfunk/devices';
import { describeDeviceRegistry } from '@stadtfunk/devices/testing';
import { expect, it } from 'vitest';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresDeviceRegistry } from './postgres-device-registry.ts';
import { openInMemory } from './testing.ts';

onEachDatabase((name, open) => {
  describeDeviceRegistry(`PostgresDeviceRegistry on ${name}`, async () => {
    const database = await open();
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return new PostgresDeviceRegistry(database);
      },
      close: () => database.close(),
    };
  });
});

it('lets a directory know of a change before the one who made it hears of it', async () => {
  const database = await openInMemory();
  const directory = new MemoryDeviceDirectory();
  const feed = new DirectoryFeed(new PostgresDeviceRegistry(database), directory);
  const registry = new PostgresDeviceRegistry(database, () => feed.refresh());
  const place = { location: { type: 'Point', coordinates: [8.9, 50.1] }, district: null, address: null } as const;
  const bin = { ...place, type: 'WasteContainer', name: null, department: null, attributes: {} } as const;
  for (const assetId of ['bin-1', 'bin-2']) await registry.createAsset({ ...bin, assetId });
  const names = { imei: null, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
  const device = { ...names, deviceId: 'sensor', model: 'stadtfunk-json', lifecycle: 'active' } as const;

  await registry.createDevice(device, 'hash', 'bin-1');
  expect(directory.find('sensor')?.asset?.assetId).toBe('bin-1');
  await registry.bind('sensor', 'bin-2');
  expect(directory.find('sensor')?.asset?.assetId).toBe('bin-2');
  await database.close();
});
