import { decodeState } from './device-state.ts';

/** What the rules have learned of how a device reports. Times are UTC ms. */
export interface DeviceRhythm {
  /** When its newest uplink arrived. */
  readonly lastContactAt: number | null;
  /** When the newest uplink arrived that measured something of the asset. */
  readonly lastMeasurementAt: number | null;
  /** Recent gaps between uplinks, ms, oldest first: see `patternOf`. */
  readonly gaps: readonly number[];
}

/** Answers how devices report, out of the memory of the rules. */
export abstract class DeviceRhythms {
  /** undefined: the rules have never judged it. */
  abstract of(deviceId: string): Promise<DeviceRhythm | undefined>;
}

/** Reads it out of a stored state. Faults as `decodeState`. */
export function rhythmOf(state: string): DeviceRhythm {
  const { c, m, g } = decodeState(state);
  return { lastContactAt: c, lastMeasurementAt: m ?? null, gaps: g };
}
