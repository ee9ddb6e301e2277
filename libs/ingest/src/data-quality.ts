import type { LetterState } from './dead-letter-office.ts';
import type { DeviceSigns } from './device-signs.ts';
import type { Tally } from './ingest-records.ts';
import type { QualityCount } from './quality-counts.ts';

/** What is known of everything that a device sent. */
export interface DeviceQuality extends Tally, DeviceSigns {
  /** UTC ms of its newest uplink. */
  readonly lastReceivedAt: number;
}

/** The devices of a model with a firmware, and what came of what they sent, over all time. */
export interface ModelQuality extends Tally, Omit<DeviceSigns, 'firmware'> {
  readonly model: string;
  /** null: their payloads do not name it. */
  readonly firmware: string | null;
  readonly devices: number;
  /** How many of them have ever sent. */
  readonly heard: number;
}

export interface SilentDevice {
  readonly deviceId: string;
  readonly model: string;
  readonly assetId: string | null;
  /** UTC ms; null: it never sent. */
  readonly lastContactAt: number | null;
}

export interface LetterCount {
  readonly code: string;
  readonly state: LetterState;
  readonly count: number;
}

/** How good the data is, out of what ingest has noted. */
export abstract class DataQuality {
  /** undefined: it never sent anything. */
  abstract ofDevice(deviceId: string): Promise<DeviceQuality | undefined>;
  /** Of all registered devices, by model and firmware. */
  abstract byModel(): Promise<readonly ModelQuality[]>;
  /** The counts of the city's days from one to another (`2026-11-21`, both inclusive), by day, model, firmware and measure. */
  abstract days(from: string, to: string): Promise<readonly QualityCount[]>;
  abstract letters(): Promise<readonly LetterCount[]>;
  /** Devices in service that were not heard since `before` (UTC ms), those that were silent longest first, and how many they are. */
  abstract silent(
    before: number,
    limit: number,
  ): Promise<{ readonly count: number; readonly devices: readonly SilentDevice[] }>;
}
