import { Controller, Inject, Post } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { type AlertOutcome, AlertSuppressions, MaintenanceStore } from '@stadtfunk/maintenance';
import { Actor, Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { granted } from '../suppressions/suppression-mapping.ts';
import { ownAlerts } from './alert-access.ts';
import { acknowledgeAlerts, assignAlerts, shelveAlerts } from './alert-bulk.schema.ts';
import { toOutcomeBody } from './alert-mapping.ts';

/** Steps for many alerts at once. Each answers for every one of them, so that nobody has to guess what became of the rest. */
@Controller('api/v1/alerts')
export class AlertBulkController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(AlertSuppressions) private readonly suppressions: AlertSuppressions,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('acknowledge')
  @Needs('alerts.handle')
  @Operation(acknowledgeAlerts)
  acknowledge(
    @Input() { body }: InputOf<typeof acknowledgeAlerts>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof acknowledgeAlerts>> {
    return this.#step(body.alertIds, departments, (alertIds) =>
      this.maintenance.acknowledgeAlerts({ alertIds, actor, at: this.clock.now() }),
    );
  }

  @Post('shelve')
  @Needs('alerts.handle')
  @Operation(shelveAlerts)
  shelve(
    @Input() { body: { alertIds: wanted, ...shelf } }: InputOf<typeof shelveAlerts>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof shelveAlerts>> {
    return this.#step(wanted, departments, async (alertIds) =>
      granted(await this.suppressions.shelveAll({ ...shelf, alertIds, actor, at: this.clock.now() })),
    );
  }

  @Post('assign')
  @Needs('alerts.handle')
  @Operation(assignAlerts)
  assign(
    @Input() { body }: InputOf<typeof assignAlerts>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof assignAlerts>> {
    return this.#step(body.alertIds, departments, (alertIds) =>
      this.maintenance.assignAlerts({
        ...{ alertIds, actor, at: this.clock.now(), assignee: body.assignee },
        ...(departments && { departments }),
      }),
    );
  }

  /** What somebody may not see there is not, for him. */
  async #step(
    wanted: readonly string[],
    departments: readonly string[] | null,
    take: (alertIds: readonly string[]) => Promise<readonly AlertOutcome[]>,
  ) {
    const own = departments === null ? wanted : [...(await ownAlerts(this.maintenance, wanted, departments)).keys()];
    const outcomes = new Map((await take(own)).map((outcome) => [outcome.alertId, outcome]));
    const entries = await ownAlerts(this.maintenance, own, departments);
    const items = wanted.map((alertId) => {
      const unknown: AlertOutcome = { alertId, outcome: 'gone', code: 'alert.unknown' };
      return toOutcomeBody(outcomes.get(alertId) ?? unknown, entries);
    });
    return { items };
  }
}
