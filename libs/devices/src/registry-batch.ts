import type { Asset } from './asset.ts';
import type { RegisteredDevice } from './device-registry.ts';
import type { Device } from './device.ts';

/** What a list of changes has to know before. */
export interface RegistryNeeds {
  readonly assetIds: readonly string[];
  readonly deviceIds: readonly string[];
  readonly imeis: readonly string[];
}

/** What of it is in the registry. */
export interface RegistryPresent {
  /** Those that were asked for, and those that the devices sit on. */
  readonly assets: ReadonlyMap<string, Asset>;
  readonly devices: ReadonlyMap<string, RegisteredDevice>;
  /** The device that has an IMEI. */
  readonly imeis: ReadonlyMap<string, string>;
  readonly departments: ReadonlySet<string>;
}

export interface RegistryChanges {
  readonly newAssets: readonly Asset[];
  readonly assets: readonly Asset[];
  readonly newDevices: readonly { readonly device: Device; readonly passwordHash: string }[];
  readonly devices: readonly Device[];
  /** Ends the present binding and begins a new one; null only ends it. */
  readonly bindings: readonly { readonly deviceId: string; readonly assetId: string | null }[];
}

/** undefined: nothing is to be changed. */
type Decision = RegistryChanges | undefined;

/** Many changes to the registry at once, all or none. */
export abstract class RegistryBatch {
  abstract present(needs: RegistryNeeds): Promise<RegistryPresent>;
  /**
   * Writes what `decide` says, in one transaction in which nobody else changes the registry. `decide` sees it as it is then, and
   * may refuse by giving undefined: nothing is changed then. Gives whether it was written.
   */
  abstract change(
    needs: RegistryNeeds,
    decide: (present: RegistryPresent) => Decision | Promise<Decision>,
  ): Promise<boolean>;
}
