import type { CityDevice } from '../city/city.ts';
import type { TruthLog } from '../truth/incident.ts';
import type { Thing, Weather } from '../world/thing.ts';
import type { EndedDownlink } from './downlink.ts';

/** How a device is set, other than its model comes from the factory. */
export interface FirmwareSettings {
  /** Between two regular uplinks, ms. */
  readonly reportEveryMs?: number;
  /** Between two measurements that are kept for the next uplink, ms. */
  readonly sampleEveryMs?: number;
  /** What passes of event time while its clock goes on by a millisecond, where that shows another time. Default: 1. */
  readonly clockMs?: number;
  /** Wakes at multiples of its interval by its own clock, as whole fleets do that are set to the hour. */
  readonly onTheHour?: boolean;
}

/** What the devices' clocks show at a moment of event time, both UTC ms. A city that runs faster than life for people to watch shows them real time. */
export type ClockFace = (at: number) => number;

export interface SimulationOptions {
  readonly seed: number;
  /** UTC ms. Nothing is sent before. */
  readonly from: number;
  readonly devices: readonly CityDevice[];
  /** Things without a device, which write what is true of them. */
  readonly cabinets?: readonly Thing<object>[];
  readonly weather: Weather;
  readonly truth: TruthLog;
  /** Of a device, by its place in `devices`; undefined: as from the factory. */
  readonly settings?: (deviceIndex: number) => FirmwareSettings | undefined;
  /** Default: event time. */
  readonly clockFace?: ClockFace;
  /** Told of each downlink when the device hears it, or when it is given up; in no order of devices. */
  readonly downlinked?: (ended: EndedDownlink) => void;
  /** How much is worked out in one go, ms of event time; it changes nothing of what comes out. Default: an hour. */
  readonly sliceMs?: number;
}
