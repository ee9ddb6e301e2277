import type { QuantityName } from '@stadtfunk/readings';
import type { DeviceModel } from '../../device-model.ts';
import type { Format } from '../../format.ts';
import { decodeMilesight, type MilesightFields } from './decode.ts';
import { frameExamples, tlvExamples } from './examples.ts';
import { normaliseMilesight } from './normalise.ts';
import { rewriteMilesight } from './rewrite.ts';

const frame: Format<MilesightFields> = {
  name: 'milesight-nb-frame',
  title: 'Milesight EM400 NB-IoT frame (hex or bytes)',
  examples: frameExamples,
  decode: decodeMilesight,
  normalise: normaliseMilesight,
  rewrite: rewriteMilesight,
};
const tlv: Format<MilesightFields> = {
  ...frame,
  name: 'milesight-tlv',
  title: 'Milesight channel-type-value data without a frame (hex or bytes)',
  examples: tlvExamples,
};
export const milesightFormats: readonly Format<MilesightFields>[] = [frame, tlv];

/** 12 samples of 30 minutes in one upload: the default of the NB-IoT units. */
const SIX_HOURS_MS = 6 * 3_600_000;

const MEASURES: readonly QuantityName[] = [
  'distance',
  'temperature',
  'temperatureAlarm',
  'outOfPosition',
  'batteryLevel',
  'csq',
  'rssi',
  // Units with GNSS.
  'latitude',
  'longitude',
];

export const milesightModels: readonly DeviceModel[] = [
  {
    id: 'milesight-em400-mud',
    vendor: 'Milesight',
    name: 'EM400-MUD ultrasonic distance',
    format: frame,
    assetTypes: ['WasteContainer', 'ParkingSpot'],
    measures: MEASURES,
    reportingIntervalMs: SIX_HOURS_MS,
    source: 'Milesight EM400-MUD user guide',
  },
  {
    id: 'milesight-em400-tld',
    vendor: 'Milesight',
    name: 'EM400-TLD time-of-flight distance',
    format: frame,
    assetTypes: ['WasteContainer'],
    measures: MEASURES,
    reportingIntervalMs: SIX_HOURS_MS,
    source: 'Milesight-IoT/SensorDecoders, em400-tld',
  },
];
