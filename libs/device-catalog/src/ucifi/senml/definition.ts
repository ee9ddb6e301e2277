import type { QuantityName } from '@stadtfunk/readings';
import type { DeviceModel } from '../../device-model.ts';
import type { Format } from '../../format.ts';
import { decodeSenml, type SenmlFields } from './decode.ts';
import { rfcExamples, ucifiExamples } from './examples.ts';
import { normaliseSenml } from './normalise.ts';
import { rewriteSenml } from './rewrite.ts';

export const senmlFormat: Format<SenmlFields> = {
  name: 'senml-json',
  title: 'SenML JSON (RFC 8428) with uCIFI objects',
  examples: [...rfcExamples, ...ucifiExamples],
  decode: decodeSenml,
  normalise: normaliseSenml,
  rewrite: rewriteSenml,
};

const HALF_HOUR_MS = 30 * 60_000;
const SIX_HOURS_MS = 6 * 3_600_000;
const SOURCE = 'OpenMobileAlliance/lwm2m-registry, uCIFI data model';
const DEVICE_MEASURES: readonly QuantityName[] = ['rssi', 'rsrp', 'snr'];

export const ucifiModels: readonly DeviceModel[] = [
  {
    id: 'ucifi-streetlight',
    vendor: 'uCIFI',
    name: 'Outdoor lamp controller (3416, 3418)',
    format: senmlFormat,
    assetTypes: ['Streetlight', 'StreetlightControlCabinet'],
    measures: [
      'illuminanceLevel',
      'activePower',
      'activeEnergy',
      'supplyVoltage',
      'supplyCurrent',
      'powerFactor',
      'frequency',
      'operatingHours',
      'switchOnCounter',
      'controlGearTemperature',
      'deviceTemperature',
      'lampFailure',
      'controlGearFailure',
      'relayFailure',
      'dayBurner',
      'cyclingFailure',
      ...DEVICE_MEASURES,
    ],
    // The status interval of published luminaire controllers (NAS UL2030: 1800 s).
    reportingIntervalMs: HALF_HOUR_MS,
    source: SOURCE,
  },
  {
    id: 'ucifi-bin',
    vendor: 'uCIFI',
    name: 'Filling level sensor (3435)',
    format: senmlFormat,
    assetTypes: ['WasteContainer'],
    measures: [
      'fillingLevel',
      'containerFull',
      'outOfLocation',
      'outOfPosition',
      'coverOpen',
      'temperatureAlarm',
      'temperature',
      'tilt',
      'batteryLevel',
      'batteryVoltage',
      'batteryTooLow',
      ...DEVICE_MEASURES,
    ],
    reportingIntervalMs: SIX_HOURS_MS,
    source: SOURCE,
  },
  {
    id: 'ucifi-parking',
    vendor: 'uCIFI',
    name: 'Parking sensor (3431)',
    format: senmlFormat,
    assetTypes: ['ParkingSpot'],
    measures: [
      'occupancy',
      'occupancyDuration',
      'forbiddenParking',
      'batteryLevel',
      'batteryVoltage',
      'batteryTooLow',
      ...DEVICE_MEASURES,
    ],
    reportingIntervalMs: SIX_HOURS_MS,
    source: SOURCE,
  },
];
