import { type KeyFigureQuery, KeyFigureSource } from '@stadtfunk/maintenance';
import { type JobStory, plainKeyFigures } from '@stadtfunk/maintenance/testing';
import type { MemoryDeviceRegistry } from './memory-device-registry.ts';
import type { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

/** Key figures of jobs in memory. */
export class MemoryKeyFigures extends KeyFigureSource {
  readonly #maintenance: MemoryMaintenanceStore;
  readonly #registry: MemoryDeviceRegistry;

  constructor(maintenance: MemoryMaintenanceStore, registry: MemoryDeviceRegistry) {
    super();
    this.#maintenance = maintenance;
    this.#registry = registry;
  }

  override async list(query: KeyFigureQuery) {
    const { items } = await this.#maintenance.listJobs({
      limit: 10_000,
      ...(query.departments && { departments: query.departments }),
    });
    const stories = items.map(async (job): Promise<JobStory> => {
      const history = await this.#maintenance.jobHistory(job.jobId);
      const alerts = await Promise.all(job.alertIds.map((alertId) => this.#maintenance.findAlert(alertId)));
      const acknowledgedAt = alerts.flatMap((alert) => alert?.acknowledgedAt ?? []);
      const asset = job.assetId === null ? undefined : await this.#registry.findAsset(job.assetId);
      return { job, history, acknowledgedAt, district: asset?.district ?? null };
    });
    return plainKeyFigures(await Promise.all(stories), query);
  }
}
