import { ManualClock } from '@stadtfunk/kernel/testing';
import {
  describeAlertList,
  describeEscalation,
  describeJobLife,
  describeJobList,
  type MaintenanceStoreHarness,
} from '@stadtfunk/maintenance/testing';
import { MemoryDeviceRegistry } from './memory-device-registry.ts';
import { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

async function make(): Promise<MaintenanceStoreHarness> {
  let store = new MemoryMaintenanceStore();
  let registry = new MemoryDeviceRegistry(new ManualClock());
  let number = 17;
  return {
    fresh: async () => {
      registry = new MemoryDeviceRegistry(new ManualClock());
      return (store = new MemoryMaintenanceStore(registry));
    },
    raise: async (alerts, jobs, assets = []) => {
      for (const asset of assets) await registry.createAsset(asset);
      for (const alert of alerts) store.putAlert(alert, 'alert.raised');
      for (const job of jobs) {
        const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: null } as const;
        store.putJob({ ...job, number: number++ }, { ...created, to: job.state });
      }
    },
    close: async () => {},
  };
}

describeJobLife('MemoryMaintenanceStore', make);
describeEscalation('MemoryMaintenanceStore', make);
describeAlertList('MemoryMaintenanceStore', make);
describeJobList('MemoryMaintenanceStore', make);
