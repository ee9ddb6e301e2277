import {
  EscalationRecords,
  RoutedJobs,
  type MaintenanceStore,
  type RoutedJob,
  type ToldEscalation,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';

/** The jobs of a store, without assets. */
export class MemoryRoutedJobs extends RoutedJobs {
  constructor(private readonly store: MaintenanceStore) {
    super();
  }

  override async latest(limit: number): Promise<readonly RoutedJob[]> {
    const { items } = await this.store.listJobs({ limit });
    return items.map((job) => ({ ...job, draftedFor: job.department, severity: null, type: null, district: null }));
  }
}

/** What was told of alerts, as tests put it there. */
export class MemoryEscalationRecords extends EscalationRecords {
  readonly steps = new Map<string, readonly ToldEscalation[]>();

  override async unacknowledged(): Promise<readonly UnacknowledgedAlert[]> {
    return [];
  }

  override async tell(): Promise<boolean> {
    return false;
  }

  override async told(alertId: string): Promise<readonly ToldEscalation[]> {
    return this.steps.get(alertId) ?? [];
  }
}
