import type { QuantityName } from '@stadtfunk/readings';
import type { DeviceModel } from '../../device-model.ts';
import type { Format } from '../../format.ts';
import { decodeDingtek } from './decode.ts';
import { dingtekExamples } from './examples.ts';
import type { DingtekFields } from './fields.ts';
import { normaliseDingtek } from './normalise.ts';
import { rewriteDingtek } from './rewrite.ts';

export const dingtekFormat: Format<DingtekFields> = {
  name: 'dingtek-nb',
  title: 'Dingtek NB-IoT bins (DF70x) and parking (DO20x) (hex or bytes)',
  examples: dingtekExamples,
  decode: decodeDingtek,
  normalise: normaliseDingtek,
  rewrite: rewriteDingtek,
};

/** Alarms come at once. */
const ONE_DAY_MS = 24 * 3_600_000;
const SOURCE = 'cndingtek/NB-IoT_Gateway';

const BIN_MEASURES: readonly QuantityName[] = [
  'distance',
  'temperature',
  'tilt',
  'containerFull',
  'temperatureAlarm',
  'outOfPosition',
  'batteryTooLow',
  'batteryVoltage',
  'rsrp',
  'latitude',
  'longitude',
];
const PARKING_MEASURES: readonly QuantityName[] = [
  'occupancy',
  'occupancyChanged',
  'magneticFieldX',
  'magneticFieldY',
  'magneticFieldZ',
  'batteryTooLow',
  'batteryVoltage',
  'rsrp',
];

export const dingtekModels: readonly DeviceModel[] = [
  {
    id: 'dingtek-df702',
    vendor: 'Dingtek',
    name: 'DF702 waste bin',
    format: dingtekFormat,
    assetTypes: ['WasteContainer'],
    measures: BIN_MEASURES,
    reportingIntervalMs: ONE_DAY_MS,
    source: SOURCE,
  },
  {
    id: 'dingtek-df703',
    vendor: 'Dingtek',
    name: 'DF703 waste bin',
    format: dingtekFormat,
    assetTypes: ['WasteContainer'],
    measures: BIN_MEASURES,
    reportingIntervalMs: ONE_DAY_MS,
    source: SOURCE,
  },
  {
    id: 'dingtek-do200',
    vendor: 'Dingtek',
    name: 'DO200 parking, ultrasonic and magnetic',
    format: dingtekFormat,
    assetTypes: ['ParkingSpot'],
    measures: [...PARKING_MEASURES, 'distance', 'snr'],
    reportingIntervalMs: ONE_DAY_MS,
    source: SOURCE,
  },
  {
    id: 'dingtek-do201',
    vendor: 'Dingtek',
    name: 'DO201 parking, ultrasonic and magnetic',
    format: dingtekFormat,
    assetTypes: ['ParkingSpot'],
    measures: [...PARKING_MEASURES, 'distance', 'temperature', 'humidity'],
    reportingIntervalMs: ONE_DAY_MS,
    source: SOURCE,
  },
  {
    id: 'dingtek-do202',
    vendor: 'Dingtek',
    name: 'DO202 parking, radar and magnetic',
    format: dingtekFormat,
    assetTypes: ['ParkingSpot'],
    measures: [...PARKING_MEASURES, 'temperature', 'humidity'],
    reportingIntervalMs: ONE_DAY_MS,
    source: SOURCE,
  },
];
