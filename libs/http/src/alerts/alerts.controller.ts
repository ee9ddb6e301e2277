import { Controller, Get, Inject, Post } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { MaintenanceStore } from '@stadtfunk/maintenance';
import { Actor, Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { ownAlert } from './alert-access.ts';
import { countsOf, withoutFacets } from './alert-counts.ts';
import { toAlertBody, toAlertEntryBody, toAlertFilter, toAlertSelection } from './alert-mapping.ts';
import { acknowledgeAlert, countAlerts, listAlerts, showAlert } from './alert.schema.ts';

@Controller('api/v1/alerts')
export class AlertsController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('alerts.read')
  @Operation(listAlerts)
  async list(
    @Input() { query }: InputOf<typeof listAlerts>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listAlerts>> {
    return toPage(await this.maintenance.listAlerts(toAlertFilter(query, departments)), toAlertEntryBody);
  }

  @Get('counts')
  @Needs('alerts.read')
  @Operation(countAlerts)
  async count(
    @Input() { query }: InputOf<typeof countAlerts>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof countAlerts>> {
    const selection = toAlertSelection(query, departments);
    return countsOf(await this.maintenance.tallyAlerts(withoutFacets(selection)), selection);
  }

  @Get(':alertId')
  @Needs('alerts.read')
  @Operation(showAlert)
  async show(
    @Input() { params: { alertId } }: InputOf<typeof showAlert>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof showAlert>> {
    await ownAlert(this.maintenance, alertId, departments);
    return toAlertBody(found(await this.maintenance.findAlert(alertId), 'alert', alertId));
  }

  @Post(':alertId/acknowledge')
  @Needs('alerts.handle')
  @Operation(acknowledgeAlert)
  async acknowledge(
    @Input() { params: { alertId } }: InputOf<typeof acknowledgeAlert>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof acknowledgeAlert>> {
    await ownAlert(this.maintenance, alertId, departments);
    const alert = await this.maintenance.acknowledgeAlert(alertId, actor, this.clock.now());
    return toAlertBody(found(alert, 'alert', alertId));
  }
}
