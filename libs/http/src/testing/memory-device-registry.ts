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
  type VersionedAsset,
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
  readonly #versions = new Map<string, number>();
  #changes = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  override async createAsset(asset: Asset): Promise<'created' | 'exists'> {
    if (this.#assets.has(asset.assetId)) return 'exists';
    this.#keepAsset(asset);
    return 'created';
  }

  override async changeAsset(assetId: string, decide: (asset: Asset) => Asset, version?: number) {
    const present = await this.findAssetVersion(assetId);
    if (!present) return 'unknown';
    if (version !== undefined && version !== present.version) return 'conflict';
    return this.#keepAsset({ ...decide(present.asset), assetId });
  }

  override async findAssetVersion(assetId: string): Promise<VersionedAsset | undefined> {
    const asset = this.#assets.get(assetId);
    return asset && { asset, version: this.#versions.get(assetId)! };
  }

  #keepAsset(asset: Asset): VersionedAsset {
    const version = ++this.#changes;
    this.#assets.set(asset.assetId, asset);
    this.#versions.set(asset.assetId, version);
    return { asset, version };
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

  override async listDistricts(departments?: readonly string[]) {
    const counts = new Map<string, number>();
    for (const asset of this.#assets.values()) {
      const { district } = asset;
      if (district === null || departments?.includes(departmentOf(asset)) === false) continue;
      counts.set(district, (counts.get(district) ?? 0) + 1);
    }
    return [...counts].map(([district, assets]) => ({ district, assets }));
  }

  override async createDevice(device: Device, passwordHash: string, assetId: string | null) {
    if (this.#devices.has(device.deviceId)) return 'device.exists';
    if (this.#isImeiTaken(device)) return 'device.imeiTaken';
    if (assetId !== null && !this.#assets.has(assetId)) return 'asset.unknown';
    const registered = { assetId: null, version: ++this.#changes, lastContactAt: null, createdAt: this.clock.now() };
    this.#devices.set(device.deviceId, { ...device, ...registered });
    await this.bind(device.deviceId, assetId);
    this.#passwords.set(device.deviceId, passwordHash);
    return 'created';
  }

  override async changeDevice(
    deviceId: string,
    decide: (device: RegisteredDevice, asset: Asset | null) => Device,
    version?: number,
  ) {
    const present = this.#devices.get(deviceId);
    if (!present) return 'unknown';
    if (version !== undefined && version !== present.version) return 'conflict';
    const asset = present.assetId === null ? undefined : this.#assets.get(present.assetId);
    const device = { ...decide(present, asset ?? null), deviceId };
    if (this.#isImeiTaken(device)) return 'device.imeiTaken';
    const changed = { ...present, ...device, version: ++this.#changes };
    this.#devices.set(deviceId, changed);
    return changed;
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
    this.#devices.set(deviceId, { ...present, assetId, version: ++this.#changes });
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
    const devices = [...this.#devices.values()].map(
      ({ assetId, version: _version, lastContactAt: _at, createdAt: _made, ...device }) => ({
        device,
        asset: assetId === null ? null : (this.#assets.get(assetId) ?? null),
      }),
    );
    return { revision: devices.length, devices };
  }

  #isImeiTaken({ deviceId, imei }: Device): boolean {
    return (
      imei !== null && [...this.#devices.values()].some((other) => other.imei === imei && other.deviceId !== deviceId)
    );
  }
}
