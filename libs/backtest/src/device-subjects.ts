import { findModel } from '@stadtfunk/device-catalog';
import { assetIdAt, type Asset, type BoundDevice } from '@stadtfunk/devices';
import type { RuleSubject } from '@stadtfunk/rules';

/** A device that is not in service any more, since when, and what it is since then. */
export interface OutOfService {
  readonly at: number;
  readonly subject: RuleSubject;
}

/** Whom the rules judge when a device is heard. */
export interface Subjects {
  /** The same object as long as the device sits on the same asset; undefined: nobody knows the device. */
  at(deviceId: string, time: number): RuleSubject | undefined;
  /** Undefined: it was in service up to this time, or nobody knows when it went. */
  outOfService?(deviceId: string, by: number): OutOfService | undefined;
}

interface KnownDevice {
  readonly bound: BoundDevice;
  /** Since when it is out of service; Infinity: it is in service, or nobody knows since when. */
  readonly leftAt: number;
  readonly byAsset: Map<string | null, RuleSubject>;
  readonly inService: Map<string | null, RuleSubject>;
  /** The same at any time: it has neither moved nor gone. null: it has, or nobody has asked yet. */
  always: RuleSubject | null;
}

export interface DeviceSubjectsOptions {
  /** Assets on which no device sits any more. */
  readonly formerAssets?: Iterable<Asset>;
  /** Whether nothing was heard of a device before what is going to be judged: then its silence counts from its registration on. */
  readonly isNew?: (deviceId: string) => boolean;
}

/**
 * Devices on the assets that they sat on then. What a device and an asset are, is as it is known today, but that a device that is
 * retired or in repair today was in service until it was changed for the last time.
 */
export class DeviceSubjects implements Subjects {
  readonly #devices = new Map<string, KnownDevice>();
  readonly #assets = new Map<string, Asset>();
  readonly #isNew: (deviceId: string) => boolean;
  /** Who was asked for last: history comes one device after the other. */
  #last: KnownDevice | undefined;

  constructor(devices: Iterable<BoundDevice>, { formerAssets = [], isNew = () => false }: DeviceSubjectsOptions = {}) {
    for (const bound of devices) {
      const { device, asset, registeredAt } = bound;
      const hasLeft = device.lifecycle === 'retired' || device.lifecycle === 'maintenance';
      const leftAt = (hasLeft ? registeredAt : undefined) ?? Infinity;
      this.#devices.set(device.deviceId, { bound, leftAt, byAsset: new Map(), inService: new Map(), always: null });
      if (asset) this.#assets.set(asset.assetId, asset);
    }
    for (const asset of formerAssets) this.#assets.set(asset.assetId, asset);
    this.#isNew = isNew;
  }

  at(deviceId: string, time: number): RuleSubject | undefined {
    const known = this.#last?.bound.device.deviceId === deviceId ? this.#last : this.#devices.get(deviceId);
    this.#last = known;
    if (!known) return undefined;
    if (known.always) return known.always;
    const { bound, leftAt, byAsset, inService } = known;
    const assetId = bound.former ? assetIdAt(bound, time) : (bound.asset?.assetId ?? null);
    const isEarlier = leftAt !== Infinity && time < leftAt;
    const subjects = isEarlier ? inService : byAsset;
    let subject = subjects.get(assetId);
    if (!subject) subjects.set(assetId, (subject = this.#subjectOf(bound, assetId, isEarlier)));
    if (!bound.former && leftAt === Infinity) known.always = subject;
    return subject;
  }

  outOfService(deviceId: string, by: number): OutOfService | undefined {
    const at = this.#devices.get(deviceId)?.leftAt ?? Infinity;
    return at <= by ? { at, subject: this.at(deviceId, by)! } : undefined;
  }

  #subjectOf({ device, registeredAt }: BoundDevice, assetId: string | null, isEarlier: boolean): RuleSubject {
    const reportingIntervalMs = device.reportingIntervalMs ?? findModel(device.model)?.reportingIntervalMs ?? 0;
    return {
      device: isEarlier ? { ...device, lifecycle: 'active' } : device,
      asset: (assetId !== null && this.#assets.get(assetId)) || null,
      reportingIntervalMs,
      ...(registeredAt !== undefined && this.#isNew(device.deviceId) && { registeredAt }),
    };
  }
}
