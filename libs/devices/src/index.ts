export {
  ASSET_TYPES,
  DEFAULT_DEPARTMENT,
  departmentOf,
  hasTag,
  type Asset,
  type AssetType,
  type Point,
} from './asset.ts';
export { DirectoryFeed } from './directory-feed.ts';
export { DeviceDirectory, MemoryDeviceDirectory } from './device-directory.ts';
export {
  DeviceRegistry,
  type AssetFilter,
  type DeviceCredential,
  type DeviceFilter,
  type DistrictCount,
  type DirectoryChanges,
  type RegisteredDevice,
  type VersionedAsset,
} from './device-registry.ts';
export { assetIdAt, LIFECYCLES, type BoundDevice, type Device, type FormerBinding, type Lifecycle } from './device.ts';
export { PasswordHasher } from './password-hasher.ts';
export { RegistryBatch, type RegistryChanges, type RegistryNeeds, type RegistryPresent } from './registry-batch.ts';
export {
  NUMBER_ATTRIBUTES,
  RegistrySearch,
  wordsOf,
  type Binding,
  type Departments,
  type FreeDeviceQuery,
  type RegistryHits,
  type RegistryQuery,
} from './registry-search.ts';
