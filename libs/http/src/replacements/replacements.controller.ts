import { Controller, Get, Inject, Post } from '@nestjs/common';
import {
  type Asset,
  type Departments as Of,
  DeviceRegistry,
  RegistryBatch,
  type RegistryChanges,
  type RegistryPresent,
  RegistrySearch,
} from '@stadtfunk/devices';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { isVisible, visibleAsset } from '../assets/visible.ts';
import { plain, toDeviceBody } from '../devices/device-mapping.ts';
import { HttpSettings, ModelCatalogue } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { listCandidates, replaceDevice } from './replacement.schema.ts';

type Replacement = InputOf<typeof replaceDevice>['body'];

@Controller('api/v1/assets/:assetId')
export class ReplacementsController {
  constructor(
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(RegistrySearch) private readonly searches: RegistrySearch,
    @Inject(RegistryBatch) private readonly batch: RegistryBatch,
    @Inject(ModelCatalogue) private readonly models: ModelCatalogue,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
  ) {}

  @Get('candidates')
  @Operation(listCandidates)
  @Needs('devices.read')
  async candidates(
    @Input() { params, query: { q = '', limit } }: InputOf<typeof listCandidates>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listCandidates>> {
    const asset = await visibleAsset(this.registry, params.assetId, departments);
    const fitting = this.models.list().filter(({ assetTypes }) => assetTypes.includes(asset.type));
    // A device may be registered with a model, or with the name of a format alone.
    const models = [...new Set(fitting.flatMap(({ id, format }) => [id, format.name]))];
    const devices = await this.searches.freeDevices({ models, text: q, limit });
    return { items: devices.map((device) => toDeviceBody(device, this.settings.uplinkTopic)), next: null };
  }

  @Post('replacement')
  @Operation(replaceDevice)
  @Needs('devices.write')
  async replace(
    @Input() { params, body }: InputOf<typeof replaceDevice>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof replaceDevice>> {
    const asset = await visibleAsset(this.registry, params.assetId, departments);
    const deviceIds = [body.device, ...(body.replaces === null ? [] : [body.replaces])];
    await this.batch.change({ assetIds: [], deviceIds, imeis: [] }, (present) =>
      this.#changes(asset, body, present, departments),
    );
    const [device, former] = await Promise.all(
      [body.device, body.replaces].map(async (id) => (id === null ? undefined : await this.registry.findDevice(id))),
    );
    const toBody = (of: NonNullable<typeof device>) => toDeviceBody(of, this.settings.uplinkTopic);
    return {
      assetId: asset.assetId,
      device: toBody(found(device, 'device', body.device)),
      former: former ? toBody(former) : null,
    };
  }

  /** Throws what is wrong with it. */
  #changes(
    { assetId, type }: Asset,
    { device, replaces, then }: Replacement,
    { assets, devices }: RegistryPresent,
    departments: Of,
  ): RegistryChanges {
    const next = devices.get(device);
    const place = next && next.assetId !== null ? assets.get(next.assetId) : undefined;
    if (!next || (place && !isVisible(place, departments)))
      throw new Problem(422, 'device.unknown', `there is no device '${device}'`);
    if (next.lifecycle === 'retired') throw new Problem(422, 'device.retired', `the device '${device}' is retired`);
    if (next.assetId !== null && next.assetId !== assetId) {
      throw new Problem(409, 'device.bound', `the device '${device}' sits on '${next.assetId}'`, {
        assetId: next.assetId,
      });
    }
    const model = this.models.find(next.model);
    if (model && !model.assetTypes.includes(type)) {
      throw new Problem(422, 'model.unfit', `a ${next.model} is not made for a ${type}`);
    }
    const former = replaces === null ? undefined : devices.get(replaces);
    if (replaces !== null && (replaces === device || former?.assetId !== assetId)) {
      throw new Problem(409, 'device.notThere', `the device '${replaces}' does not sit on '${assetId}'`);
    }
    const changed = [
      ...(next.lifecycle === 'active' ? [] : [{ ...plain(next), lifecycle: 'active' as const }]),
      ...(former && former.lifecycle !== then ? [{ ...plain(former), lifecycle: then }] : []),
    ];
    const bindings = [
      ...(former ? [{ deviceId: former.deviceId, assetId: null }] : []),
      ...(next.assetId === assetId ? [] : [{ deviceId: device, assetId }]),
    ];
    return { newAssets: [], assets: [], newDevices: [], devices: changed, bindings };
  }
}
