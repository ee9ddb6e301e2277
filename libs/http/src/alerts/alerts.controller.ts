import { Controller, Get, Inject, Post } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { MaintenanceStore } from '@stadtfunk/maintenance';
import { Actor } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { toAlertBody, toAlertFilter } from './alert-mapping.ts';
import { acknowledgeAlert, listAlerts, showAlert } from './alert.schema.ts';

@Controller('api/v1/alerts')
export class AlertsController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('alerts.read')
  @Operation(listAlerts)
  async list(@Input() { query }: InputOf<typeof listAlerts>): Promise<AnswerOf<typeof listAlerts>> {
    return toPage(await this.maintenance.listAlerts(toAlertFilter(query)), toAlertBody);
  }

  @Get(':alertId')
  @Needs('alerts.read')
  @Operation(showAlert)
  async show(@Input() { params: { alertId } }: InputOf<typeof showAlert>): Promise<AnswerOf<typeof showAlert>> {
    return toAlertBody(found(await this.maintenance.findAlert(alertId), 'alert', alertId));
  }

  @Post(':alertId/acknowledge')
  @Needs('alerts.handle')
  @Operation(acknowledgeAlert)
  async acknowledge(
    @Input() { params: { alertId } }: InputOf<typeof acknowledgeAlert>,
    @Actor() actor: string,
  ): Promise<AnswerOf<typeof acknowledgeAlert>> {
    const alert = await this.maintenance.acknowledgeAlert(alertId, actor, this.clock.now());
    return toAlertBody(found(alert, 'alert', alertId));
  }
}
