import type { Page } from '@stadtfunk/readings';
import type { Asset, AssetType } from './asset.ts';
import type { BoundDevice, Device } from './device.ts';

/** What is needed to check a device's password. */
export interface DeviceCredential {
  readonly deviceId: string;
  /** PHC string of a memory-hard hash. */
  readonly passwordHash: string;
}

export interface DeviceFilter {
  readonly assetId?: string;
  readonly model?: string;
  /** Only those that sit on an asset of these, or on none. */
  readonly departments?: readonly string[];
  readonly limit: number;
  readonly after?: string;
}

export interface AssetFilter {
  readonly type?: AssetType;
  readonly district?: string;
  /** Only those of these departments. */
  readonly departments?: readonly string[];
  readonly limit: number;
  readonly after?: string;
}

/** A part of the city that assets name as theirs. */
export interface DistrictCount {
  readonly district: string;
  readonly assets: number;
}

export interface RegisteredDevice extends Device {
  readonly assetId: string | null;
  /** Another one after each change of the device or of where it sits; a change can name the one that the person saw. */
  readonly version: number;
  /** UTC ms of the last uplink that was processed; null before the first. */
  readonly lastContactAt: number | null;
  readonly createdAt: number;
}

/** An asset as it was read, with what tells whether it was changed since. */
export interface VersionedAsset {
  readonly asset: Asset;
  /** Another one after each change. */
  readonly version: number;
}

/** Entries that changed since a revision. A retired device stays in it. */
export interface DirectoryChanges {
  readonly revision: number;
  readonly devices: readonly BoundDevice[];
}

/**
 * Devices, assets and which device sits on which asset, kept for good.
 * Expected failures are values: `device.exists`, `device.unknown`, `asset.exists`, `asset.unknown`, `device.imeiTaken`.
 */
export abstract class DeviceRegistry {
  abstract createAsset(asset: Asset): Promise<'created' | 'exists'>;
  /**
   * Reads an asset and writes what `decide` makes of it, while nobody else changes it: of two who change different members at
   * once neither undoes the other. What `decide` throws is thrown on, and nothing is written.
   * @param version that the person saw; if it is another by now, nothing is written
   */
  abstract changeAsset(
    assetId: string,
    decide: (asset: Asset) => Asset,
    version?: number,
  ): Promise<VersionedAsset | 'unknown' | 'conflict'>;

  /** Writes all members, whatever they were. */
  async putAsset(asset: Asset): Promise<'updated' | 'unknown'> {
    const outcome = await this.changeAsset(asset.assetId, () => asset);
    return outcome === 'unknown' ? outcome : 'updated';
  }

  abstract findAsset(assetId: string): Promise<Asset | undefined>;
  abstract findAssetVersion(assetId: string): Promise<VersionedAsset | undefined>;
  /** Those of them that there are, in any order. */
  abstract findAssets(assetIds: readonly string[]): Promise<readonly Asset[]>;
  abstract listAssets(filter: AssetFilter): Promise<Page<Asset>>;
  /** The districts that assets name, in any order. @param departments only of their assets */
  abstract listDistricts(departments?: readonly string[]): Promise<readonly DistrictCount[]>;

  /** Creates the device and binds it to the asset, in one transaction. */
  abstract createDevice(
    device: Device,
    passwordHash: string,
    assetId: string | null,
  ): Promise<'created' | 'device.exists' | 'device.imeiTaken' | 'asset.unknown'>;
  /** As `changeAsset`; `decide` is told the asset that the device sits on, too. */
  abstract changeDevice(
    deviceId: string,
    decide: (device: RegisteredDevice, asset: Asset | null) => Device,
    version?: number,
  ): Promise<RegisteredDevice | 'unknown' | 'conflict' | 'device.imeiTaken'>;

  /** Writes all members, whatever they were. */
  async putDevice(device: Device): Promise<'updated' | 'unknown' | 'device.imeiTaken'> {
    const outcome = await this.changeDevice(device.deviceId, () => device);
    return outcome === 'unknown' || outcome === 'device.imeiTaken' ? outcome : 'updated';
  }

  abstract setPassword(deviceId: string, passwordHash: string): Promise<'updated' | 'unknown'>;
  /** Ends the present binding and begins a new one now; null only ends it. Binding again to the same asset changes nothing. */
  abstract bind(deviceId: string, assetId: string | null): Promise<'bound' | 'device.unknown' | 'asset.unknown'>;
  abstract findDevice(deviceId: string): Promise<RegisteredDevice | undefined>;
  abstract listDevices(filter: DeviceFilter): Promise<Page<RegisteredDevice>>;
  abstract findCredential(deviceId: string): Promise<DeviceCredential | undefined>;

  /** What changed after `revision` (0: everything), devices with their present asset. */
  abstract changesSince(revision: number): Promise<DirectoryChanges>;
}
