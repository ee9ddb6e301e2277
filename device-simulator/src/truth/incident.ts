/**
 * What is really so in the city, whether or not a sensor can tell. Subjects: of bins, spots, lamps and cabinets the asset; of devices,
 * batteries, sensors and clocks the device.
 */
export const INCIDENT_KINDS = [
  'bin.full', // The level is at least 0.85, until it is emptied.
  'bin.overfull', // Nothing goes in any more.
  'bin.fire',
  'bin.tipped',
  'bin.lidOpen', // The sensor in it looks elsewhere.
  'spot.overstay', // A car stays longer than is allowed there.
  'spot.abandoned',
  'lamp.dark', // Does not burn although it is told to.
  'lamp.dayBurner', // Burns although it is day.
  'lamp.failure',
  'lamp.controlGear',
  'lamp.relay',
  'lamp.cycling', // Goes off and on by itself while it is told to burn.
  'cabinet.outage',
  'device.silent', // Sends nothing, or nothing of it arrives.
  'device.noMeasurement', // Sends, but nothing that was measured.
  'sensor.wrong', // What it measures is not so: stuck, drifting, swapped, ghosts.
  'battery.low', // The cell has less than a month left.
  'clock.wrong',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** One thing that was really so, UTC ms. */
export interface Incident {
  readonly kind: IncidentKind;
  readonly subject: string;
  readonly from: number;
  /** null: still so at the end. */
  readonly to: number | null;
}

/** Where things and devices write what is so, as it begins and ends. Event time of one subject does not go back. */
export abstract class TruthLog {
  abstract begin(kind: IncidentKind, subject: string, at: number): void;
  /** Does nothing if it is not so. */
  abstract end(kind: IncidentKind, subject: string, at: number): void;
}
