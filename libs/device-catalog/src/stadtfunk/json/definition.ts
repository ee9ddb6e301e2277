import { ASSET_TYPES } from '@stadtfunk/devices';
import { QUANTITY_NAMES } from '@stadtfunk/readings';
import type { DeviceModel } from '../../device-model.ts';
import type { Format } from '../../format.ts';
import { decodeStadtfunk, type StadtfunkFields } from './decode.ts';
import { stadtfunkExamples } from './examples.ts';
import { normaliseStadtfunk } from './normalise.ts';
import { rewriteStadtfunk } from './rewrite.ts';

export const stadtfunkFormat: Format<StadtfunkFields> = {
  name: 'stadtfunk-json',
  title: 'Our own JSON, for whoever programs a sensor',
  examples: stadtfunkExamples,
  decode: decodeStadtfunk,
  normalise: normaliseStadtfunk,
  rewrite: rewriteStadtfunk,
};

export const stadtfunkModels: readonly DeviceModel[] = [
  {
    id: 'stadtfunk-json',
    vendor: 'Stadtfunk',
    name: 'Anything that speaks stadtfunk-json',
    format: stadtfunkFormat,
    assetTypes: ASSET_TYPES,
    measures: QUANTITY_NAMES,
    reportingIntervalMs: 3_600_000,
    source: 'docs/devices.md',
  },
];
