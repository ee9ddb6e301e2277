import type { Values } from './quantities.ts';

/** Whether `observedAt` is the device's own (`ok`), replaced because the device's was wrong, or never known. */
export const CLOCK_VERDICTS = ['ok', 'repaired', 'unknown'] as const;
export type ClockVerdict = (typeof CLOCK_VERDICTS)[number];

/**
 * uCIFI Measurement Quality Indicator (resource 6042): 0 unchecked, 1 rejected with certainty, 2 rejected with
 * probability, 3 accepted but suspicious, 4 accepted. Rules look at 3 and 4 only.
 */
export type Quality = 0 | 1 | 2 | 3 | 4;

/** What one device measured at one moment, in canonical quantities, about itself and the asset it is bound to. */
export interface Reading {
  readonly deviceId: string;
  /** The asset that the device was bound to, null if none. */
  readonly assetId: string | null;
  /** UTC ms, by the device's clock where that can be believed. */
  readonly observedAt: number;
  /** UTC ms, by the intake's clock. */
  readonly receivedAt: number;
  readonly clock: ClockVerdict;
  readonly quality: Quality;
  readonly values: Values;
}

/** A reading that may not enter the time series, kept with the reason. */
export interface QuarantinedReading {
  readonly deviceId: string;
  readonly receivedAt: number;
  /** UTC ms as the device said; null if it said nothing. */
  readonly deviceTime: number | null;
  readonly code: string;
  readonly values: Values;
}
