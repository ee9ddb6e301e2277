import { findModel } from '@stadtfunk/device-catalog';
import { assetIdAt, type Asset, type BoundDevice } from '@stadtfunk/devices';
import type { RuleSubject } from '@stadtfunk/rules';

/** Whom the rules judge when a device is heard. */
export interface Subjects {
  /** The same object as long as the device sits on the same asset; undefined: nobody knows the device. */
  at(deviceId: string, time: number): RuleSubject | undefined;
}

interface KnownDevice {
  readonly bound: BoundDevice;
  readonly byAsset: Map<string | null, RuleSubject>;
}

/** Devices on the assets that they sat on then. What a device and an asset are, is as it is known today. */
export class DeviceSubjects implements Subjects {
  readonly #devices = new Map<string, KnownDevice>();
  readonly #assets = new Map<string, Asset>();

  /** @param formerAssets assets on which no device sits any more */
  constructor(devices: Iterable<BoundDevice>, formerAssets: Iterable<Asset> = []) {
    for (const bound of devices) {
      this.#devices.set(bound.device.deviceId, { bound, byAsset: new Map() });
      if (bound.asset) this.#assets.set(bound.asset.assetId, bound.asset);
    }
    for (const asset of formerAssets) this.#assets.set(asset.assetId, asset);
  }

  at(deviceId: string, time: number): RuleSubject | undefined {
    const known = this.#devices.get(deviceId);
    if (!known) return undefined;
    const { bound, byAsset } = known;
    const assetId = bound.former ? assetIdAt(bound, time) : (bound.asset?.assetId ?? null);
    let subject = byAsset.get(assetId);
    if (!subject) {
      const { device } = bound;
      const reportingIntervalMs = device.reportingIntervalMs ?? findModel(device.model)?.reportingIntervalMs ?? 0;
      subject = { device, asset: (assetId !== null && this.#assets.get(assetId)) || null, reportingIntervalMs };
      byAsset.set(assetId, subject);
    }
    return subject;
  }
}
