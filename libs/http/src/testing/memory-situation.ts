import { departmentOf } from '@stadtfunk/devices';
import { isActive, SEVERITIES, type SituationAsset, SituationSource } from '@stadtfunk/maintenance';
import type { MemoryDeviceRegistry } from './memory-device-registry.ts';
import type { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

const ALL = { limit: 10_000 };

/** The situation of what is in memory. */
export class MemorySituation extends SituationSource {
  constructor(
    private readonly registry: MemoryDeviceRegistry,
    private readonly maintenance: MemoryMaintenanceStore,
  ) {
    super();
  }

  override async read(departments: readonly string[] | null): Promise<readonly SituationAsset[]> {
    const [assets, devices, allAlerts, jobs] = await Promise.all([
      this.registry.listAssets(ALL),
      this.registry.listDevices(ALL),
      this.maintenance.listAlerts({ open: true, ...ALL }),
      this.maintenance.listJobs(ALL),
    ]);
    const active = jobs.items.filter(({ state }) => isActive(state));
    const all = assets.items.map((asset): SituationAsset => {
      const { assetId, type, name, location, district } = asset;
      const open = allAlerts.items
        .filter((alert) => alert.assetId === assetId && !alert.suppression)
        .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.raisedAt - b.raisedAt);
      const alerts = open.map(({ alertId, severity }) => ({ alertId, severity }));
      const covering = active
        .filter(
          (job) =>
            job.assetId === assetId || job.alertIds.some((alertId) => open.some((alert) => alert.alertId === alertId)),
        )
        .sort((a, b) => b.createdAt - a.createdAt);
      const contacts = devices.items
        .filter((device) => device.assetId === assetId)
        .flatMap(({ lastContactAt }) => lastContactAt ?? []);
      return {
        ...{ assetId, type, name, district, department: departmentOf(asset), alerts },
        longitude: location.coordinates[0],
        latitude: location.coordinates[1],
        jobIds: covering.map(({ jobId }) => jobId),
        lastContactAt: contacts.length === 0 ? null : Math.max(...contacts),
      };
    });
    return all.filter(({ department }) => departments === null || departments.includes(department));
  }
}
