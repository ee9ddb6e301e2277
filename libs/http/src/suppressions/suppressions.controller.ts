import { Controller, Delete, Get, Inject, Post } from '@nestjs/common';
import { departmentOf, DeviceRegistry } from '@stadtfunk/devices';
import { Clock } from '@stadtfunk/kernel';
import { AlertSuppressions, MaintenanceStore, type MaintenanceWindow } from '@stadtfunk/maintenance';
import { Actor, Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { ownAlert, ownAlerts } from '../alerts/alert-access.ts';
import { toAlertBody } from '../alerts/alert-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
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
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(AlertSuppressions) private readonly suppressions: AlertSuppressions,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('alerts/:alertId/shelve')
  @Needs('alerts.handle')
  @Operation(shelveAlert)
  async shelve(
    @Input() { params: { alertId }, body }: InputOf<typeof shelveAlert>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof shelveAlert>> {
    await ownAlert(this.maintenance, alertId, departments);
    const shelf = { alertId, ...body, actor, at: this.clock.now() };
    return toAlertBody(granted(await this.suppressions.shelve(shelf)));
  }

  @Post('alerts/:alertId/unshelve')
  @Needs('alerts.handle')
  @Operation(unshelveAlert)
  async unshelve(
    @Input() { params: { alertId } }: InputOf<typeof unshelveAlert>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof unshelveAlert>> {
    await ownAlert(this.maintenance, alertId, departments);
    return toAlertBody(granted(await this.suppressions.unshelve(alertId, actor, this.clock.now())));
  }

  @Get('shelves')
  @Needs('alerts.read')
  @Operation(listShelves)
  async listShelves(
    @Input() { query }: InputOf<typeof listShelves>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listShelves>> {
    const page = await this.suppressions.listShelves(toSuppressionFilter(query, this.clock.now()));
    const alertIds = [...new Set(page.items.map(({ alertId }) => alertId))];
    const own = await ownAlerts(this.maintenance, alertIds, departments);
    // Of another department they are left out: then a page is shorter, and goes on all the same.
    const shown = departments === null ? page.items : page.items.filter(({ alertId }) => own.has(alertId));
    return toPage({ ...page, items: shown }, (shelf) => toShelfBody(shelf, own.get(shelf.alertId)));
  }

  @Post('maintenance-windows')
  @Needs('windows.write')
  @Operation(addWindow)
  async addWindow(
    @Input() { body }: InputOf<typeof addWindow>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof addWindow>> {
    await this.#requireOwn(body, departments);
    const at = this.clock.now();
    const { assetIds = null, cabinetId = null, district = null, ruleId = null, startsAt = at, endsAt, reason } = body;
    const scope = { assetIds, cabinetId, district, ruleId };
    return toWindowBody(granted(await this.suppressions.addWindow({ scope, startsAt, endsAt, reason, actor, at })));
  }

  @Get('maintenance-windows')
  @Needs('alerts.read')
  @Operation(listWindows)
  async listWindows(
    @Input() { query }: InputOf<typeof listWindows>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listWindows>> {
    const page = await this.suppressions.listWindows(toSuppressionFilter(query, this.clock.now()));
    return toPage({ ...page, items: await this.#concerning(page.items, departments) }, toWindowBody);
  }

  @Get('maintenance-windows/:windowId')
  @Needs('alerts.read')
  @Operation(showWindow)
  async showWindow(
    @Input() { params: { windowId } }: InputOf<typeof showWindow>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof showWindow>> {
    return toWindowBody(await this.#find(windowId, departments));
  }

  @Delete('maintenance-windows/:windowId')
  @Needs('windows.write')
  @Operation(endWindow)
  async endWindow(
    @Input() { params: { windowId } }: InputOf<typeof endWindow>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof endWindow>> {
    const { assetIds, cabinetId } = (await this.#find(windowId, departments)).scope;
    await this.#requireOwn({ ...(assetIds && { assetIds }), ...(cabinetId !== null && { cabinetId }) }, departments);
    return toWindowBody(granted(await this.suppressions.endWindow(windowId, actor, this.clock.now())));
  }

  async #find(windowId: string, departments: readonly string[] | null): Promise<MaintenanceWindow> {
    const window = await this.suppressions.findWindow(windowId);
    const [own] = await this.#concerning(window ? [window] : [], departments);
    return found(own, 'window', windowId);
  }

  /** A window over a district or a rule concerns everybody; one over assets whoever owns one of them. */
  async #concerning(
    windows: readonly MaintenanceWindow[],
    departments: readonly string[] | null,
  ): Promise<readonly MaintenanceWindow[]> {
    if (departments === null) return windows;
    const about = ({ scope }: MaintenanceWindow) => (scope.cabinetId === null ? scope.assetIds : [scope.cabinetId]);
    const own = await this.#own(
      windows.flatMap((window) => about(window) ?? []),
      departments,
    );
    return windows.filter((window) => about(window)?.some((assetId) => own.has(assetId)) ?? true);
  }

  /** Those of these assets that belong to one of the departments. */
  async #own(assetIds: readonly string[], departments: readonly string[]): Promise<ReadonlySet<string>> {
    const assets = await this.registry.findAssets([...new Set(assetIds)]);
    const own = assets.filter((asset) => departments.includes(departmentOf(asset)));
    return new Set(own.map(({ assetId }) => assetId));
  }

  /** Who is limited to departments keeps nobody else's alerts back: each of the assets, or the cabinet, has to be theirs. */
  async #requireOwn(
    { assetIds = [], cabinetId }: { readonly assetIds?: readonly string[]; readonly cabinetId?: string },
    departments: readonly string[] | null,
  ): Promise<void> {
    if (departments === null) return;
    const about = cabinetId === undefined ? assetIds : [cabinetId];
    const own = await this.#own(about, departments);
    if (about.length > 0 && about.every((assetId) => own.has(assetId))) return;
    const theirs = departments.join(', ');
    throw new Problem(
      403,
      'window.foreign',
      `name assets or a cabinet of your own departments (${theirs}) that it is about`,
    );
  }
}
