import type { QuantityName } from '@stadtfunk/readings';
import * as unit from './units.ts';

/** What a name in a pack means to us. */
export interface Resource {
  readonly quantity: QuantityName;
  readonly kind: 'number' | 'flag';
  readonly units: unit.Units;
  /** The unit where the record gives none: that of the object's definition. */
  readonly unit: string;
  /** Direction does not matter to the quantity. */
  readonly magnitude?: true;
}

function number(quantity: QuantityName, units: unit.Units, unit: string): Resource {
  return { quantity, kind: 'number', units, unit };
}

function flag(quantity: QuantityName): Resource {
  return { quantity, kind: 'flag', units: unit.COUNT, unit: '1' };
}

/**
 * uCIFI and OMA objects by `object/resource` (OpenMobileAlliance/lwm2m-registry). Of two that give the same quantity, the
 * one that comes first in a pack counts.
 */
export const RESOURCES: ReadonlyMap<string, Resource> = new Map([
  // 3 Device
  ['3/9', number('batteryLevel', unit.RATIO, '/100')],
  // 4 Connectivity monitoring; the radio signal strength of NB-IoT is the NRSRP.
  ['4/2', number('rsrp', unit.DBM, 'dBm')],
  ['4/11', number('snr', unit.DECIBELS, 'dB')],
  // 3303 Temperature, 3304 Humidity, 3330 Distance
  ['3303/5700', number('temperature', unit.TEMPERATURE, 'Cel')],
  ['3304/5700', number('humidity', unit.PERCENT, '%RH')],
  ['3330/5700', number('distance', unit.MILLIMETRES, 'm')],
  // 3411 Battery
  ['3411/1', number('batteryLevel', unit.RATIO, '/100')],
  ['3411/3', number('batteryVoltage', unit.VOLTS, 'V')],
  ['3411/6', flag('batteryTooLow')],
  // 3412 LPWAN communication
  ['3412/18', number('snr', unit.DECIBELS, 'dB')],
  ['3412/20', number('rssi', unit.DBM, 'dBm')],
  // 3416 Outdoor lamp controller; mind the kWh, where 3418 has Wh.
  ['3416/3', number('illuminanceLevel', unit.RATIO, '/100')],
  ['3416/5', flag('lampFailure')],
  ['3416/7', flag('controlGearFailure')],
  ['3416/9', flag('relayFailure')],
  ['3416/10', flag('dayBurner')],
  ['3416/11', flag('cyclingFailure')],
  ['3416/15', number('operatingHours', unit.HOURS, 'h')],
  ['3416/18', number('switchOnCounter', unit.COUNT, '1')],
  ['3416/21', number('controlGearTemperature', unit.TEMPERATURE, 'Cel')],
  ['3416/46', number('activePower', unit.WATTS, 'W')],
  ['3416/47', number('activeEnergy', unit.WATT_HOURS, 'kWh')],
  ['3416/62', number('deviceTemperature', unit.TEMPERATURE, 'Cel')],
  // 3418 Electrical monitor
  ['3418/1', number('supplyVoltage', unit.VOLTS, 'V')],
  ['3418/2', number('supplyCurrent', unit.AMPERES, 'A')],
  ['3418/3', number('frequency', unit.HERTZ, 'Hz')],
  ['3418/4', number('activePower', unit.WATTS, 'W')],
  ['3418/5', number('powerFactor', unit.COUNT, '1')],
  ['3418/6', number('activeEnergy', unit.WATT_HOURS, 'Wh')],
  // 3429 Tilt
  ['3429/1', { ...number('tilt', unit.DEGREES, 'rad'), magnitude: true }],
  ['3429/6', flag('outOfPosition')],
  // 3431 Parking
  ['3431/1', flag('occupancy')],
  ['3431/2', number('occupancyDuration', unit.SECONDS, 's')],
  ['3431/4', flag('forbiddenParking')],
  // 3435 Filling level
  ['3435/2', number('fillingLevel', unit.RATIO, '/100')],
  ['3435/5', flag('containerFull')],
  ['3435/12', flag('outOfLocation')],
  ['3435/13', flag('outOfPosition')],
  ['3435/21', flag('coverOpen')],
  ['3435/22', flag('temperatureAlarm')],
]);

/** Objects of which everything not listed above is knowingly left alone (thresholds, reasons, configuration). */
export const KNOWN_OBJECTS: ReadonlySet<string> = new Set([
  '3',
  '4',
  '3303',
  '3304',
  '3330',
  '3410',
  '3411',
  '3412',
  '3416',
  '3417',
  '3418',
  '3429',
  '3431',
  '3435',
]);

/** Plain names that say a canonical quantity (`urn:dev:ow:10e2:temperature`), for packs without objects. */
export const NAMED: ReadonlyMap<string, Resource> = new Map(
  [
    number('fillingLevel', unit.RATIO, '/'),
    number('distance', unit.MILLIMETRES, 'm'),
    number('temperature', unit.TEMPERATURE, 'Cel'),
    number('humidity', unit.PERCENT, '%RH'),
    flag('occupancy'),
    number('illuminanceLevel', unit.RATIO, '/'),
    number('activePower', unit.WATTS, 'W'),
    number('activeEnergy', unit.WATT_HOURS, 'Wh'),
    number('supplyVoltage', unit.VOLTS, 'V'),
    number('supplyCurrent', unit.AMPERES, 'A'),
    number('batteryLevel', unit.RATIO, '/'),
    number('batteryVoltage', unit.VOLTS, 'V'),
    number('rsrp', unit.DBM, 'dBm'),
    number('latitude', unit.POSITION, 'lat'),
    number('longitude', unit.POSITION, 'lon'),
  ].map((resource) => [resource.quantity, resource]),
);
