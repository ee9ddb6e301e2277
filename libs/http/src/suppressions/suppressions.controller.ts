import { Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { AlertSuppressions } from '@stadtfunk/maintenance';
import { Actor } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { toAlertBody } from '../alerts/alert-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { granted, toShelfBody, toSuppressionFilter, toWindowBody } from './suppression-mapping.ts';
import {
  addWindow,
  endWindow,
  listShelves,
  listWindows,
  shelveAlert,
  showWindow,
  unshelveAlert,
} from './suppression.schema.ts';

@Controller('api/v1')
export class SuppressionsController {
  constructor(
    @Inject(AlertSuppressions) private readonly suppressions: AlertSuppressions,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('alerts/:alertId/shelve')
  @Needs('alerts.handle')
  @Operation(shelveAlert)
  async shelve(
    @Input() { params: { alertId }, body }: InputOf<typeof shelveAlert>,
    @Actor() actor: string,
  ): Promise<AnswerOf<typeof shelveAlert>> {
    const shelf = { alertId, ...body, actor, at: this.clock.now() };
    return toAlertBody(granted(await this.suppressions.shelve(shelf)));
  }

  @Post('alerts/:alertId/unshelve')
  @Needs('alerts.handle')
  @Operation(unshelveAlert)
  async unshelve(
    @Input() { params: { alertId } }: InputOf<typeof unshelveAlert>,
    @Actor() actor: string,
  ): Promise<AnswerOf<typeof unshelveAlert>> {
    return toAlertBody(granted(await this.suppressions.unshelve(alertId, actor, this.clock.now())));
  }

  @Get('shelves')
  @Needs('alerts.read')
  @Operation(listShelves)
  async listShelves(@Input() { query }: InputOf<typeof listShelves>): Promise<AnswerOf<typeof listShelves>> {
    return toPage(await this.suppressions.listShelves(toSuppressionFilter(query, this.clock.now())), toShelfBody);
  }

  @Post('maintenance-windows')
  @Needs('windows.write')
  @Operation(addWindow)
  async addWindow(
    @Input() { body }: InputOf<typeof addWindow>,
    @Actor() actor: string,
  ): Promise<AnswerOf<typeof addWindow>> {
    const at = this.clock.now();
    const { assetIds = null, cabinetId = null, district = null, ruleId = null, startsAt = at, endsAt, reason } = body;
    const scope = { assetIds, cabinetId, district, ruleId };
    return toWindowBody(granted(await this.suppressions.addWindow({ scope, startsAt, endsAt, reason, actor, at })));
  }

  @Get('maintenance-windows')
  @Needs('alerts.read')
  @Operation(listWindows)
  async listWindows(@Input() { query }: InputOf<typeof listWindows>): Promise<AnswerOf<typeof listWindows>> {
    return toPage(await this.suppressions.listWindows(toSuppressionFilter(query, this.clock.now())), toWindowBody);
  }

  @Get('maintenance-windows/:windowId')
  @Needs('alerts.read')
  @Operation(showWindow)
  async showWindow(
    @Input() { params: { windowId } }: InputOf<typeof showWindow>,
  ): Promise<AnswerOf<typeof showWindow>> {
    return toWindowBody(found(await this.suppressions.findWindow(windowId), 'window', windowId));
  }

  @Delete('maintenance-windows/:windowId')
  @Needs('windows.write')
  @Operation(endWindow)
  async endWindow(
    @Input() { params: { windowId } }: InputOf<typeof endWindow>,
    @Actor() actor: string,
  ): Promise<AnswerOf<typeof endWindow>> {
    return toWindowBody(granted(await this.suppressions.endWindow(windowId, actor, this.clock.now())));
  }
}
