import {
  type Asset,
  type AssetFilter,
  type Device,
  type DeviceCredential,
  type DeviceFilter,
  DeviceRegistry,
  type DirectoryChanges,
  type RegisteredDevice,
} from '@stadtfunk/devices';
import type { Clock } from '@stadtfunk/kernel';
import { pageOf } from './page-of.ts';

/** The registry in memory, without revisions. */
export class MemoryDeviceRegistry extends DeviceRegistry {
  readonly #assets = new Map<string, Asset>();
  readonly #devices = new Map<string, RegisteredDevice>();
  readonly #passwords = new Map<string, string>();

  constructor(private readonly clock: Clock) {
    super();
  }

  override async createAsset(asset: Asset): Promise<'created' | 'exists'> {
    if (this.#assets.has(asset.assetId)) return 'exists';
    this.#assets.set(asset.assetId, asset);
    return 'created';
  }

  override async putAsset(asset: Asset): Promise<'updated' | 'unknown'> {
    if (!this.#assets.has(asset.assetId)) return 'unknown';
    this.#assets.set(asset.assetId, asset);
    return 'updated';
  }

  override async findAsset(assetId: string): Promise<Asset | undefined> {
    return this.#assets.get(assetId);
  }

  override async listAssets({ type, district, ...page }: AssetFilter) {
    const fits = (asset: Asset) =>
      (type === undefined || asset.type === type) && (district === undefined || asset.district === district);
    const assets = [...this.#assets.values()].filter(fits).sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
    return pageOf(assets, ({ assetId }) => assetId, page);
  }

  override async createDevice(device: Device, passwordHash: string, assetId: string | null) {
    if (this.#devices.has(device.deviceId)) return 'device.exists';
    if (this.#isImeiTaken(device)) return 'device.imeiTaken';
    if (assetId !== null && !this.#assets.has(assetId)) return 'asset.unknown';
    this.#devices.set(device.deviceId, { ...device, assetId, lastContactAt: null, createdAt: this.clock.now() });
    this.#passwords.set(device.deviceId, passwordHash);
    return 'created';
  }

  override async putDevice(device: Device) {
    const present = this.#devices.get(device.deviceId);
    if (!present) return 'unknown';
    if (this.#isImeiTaken(device)) return 'device.imeiTaken';
    this.#devices.set(device.deviceId, { ...present, ...device });
    return 'updated';
  }

  override async setPassword(deviceId: string, passwordHash: string) {
    if (!this.#devices.has(deviceId)) return 'unknown';
    this.#passwords.set(deviceId, passwordHash);
    return 'updated';
  }

  override async bind(deviceId: string, assetId: string | null) {
    const present = this.#devices.get(deviceId);
    if (!present) return 'device.unknown';
    if (assetId !== null && !this.#assets.has(assetId)) return 'asset.unknown';
    this.#devices.set(deviceId, { ...present, assetId });
    return 'bound';
  }

  override async findDevice(deviceId: string): Promise<RegisteredDevice | undefined> {
    return this.#devices.get(deviceId);
  }

  override async listDevices({ assetId, model, ...page }: DeviceFilter) {
    const fits = (device: RegisteredDevice) =>
      (assetId === undefined || device.assetId === assetId) && (model === undefined || device.model === model);
    const devices = [...this.#devices.values()].filter(fits).sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
    return pageOf(devices, ({ deviceId }) => deviceId, page);
  }

  override async findCredential(deviceId: string): Promise<DeviceCredential | undefined> {
    const passwordHash = this.#passwords.get(deviceId);
    return passwordHash === undefined ? undefined : { deviceId, passwordHash };
  }

  override async changesSince(): Promise<DirectoryChanges> {
    const devices = [...this.#devices.values()].map(({ assetId, lastContactAt: _at, createdAt: _made, ...device }) => ({
      device,
      asset: assetId === null ? null : (this.#assets.get(assetId) ?? null),
    }));
    return { revision: devices.length, devices };
  }

  #isImeiTaken({ deviceId, imei }: Device): boolean {
    return (
      imei !== null && [...this.#devices.values()].some((other) => other.imei === imei && other.deviceId !== deviceId)
    );
  }
}
