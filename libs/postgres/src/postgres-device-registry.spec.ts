import { describeDeviceRegistry } from '@stadtfunk/devices/testing';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresDeviceRegistry } from './postgres-device-registry.ts';

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
