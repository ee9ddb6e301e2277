import type { Values } from '@stadtfunk/readings';
import type { IncidentKind } from '../truth/incident.ts';

/** What a measurement says something about. A reading has a set of them, as bits. */
export const SIGNS = {
  level: 1,
  heat: 2,
  tilt: 4,
  occupancy: 8,
  power: 16,
  lampFailure: 32,
  controlGear: 64,
  relay: 128,
  battery: 256,
  /** Power, of a lamp that is told to burn, or to be off; both where the controller does not say. */
  toldOn: 512,
  toldOff: 1024,
  /** What a controller has found broken: it says so in the bytes, and before that nobody could tell. */
  lampFailureFound: 2048,
  controlGearFound: 4096,
  relayFound: 8192,
} as const;
export type Sign = keyof typeof SIGNS;
export const ANY_SIGN = ~0;

/** By what each kind of incident can be seen; null: by nothing that is measured, but by what does not come. */
export const SIGN_OF: Readonly<Record<IncidentKind, Sign | null>> = {
  'bin.full': 'level',
  'bin.overfull': 'level',
  'bin.fire': 'heat',
  'bin.tipped': 'tilt',
  'bin.lidOpen': 'tilt',
  'spot.overstay': 'occupancy',
  'spot.abandoned': 'occupancy',
  'lamp.dark': 'toldOn',
  'lamp.dayBurner': 'toldOff',
  'lamp.failure': 'lampFailureFound',
  'lamp.controlGear': 'controlGearFound',
  'lamp.relay': 'relayFound',
  'lamp.cycling': 'power',
  'cabinet.outage': 'toldOn',
  'device.silent': null,
  'device.noMeasurement': null,
  'sensor.wrong': 'occupancy',
  'battery.low': 'battery',
  'clock.wrong': null,
};

/**
 * A lithium cell shows 3.6 V for years, 0.1 V less in frost and 0.06 V less while it sends. Above this nobody can tell one that has a month
 * left from one that has ten years.
 */
const BELOW_PLATEAU_V = 3.3;
/** Of cells that tell how full they are: what nobody would call full. */
const LITTLE_LEFT = 0.2;

/** What is measured there at all, whether or not an incident could show just then. */
export function measuredWith(bits: number): number {
  return MEASURED_WITH.get(bits) ?? bits;
}

const MEASURED_WITH = new Map<number, number>([
  [SIGNS.toldOn, SIGNS.power],
  [SIGNS.toldOff, SIGNS.power],
  [SIGNS.lampFailureFound, SIGNS.lampFailure],
  [SIGNS.controlGearFound, SIGNS.controlGear],
  [SIGNS.relayFound, SIGNS.relay],
]);

/** Which signs a reading has, as bits. */
export function signsOf(values: Values): number {
  const has = (name: keyof Values) => values[name] !== undefined;
  return (
    (has('fillingLevel') || has('containerFull') ? SIGNS.level : 0) |
    (has('temperature') || has('temperatureAlarm') ? SIGNS.heat : 0) |
    (has('tilt') || has('outOfPosition') ? SIGNS.tilt : 0) |
    (has('occupancy') ? SIGNS.occupancy : 0) |
    powerSigns(values) |
    found(values.lampFailure, SIGNS.lampFailure, SIGNS.lampFailureFound) |
    found(values.controlGearFailure, SIGNS.controlGear, SIGNS.controlGearFound) |
    found(values.relayFailure, SIGNS.relay, SIGNS.relayFound) |
    (showsWeakBattery(values) ? SIGNS.battery : 0)
  );
}

/** A controller looks for what is broken, and has found it or not. */
function found(flag: Values[keyof Values], asked: number, isSo: number): number {
  if (flag === undefined) return 0;
  return flag === true ? asked | isSo : asked;
}

/** By day nobody can say that a lamp is dark, and by night not that it burns by day. */
function powerSigns({ activePower, dayBurner, illuminanceLevel }: Values): number {
  if (activePower === undefined && dayBurner === undefined) return 0;
  if (typeof illuminanceLevel !== 'number') return SIGNS.power | SIGNS.toldOn | SIGNS.toldOff;
  return SIGNS.power | (illuminanceLevel > 0 ? SIGNS.toldOn : SIGNS.toldOff);
}

function showsWeakBattery({ batteryVoltage, batteryLevel, batteryTooLow }: Values): boolean {
  const isBelow = typeof batteryVoltage === 'number' && batteryVoltage > 0.5 && batteryVoltage < BELOW_PLATEAU_V;
  const isLittle = typeof batteryLevel === 'number' && batteryLevel < LITTLE_LEFT;
  return isBelow || isLittle || batteryTooLow === true;
}
