import { Controller, Get, Headers, Inject, Patch, Post, Put, Res } from '@nestjs/common';
import { type Asset, type Departments as Of, DeviceRegistry, RegistrySearch } from '@stadtfunk/devices';
import { MaintenanceStore } from '@stadtfunk/maintenance';
import { TelemetryStore } from '@stadtfunk/readings';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/needs.ts';
import { Departments } from '../access/caller.ts';
import { toAlertBody } from '../alerts/alert-mapping.ts';
import { toDeviceBody } from '../devices/device-mapping.ts';
import { HttpSettings } from '../http-options.ts';
import { versionOfEtag } from '../jobs/job-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { toReadingItem } from '../readings/reading-queries.ts';
import { toPage } from '../schemas.ts';
import { patchAsset, toAsset, toAssetBody } from './asset-mapping.ts';
import { isVisible, visibleAsset } from './visible.ts';
import { changeAsset, createAsset, listAssets, replaceAsset, showAsset } from './asset.schema.ts';

/** As many alerts and devices as an asset's page shows. */
const SHOWN = 100;

@Controller('api/v1/assets')
export class AssetsController {
  constructor(
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(RegistrySearch) private readonly searches: RegistrySearch,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(TelemetryStore) private readonly telemetry: TelemetryStore,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
  ) {}

  @Post()
  @Needs('assets.write')
  @Operation(createAsset)
  async create(
    @Input() { body }: InputOf<typeof createAsset>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof createAsset>> {
    const asset = toAsset(body, body.assetId);
    checkDepartment(asset, departments, await this.#departments());
    if ((await this.registry.createAsset(asset)) === 'exists') {
      throw new Problem(409, 'asset.exists', `there is an asset '${asset.assetId}' already`);
    }
    return toAssetBody(asset);
  }

  @Get()
  @Needs('assets.read')
  @Operation(listAssets)
  async list(
    @Input() { query: { q, ...filter } }: InputOf<typeof listAssets>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listAssets>> {
    if (q === undefined) {
      return toPage(await this.registry.listAssets({ ...filter, ...(departments && { departments }) }), toAssetBody);
    }
    const { after: _first, ...query } = filter;
    const { assets } = await this.searches.search({ ...query, text: q, kinds: ['asset'], departments });
    return { items: assets.map(toAssetBody), next: null };
  }

  @Get(':assetId')
  @Needs('assets.read')
  @Operation(showAsset)
  async show(
    @Input() { params: { assetId } }: InputOf<typeof showAsset>,
    @Departments() departments: Of,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof showAsset>> {
    const known = await this.registry.findAssetVersion(assetId);
    const { asset, version } = found(
      known && isVisible(known.asset, departments) ? known : undefined,
      'asset',
      assetId,
    );
    void reply.header('etag', `"${version}"`);
    const [latest, alerts, devices] = await Promise.all([
      this.telemetry.latest([assetId]),
      this.maintenance.listAlerts({ assetId, open: true, limit: SHOWN }),
      this.registry.listDevices({ assetId, limit: SHOWN }),
    ]);
    const newest = latest.get(assetId);
    return {
      ...toAssetBody(asset),
      latest: newest ? toReadingItem(newest) : null,
      alerts: alerts.items.map(toAlertBody),
      devices: devices.items.map((device) => toDeviceBody(device, this.settings.uplinkTopic)),
    };
  }

  @Put(':assetId')
  @Needs('assets.write')
  @Operation(replaceAsset)
  async replace(
    @Input() { params, body }: InputOf<typeof replaceAsset>,
    @Departments() departments: Of,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof replaceAsset>> {
    const { assetId } = await visibleAsset(this.registry, params.assetId, departments);
    const asset = toAsset(body, assetId);
    return this.#change(assetId, () => asset, { departments, match, reply });
  }

  @Patch(':assetId')
  @Needs('assets.write')
  @Operation(changeAsset)
  async change(
    @Input() { params, body }: InputOf<typeof changeAsset>,
    @Departments() departments: Of,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof changeAsset>> {
    const { assetId } = await visibleAsset(this.registry, params.assetId, departments);
    return this.#change(assetId, (asset) => patchAsset(asset, body), { departments, match, reply });
  }

  async #change(assetId: string, change: (asset: Asset) => Asset, { departments, match, reply }: Changing) {
    const version = versionOfEtag(match);
    const known = await this.#departments();
    const outcome = await this.registry.changeAsset(
      assetId,
      (asset) => {
        // It may have become that of another department since it was found.
        const changed = change(found(isVisible(asset, departments) ? asset : undefined, 'asset', assetId));
        checkDepartment(changed, departments, known);
        return changed;
      },
      version,
    );
    if (outcome === 'conflict') {
      const asset = toAssetBody(await visibleAsset(this.registry, assetId, departments));
      throw new Problem(412, 'asset.conflict', 'somebody else has changed the asset meanwhile', { asset });
    }
    const changed = found(outcome === 'unknown' ? undefined : outcome, 'asset', assetId);
    void reply.header('etag', `"${changed.version}"`);
    return toAssetBody(changed.asset);
  }

  async #departments(): Promise<readonly string[]> {
    return (await this.maintenance.listDepartments()).map(({ departmentId }) => departmentId);
  }
}

interface Changing {
  readonly departments: Of;
  /** Of `If-Match`. */
  readonly match: string | undefined;
  readonly reply: FastifyReply;
}

function checkDepartment(asset: Asset, departments: Of, known: readonly string[]): void {
  if (!isVisible(asset, departments)) {
    throw new Problem(
      403,
      'department.foreign',
      'the asset would belong to a department that you have nothing to do with',
    );
  }
  const { department } = asset;
  if (department === null || known.includes(department)) return;
  throw new Problem(422, 'department.unknown', `there is no department '${department}'; there are ${known.join(', ')}`);
}
