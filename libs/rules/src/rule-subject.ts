import type { Asset, Device } from '@stadtfunk/devices';

/** Whom the rules judge: a device and the asset that it sits on. */
export interface RuleSubject {
  readonly device: Device;
  readonly asset: Asset | null;
  /** How often the device should report, ms: its own setting, or its model's. */
  readonly reportingIntervalMs: number;
  /**
   * UTC ms since when the platform has been able to receive without a long break. Silence from before then is our own
   * and gives every device its full time again. Absent: always.
   */
  readonly listeningSince?: number;
  /** UTC ms since when the device is registered: one that was never heard is silent since then. Absent: nobody knows. */
  readonly registeredAt?: number;
  /** UTC ms since when the device is in service: what it did on the bench says nothing about its silence. Absent: always. */
  readonly activeSince?: number;
}
