import type { DisturbanceKind } from '../world/disturbance.ts';

/** What a fault takes hold of. */
export const FAULT_TARGETS = ['bin', 'spot', 'lamp', 'cabinet', 'device'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/** What a fault is told besides: a number, with its unit in its name, or yes or no. */
export type FaultParameter =
  { readonly least: number; readonly most: number; readonly usual: number } | { readonly usual: boolean };

export interface FaultKind {
  readonly of: FaultTarget;
  /** How long it lasts where the scenario does not say, ms: anything between. Infinity: until the end. */
  readonly lastsMs: readonly [least: number, most: number];
  readonly parameters: Readonly<Record<string, FaultParameter>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FOR_EVER = [Infinity, Infinity] as const;

function kind(
  of: FaultTarget,
  lastsMs: readonly [number, number],
  parameters: Readonly<Record<string, FaultParameter>> = {},
): FaultKind {
  return { of, lastsMs, parameters };
}

const from = (least: number, most: number, usual: number): FaultParameter => ({ least, most, usual });

/** All that can go wrong by the order of a scenario, with what it is told besides. */
export const FAULT_KINDS: Readonly<Record<DisturbanceKind, FaultKind>> = {
  'bin.fire': kind('bin', [HOUR_MS, 4 * HOUR_MS]),
  'bin.tipped': kind('bin', [6 * HOUR_MS, 40 * HOUR_MS]),
  'bin.lidOpen': kind('bin', [HOUR_MS, 12 * HOUR_MS]),
  'bin.surge': kind('bin', [6 * HOUR_MS, DAY_MS], { factor: from(0, 50, 3) }),
  'bin.notCollected': kind('bin', [2 * DAY_MS, 7 * DAY_MS]),
  'spot.abandoned': kind('spot', [3 * DAY_MS, 20 * DAY_MS]),
  'spot.event': kind('spot', [4 * HOUR_MS, 10 * HOUR_MS], { factor: from(0, 50, 3) }),
  'lamp.failure': kind('lamp', [2 * DAY_MS, 6 * DAY_MS]),
  'lamp.controlGear': kind('lamp', [2 * DAY_MS, 6 * DAY_MS]),
  'lamp.relayOn': kind('lamp', [2 * DAY_MS, 6 * DAY_MS]),
  'lamp.photocellDark': kind('lamp', [2 * DAY_MS, 6 * DAY_MS]),
  'lamp.cycling': kind('lamp', [2 * DAY_MS, 6 * DAY_MS]),
  'cabinet.outage': kind('cabinet', [HOUR_MS, 10 * HOUR_MS], { total: { usual: false } }),
  'cable.fault': kind('cabinet', [12 * HOUR_MS, 2 * DAY_MS], { share: from(0, 1, 0.33), total: { usual: false } }),
  'sensor.spikes': kind('device', [DAY_MS, 5 * DAY_MS]),
  'sensor.stuck': kind('device', FOR_EVER),
  'sensor.drift': kind('device', FOR_EVER, { perDay: from(-1, 1, 0.02) }),
  'sensor.sentinel': kind('device', [HOUR_MS, 3 * DAY_MS]),
  'sensor.ghost': kind('device', [6 * HOUR_MS, 3 * DAY_MS]),
  'sensor.swapped': kind('device', FOR_EVER),
  'clock.unset': kind('device', [DAY_MS, 7 * DAY_MS]),
  'clock.year2000': kind('device', [DAY_MS, 7 * DAY_MS]),
  'clock.year2061': kind('device', [DAY_MS, 7 * DAY_MS]),
  'clock.ahead': kind('device', FOR_EVER, { seconds: from(-3e7, 3e7, 777_600) }),
  'clock.drift': kind('device', FOR_EVER, { secondsPerDay: from(-3_600, 3_600, 48) }),
  'clock.milliseconds': kind('device', FOR_EVER),
  'device.dead': kind('device', FOR_EVER),
  'device.reboot': kind('device', [2 * MINUTE_MS, 10 * MINUTE_MS]),
  'device.hung': kind('device', [6 * HOUR_MS, 3 * DAY_MS]),
  'device.simBlocked': kind('device', [DAY_MS, 7 * DAY_MS]),
  'device.signError': kind('device', FOR_EVER),
  'device.reconfigured': kind('device', FOR_EVER, { minutes: from(1, 10_080, 60) }),
  'battery.failing': kind('device', [20 * DAY_MS, 60 * DAY_MS], { replacedAfterHours: from(0, 8_760, 72) }),
  'cell.outage': kind('device', [HOUR_MS, 8 * HOUR_MS]),
  'radio.backOff': kind('device', [12 * HOUR_MS, 12 * HOUR_MS]),
  'radio.poor': kind('device', [DAY_MS, 7 * DAY_MS], { decibels: from(0, 40, 14) }),
  'radio.congestion': kind('device', [HOUR_MS, 6 * HOUR_MS], { factor: from(1, 100, 10) }),
  'radio.interference': kind('device', [HOUR_MS, 12 * HOUR_MS], { decibels: from(0, 40, 12) }),
  'radio.torn': kind('device', [DAY_MS, 7 * DAY_MS], { share: from(0, 1, 0.1) }),
};
