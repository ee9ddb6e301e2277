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

export interface RegisteredDevice extends Device {
  readonly assetId: string | null;
  /** UTC ms of the last uplink that was processed; null before the first. */
  readonly lastContactAt: number | null;
  readonly createdAt: number;
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
  abstract putAsset(asset: Asset): Promise<'updated' | 'unknown'>;
  abstract findAsset(assetId: string): Promise<Asset | undefined>;
  /** Those of them that there are, in any order. */
  abstract findAssets(assetIds: readonly string[]): Promise<readonly Asset[]>;
  abstract listAssets(filter: AssetFilter): Promise<Page<Asset>>;

  /** Creates the device and binds it to the asset, in one transaction. */
  abstract createDevice(
    device: Device,
    passwordHash: string,
    assetId: string | null,
  ): Promise<'created' | 'device.exists' | 'device.imeiTaken' | 'asset.unknown'>;
  abstract putDevice(device: Device): Promise<'updated' | 'unknown' | 'device.imeiTaken'>;
  abstract setPassword(deviceId: string, passwordHash: string): Promise<'updated' | 'unknown'>;
  /** Ends the present binding and begins a new one now; null only ends it. Binding again to the same asset changes nothing. */
  abstract bind(deviceId: string, assetId: string | null): Promise<'bound' | 'device.unknown' | 'asset.unknown'>;
  abstract findDevice(deviceId: string): Promise<RegisteredDevice | undefined>;
  abstract listDevices(filter: DeviceFilter): Promise<Page<RegisteredDevice>>;
  abstract findCredential(deviceId: string): Promise<DeviceCredential | undefined>;

  /** What changed after `revision` (0: everything), devices with their present asset. */
  abstract changesSince(revision: number): Promise<DirectoryChanges>;
}
