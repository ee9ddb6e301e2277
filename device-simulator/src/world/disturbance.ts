/**
 * What can go wrong in the city, and where it takes hold: in a thing, in the sensor on it, in the device's clock, in the device, in the
 * radio network, or in many places at once.
 */
export const DISTURBANCE_KINDS = [
  // Things
  'bin.fire',
  'bin.tipped',
  'bin.lidOpen',
  'bin.surge', // More waste than usual: `factor` times.
  'bin.notCollected', // Tours pass it by.
  'spot.abandoned', // A car that does not leave.
  'spot.event', // Demand `factor` times the usual.
  'lamp.failure',
  'lamp.controlGear',
  'lamp.relayOn', // Burns by day as well.
  'lamp.photocellDark', // Holds that it is day: stays dark.
  'lamp.cycling',
  'cabinet.outage', // All lamps of a cabinet are dark and their controllers go on reporting; `total: true`: these have no supply either.
  'cable.fault', // The same for `share` of the lamps of a cabinet, those at the far end.
  // Sensors
  'sensor.spikes',
  'sensor.stuck',
  'sensor.drift', // `perDay` of the measured quantity.
  'sensor.sentinel', // The vendor's "no echo" or "no probe".
  'sensor.ghost', // A magnetometer that sees cars which are not there.
  'sensor.swapped', // Measures what the neighbour is: `with`.
  // Clocks
  'clock.unset', // 1970, or zero
  'clock.year2000',
  'clock.year2061',
  'clock.ahead', // `seconds`; nine days have been published
  'clock.drift', // `secondsPerDay`
  'clock.milliseconds', // Says seconds where milliseconds are meant, or the other way round.
  // Devices
  'device.dead',
  'device.reboot',
  'device.hung', // Nothing is sent until the watchdog comes: `to`.
  'device.simBlocked',
  'device.signError', // A firmware that forgets the sign of a temperature.
  'device.reconfigured', // Nothing wrong: an order to report every `minutes`, which waits until the device listens.
  'battery.failing', // A cell that is empty at `to`, and shows it for up to 60 days before; `replacedAfterHours` there is a new one.
  // Radio
  'cell.outage',
  'radio.backOff', // 12 hours, or 166 to 226 with luck
  'radio.poor', // `decibels` worse
  'radio.congestion', // Delays `factor` times the usual.
  'radio.interference', // SINR `decibels` lower on the channel of a cell: more repetitions, and beyond what these make up for, loss.
  'radio.torn', // Of `share` of the uplinks only a beginning comes through, as from gateways with buffers that are too small.
] as const;
export type DisturbanceKind = (typeof DISTURBANCE_KINDS)[number];

/** Something that goes wrong for a time, UTC ms: `from` inclusive, `to` exclusive. `to` may be Infinity. */
export interface Disturbance {
  readonly kind: DisturbanceKind;
  readonly from: number;
  readonly to: number;
  /** Numbers that the kind names, as `factor`. */
  readonly [parameter: string]: unknown;
}
