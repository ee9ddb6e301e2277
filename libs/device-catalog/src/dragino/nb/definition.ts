import type { DeviceModel } from '../../device-model.ts';
import type { Example, Format } from '../../format.ts';
import { decodeDragino, type DraginoFields } from './decode.ts';
import { jsonExamples, v02Examples, v0Examples, v1Examples, v2Examples } from './examples.ts';
import { normaliseDragino } from './normalise.ts';
import { rewriteDragino } from './rewrite.ts';

/** One decoder under five names: which generation a body is of, its bytes say better than the register of devices. */
function draginoFormat(name: string, title: string, examples: readonly Example[]): Format<DraginoFields> {
  return { name, title, examples, decode: decodeDragino, normalise: normaliseDragino, rewrite: rewriteDragino };
}

const v1 = draginoFormat('dragino-nb-v1', 'Dragino NB-IoT distance, firmware 1.3 to 1.5 (hex or bytes)', v1Examples);
const v2 = draginoFormat('dragino-nb-v2', 'Dragino NB-IoT distance with IMSI (hex or bytes)', v2Examples);
const json = draginoFormat('dragino-nb-json', 'Dragino NB-IoT "general JSON" mode', jsonExamples);

export const draginoFormats: readonly Format<DraginoFields>[] = [
  draginoFormat('dragino-nb-v0', 'Dragino NB-IoT distance, firmware 1.0 (hex or bytes)', v0Examples),
  draginoFormat('dragino-nb-v0.2', 'Dragino NB-IoT distance, firmware 1.2 (hex or bytes)', v02Examples),
  v1,
  v2,
  json,
];

/** Seen in published field data of this family (WimObiwan/IotRouter). */
const TWO_HOURS_MS = 2 * 3_600_000;
/** Seen in the JSON samples. */
const QUARTER_HOUR_MS = 15 * 60_000;

export const draginoModels: readonly DeviceModel[] = [
  {
    id: 'dragino-ndds75',
    vendor: 'Dragino',
    name: 'NDDS75 ultrasonic distance',
    format: v1,
    assetTypes: ['WasteContainer'],
    measures: ['distance', 'batteryVoltage', 'csq', 'rssi'],
    limits: { distance: [280, 7500] },
    reportingIntervalMs: TWO_HOURS_MS,
    source: 'wiki.dragino.com, NDDS75 user manual',
  },
  {
    id: 'dragino-dds75-nb',
    vendor: 'Dragino',
    name: 'DDS75-NB ultrasonic distance',
    format: v2,
    assetTypes: ['WasteContainer'],
    measures: ['distance', 'batteryVoltage', 'csq', 'rssi'],
    limits: { distance: [280, 7500] },
    reportingIntervalMs: TWO_HOURS_MS,
    source: 'dragino/dragino-end-node-decoder, DDS75-NB',
  },
  {
    id: 'dragino-dds45-nb',
    vendor: 'Dragino',
    name: 'DDS45-NB ultrasonic distance (JSON)',
    format: json,
    assetTypes: ['WasteContainer'],
    measures: ['distance', 'batteryVoltage', 'csq', 'rssi'],
    reportingIntervalMs: QUARTER_HOUR_MS,
    source: 'wiki.dragino.com, DDS45-NB user manual',
  },
  {
    id: 'dragino-sn50v3-nb',
    vendor: 'Dragino',
    name: 'SN50v3-NB general purpose (JSON)',
    format: json,
    assetTypes: ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'],
    measures: ['temperature', 'humidity', 'batteryVoltage', 'csq', 'rssi', 'latitude', 'longitude'],
    reportingIntervalMs: QUARTER_HOUR_MS,
    source: 'tago-io/decoders, sn50v3-cb',
  },
];
