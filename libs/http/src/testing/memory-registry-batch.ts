import { RegistryBatch, type RegistryNeeds, type RegistryPresent } from '@stadtfunk/devices';
import type { MemoryDeviceRegistry } from './memory-device-registry.ts';

/** Many changes to the registry in memory. */
export class MemoryRegistryBatch extends RegistryBatch {
  constructor(
    private readonly registry: MemoryDeviceRegistry,
    private readonly departments: () => Iterable<string>,
  ) {
    super();
  }

  override async present({ assetIds, deviceIds, imeis }: RegistryNeeds): Promise<RegistryPresent> {
    const devices = this.registry.everyDevice.filter(({ deviceId }) => deviceIds.includes(deviceId));
    const wanted = [...assetIds, ...devices.flatMap(({ assetId }) => assetId ?? [])];
    const assets = this.registry.everyAsset.filter(({ assetId }) => wanted.includes(assetId));
    const owners = this.registry.everyDevice.filter(({ imei }) => imei !== null && imeis.includes(imei));
    return {
      assets: new Map(assets.map((asset) => [asset.assetId, asset])),
      devices: new Map(devices.map((device) => [device.deviceId, device])),
      imeis: new Map(owners.map(({ imei, deviceId }) => [imei ?? '', deviceId])),
      departments: new Set(this.departments()),
    };
  }

  override async change(needs: RegistryNeeds, decide: Parameters<RegistryBatch['change']>[1]): Promise<boolean> {
    const changes = await decide(await this.present(needs));
    if (!changes) return false;
    for (const asset of changes.newAssets) await this.registry.createAsset(asset);
    for (const asset of changes.assets) await this.registry.putAsset(asset);
    for (const device of changes.devices) await this.registry.putDevice({ ...device, imei: null });
    for (const { device, passwordHash } of changes.newDevices) {
      await this.registry.createDevice(device, passwordHash, null);
    }
    for (const device of changes.devices) await this.registry.putDevice(device);
    for (const { deviceId, assetId } of changes.bindings) await this.registry.bind(deviceId, assetId);
    return true;
  }
}
