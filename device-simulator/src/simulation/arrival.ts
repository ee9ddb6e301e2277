/** An uplink as it reaches the platform, with what is known of how it came about. */
export interface Arrival {
  /** UTC ms. */
  readonly at: number;
  /** Place in `SimulationOptions.devices`. */
  readonly deviceIndex: number;
  readonly deviceId: string;
  readonly payload: Uint8Array;
  /** When the newest measurement in it was taken, UTC ms; NaN where it has none (boot, parameters, sentinel). */
  readonly measuredAt: number;
  /** Whether the newest measurement says what is really so, within the accuracy of the sensor. */
  readonly wasMeasuredRight: boolean;
  /** A copy of an uplink that has arrived already: its acknowledgement was lost on the way. */
  readonly isRepeat: boolean;
}

/** Takes arrivals in order of (at, deviceIndex); those of one device at one moment in the order in which they were sent. */
export type ArrivalSink = (arrival: Arrival) => void;
