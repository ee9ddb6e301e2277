import { Controller, Get, Headers, Inject, Patch, Post, Put, Res } from '@nestjs/common';
import { type Departments as Of, DeviceRegistry, PasswordHasher, type RegisteredDevice } from '@stadtfunk/devices';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/needs.ts';
import { Departments } from '../access/caller.ts';
import { HttpSettings, ModelCatalogue } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { findVisibleAsset, isVisible, visibleAsset, visibleDevice } from '../assets/visible.ts';
import { versionOfEtag } from '../jobs/job-mapping.ts';
import { found, Problem } from '../problem.ts';
import { toPage } from '../schemas.ts';
import { toChangedDevice, toCredentials, toDevice, toDeviceBody, toModelBody } from './device-mapping.ts';
import {
  bindDevice,
  changeDevice,
  createDevice,
  listDevices,
  listModels,
  rotatePassword,
  showDevice,
} from './device.schema.ts';
import { nearest } from './nearest.ts';

@Controller('api/v1')
export class DevicesController {
  constructor(
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(ModelCatalogue) private readonly models: ModelCatalogue,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
  ) {}

  @Post('devices')
  @Needs('devices.password')
  @Operation(createDevice)
  async create(
    @Input() { body }: InputOf<typeof createDevice>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof createDevice>> {
    this.#checkModel(body.model);
    const isForeign = body.assetId !== null && !(await findVisibleAsset(this.registry, body.assetId, departments));
    if (isForeign) throw noAsset(body.assetId);
    const device = toDevice(body);
    const password = this.passwords.generate();
    const outcome = await this.registry.createDevice(device, await this.passwords.hash(password), body.assetId);
    if (outcome === 'device.exists') throw new Problem(409, outcome, `there is a device '${body.deviceId}' already`);
    if (outcome === 'device.imeiTaken') throw imeiTaken();
    if (outcome === 'asset.unknown') throw noAsset(body.assetId);
    return toCredentials(device, password, this.settings.uplinkTopic);
  }

  @Get('devices')
  @Needs('devices.read')
  @Operation(listDevices)
  async list(
    @Input() { query }: InputOf<typeof listDevices>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listDevices>> {
    const { asset, ...filter } = query;
    const page = await this.registry.listDevices({
      ...filter,
      ...(asset === undefined ? {} : { assetId: asset }),
      ...(departments && { departments }),
    });
    return toPage(page, (device) => toDeviceBody(device, this.settings.uplinkTopic));
  }

  @Get('devices/:deviceId')
  @Needs('devices.read')
  @Operation(showDevice)
  async show(
    @Input() { params }: InputOf<typeof showDevice>,
    @Departments() departments: Of,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof showDevice>> {
    return this.#answer(await visibleDevice(this.registry, params.deviceId, departments), reply);
  }

  @Patch('devices/:deviceId')
  @Needs('devices.write')
  @Operation(changeDevice)
  async change(
    @Input() { params, body }: InputOf<typeof changeDevice>,
    @Departments() departments: Of,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('if-match') match?: string,
  ): Promise<AnswerOf<typeof changeDevice>> {
    if (body.model !== undefined) this.#checkModel(body.model);
    const { deviceId } = await visibleDevice(this.registry, params.deviceId, departments);
    const outcome = await this.registry.changeDevice(
      deviceId,
      (device, asset) => {
        // It may have been moved to a foreign asset since.
        found(asset === null || isVisible(asset, departments) ? device : undefined, 'device', deviceId);
        return toChangedDevice(device, body);
      },
      versionOfEtag(match),
    );
    if (outcome === 'device.imeiTaken') throw imeiTaken();
    if (outcome === 'conflict') {
      const device = await this.#body(deviceId, departments);
      throw new Problem(412, 'device.conflict', 'somebody else has changed the device meanwhile', { device });
    }
    return this.#answer(found(outcome === 'unknown' ? undefined : outcome, 'device', deviceId), reply);
  }

  @Post('devices/:deviceId/password')
  @Needs('devices.password')
  @Operation(rotatePassword)
  async rotate(
    @Input() { params }: InputOf<typeof rotatePassword>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof rotatePassword>> {
    const device = await visibleDevice(this.registry, params.deviceId, departments);
    const password = this.passwords.generate();
    await this.registry.setPassword(device.deviceId, await this.passwords.hash(password));
    return toCredentials(device, password, this.settings.uplinkTopic);
  }

  @Put('devices/:deviceId/binding')
  @Needs('devices.write')
  @Operation(bindDevice)
  async bind(
    @Input() { params, body }: InputOf<typeof bindDevice>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof bindDevice>> {
    await visibleDevice(this.registry, params.deviceId, departments);
    if (body.assetId !== null && departments !== null) await visibleAsset(this.registry, body.assetId, departments);
    const outcome = await this.registry.bind(params.deviceId, body.assetId);
    if (outcome === 'asset.unknown') throw noAsset(body.assetId);
    return this.#body(params.deviceId, departments);
  }

  @Get('models')
  @Needs('devices.read')
  @Operation(listModels)
  listModels(): AnswerOf<typeof listModels> {
    return { items: this.models.list().map(toModelBody), next: null };
  }

  #answer(device: RegisteredDevice, reply: FastifyReply) {
    void reply.header('etag', `"${device.version}"`);
    return toDeviceBody(device, this.settings.uplinkTopic);
  }

  async #body(deviceId: string, departments: Of) {
    return toDeviceBody(await visibleDevice(this.registry, deviceId, departments), this.settings.uplinkTopic);
  }

  #checkModel(model: string): void {
    if (this.models.find(model)) return;
    const known = this.models.list().flatMap(({ id, format }) => [id, format.name]);
    const near = nearest(model, [...new Set(known)]);
    const hint = near.length > 0 ? `did you mean ${near.map((name) => `'${name}'`).join(', ')}?` : 'see /api/v1/models';
    throw new Problem(422, 'model.unknown', `there is no model '${model}'; ${hint}`, { near });
  }
}

function imeiTaken(): Problem {
  return new Problem(409, 'device.imeiTaken', 'another device has this IMEI');
}

function noAsset(assetId: string | null): Problem {
  return new Problem(422, 'asset.unknown', `there is no asset '${assetId}'; register it first`);
}
