import { describeRegistryBatch, describeRegistrySearch } from '@stadtfunk/devices/testing';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryDeviceRegistry } from './memory-device-registry.ts';
import { MemoryRegistryBatch } from './memory-registry-batch.ts';
import { MemoryRegistrySearch } from './memory-registry-search.ts';

const close = () => Promise.resolve();

describeRegistrySearch('MemoryRegistrySearch', async () => ({
  fresh: async () => {
    const registry = new MemoryDeviceRegistry(new ManualClock());
    return { registry, search: new MemoryRegistrySearch(registry) };
  },
  close,
}));

describeRegistryBatch('MemoryRegistryBatch', async () => ({
  fresh: async () => {
    const registry = new MemoryDeviceRegistry(new ManualClock());
    return { registry, batch: new MemoryRegistryBatch(registry, () => ['waste', 'lighting']) };
  },
  close,
}));
