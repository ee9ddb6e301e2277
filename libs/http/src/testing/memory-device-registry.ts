import {
  type Asset,
  type AssetFilter,
  type Binding,
  departmentOf,
  type Device,
  type DeviceCredential,
  type DeviceFilter,
  DeviceRegistry,
  type DirectoryChanges,
  type RegisteredDevice,
} from '@stadtfunk/devices';
import type { Clock } from '@stadtfunk/kernel';
import { pageOf } from './page-of.ts';

type MemoryBinding = { -readonly [name in keyof Binding]: Binding[name] };

/** The registry in memory, without revisions. */
export class MemoryDeviceRegistry extends DeviceRegistry {
  readonly #assets = new Map<string, Asset>();
  readonly #devices = new Map<string, RegisteredDevice>();
  readonly #passwords = new Map<string, string>();
  readonly #bindings: MemoryBinding[] = [];

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

  override async findAssets(assetIds: readonly string[]): Promise<readonly Asset[]> {
    return assetIds.flatMap((assetId) => this.#assets.get(assetId) ?? []);
  }

  get everyAsset(): readonly Asset[] {
    return [...this.#assets.values()];
  }

  get everyDevice(): readonly RegisteredDevice[] {
    return [...this.#devices.values()];
  }

  /** Oldest first. */
  get everyBinding(): readonly Binding[] {
    return this.#bindings;
  }

  override async listAssets({ type, district, departments, ...page }: AssetFilter) {
    const fits = (asset: Asset) =>
      (departments === undefined || departments.includes(departmentOf(asset))) &&
      (type === undefined || asset.type === type) &&
      (district === undefined || asset.district === district);
    const assets = [...this.#assets.values()].filter(fits).sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
    return pageOf(assets, ({ assetId }) => assetId, page);
  }

  override async createDevice(device: Device, passwordHash: string, assetId: string | null) {
    if (this.#devices.has(device.deviceId)) return 'device.exists';
    if (this.#isImeiTaken(device)) return 'device.imeiTaken';
    if (assetId !== null && !this.#assets.has(assetId)) return 'asset.unknown';
    this.#devices.set(device.deviceId, { ...device, assetId: null, lastContactAt: null, createdAt: this.clock.now() });
    await this.bind(device.deviceId, assetId);
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
    if (present.assetId === assetId) return 'bound';
    const open = this.#bindings.find((binding) => binding.deviceId === deviceId && binding.until === null);
    if (open) open.until = this.clock.now();
    if (assetId !== null) {
      this.#bindings.push({ deviceId, model: present.model, assetId, from: this.clock.now(), until: null });
    }
    this.#devices.set(deviceId, { ...present, assetId });
    return 'bound';
  }

  override async findDevice(deviceId: string): Promise<RegisteredDevice | undefined> {
    return this.#devices.get(deviceId);
  }

  /** As when an uplink was processed. */
  hear(deviceId: string, lastContactAt: number): void {
    const device = this.#devices.get(deviceId);
    if (device) this.#devices.set(deviceId, { ...device, lastContactAt });
  }

  override async listDevices({ assetId, model, departments, ...page }: DeviceFilter) {
    const isSeen = (on: string | null) => {
      const asset = on === null ? undefined : this.#assets.get(on);
      return departments === undefined || !asset || departments.includes(departmentOf(asset));
    };
    const fits = (device: RegisteredDevice) =>
      isSeen(device.assetId) &&
      (assetId === undefined || device.assetId === assetId) &&
      (model === undefined || device.model === model);
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
