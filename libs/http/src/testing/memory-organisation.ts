import {
  EscalationRecords,
  RoutedJobs,
  type MaintenanceStore,
  type OverdueJob,
  type RoutedJob,
  type ToldEscalation,
  type ToldOverdue,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';

/** The jobs of a store, without assets. */
export class MemoryRoutedJobs extends RoutedJobs {
  constructor(private readonly store: MaintenanceStore) {
    super();
  }

  override async latest(limit: number): Promise<readonly RoutedJob[]> {
    const { items } = await this.store.listJobs({ limit });
    return Promise.all(
      items.map(async (job) => {
        const history = await this.store.jobHistory(job.jobId);
        const isDelegated = history.some(({ action, changes }) => {
          return action === 'delegate' && (changes?.department !== undefined || changes?.crew !== undefined);
        });
        return { ...job, draftedFor: job.department, severity: null, type: null, district: null, isDelegated };
      }),
    );
  }
}

/** What was told of alerts and jobs, as tests put it there. */
export class MemoryEscalationRecords extends EscalationRecords {
  readonly steps = new Map<string, readonly ToldEscalation[]>();
  readonly overdueSteps = new Map<string, readonly ToldOverdue[]>();

  override async unacknowledged(): Promise<readonly UnacknowledgedAlert[]> {
    return [];
  }

  override async tell(): Promise<boolean> {
    return false;
  }

  override async told(alertId: string): Promise<readonly ToldEscalation[]> {
    return this.steps.get(alertId) ?? [];
  }

  override async overdue(): Promise<readonly OverdueJob[]> {
    return [];
  }

  override async tellOverdue(): Promise<boolean> {
    return false;
  }

  override async toldOverdue(jobId: string): Promise<readonly ToldOverdue[]> {
    return this.overdueSteps.get(jobId) ?? [];
  }
}
