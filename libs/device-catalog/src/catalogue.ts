import { ASSET_TYPES } from '@stadtfunk/devices';
import { QUANTITY_NAMES } from '@stadtfunk/readings';
import { dingtekFormat, dingtekModels } from './dingtek/nb/definition.ts';
import { draginoFormats, draginoModels } from './dragino/nb/definition.ts';
import type { DeviceModel } from './device-model.ts';
import type { Format } from './format.ts';
import { scsFormat } from './iotcreators/scs/definition.ts';
import { milesightFormats, milesightModels } from './milesight/em400/definition.ts';
import { stadtfunkFormat, stadtfunkModels } from './stadtfunk/json/definition.ts';
import { senmlFormat, ucifiModels } from './ucifi/senml/definition.ts';

/** Every payload format, by name. */
export const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>(
  [...draginoFormats, ...milesightFormats, dingtekFormat, senmlFormat, stadtfunkFormat, scsFormat].map(
    (format: Format) => [format.name, format],
  ),
);

/** Every device model that a city can register. */
export const MODELS: readonly DeviceModel[] = [
  ...draginoModels,
  ...milesightModels,
  ...dingtekModels,
  ...ucifiModels,
  ...stadtfunkModels,
];

/** A device of which only the format is known: on any asset, of any quantity. Hourly, as nothing else is known. */
function genericModel(format: Format): DeviceModel {
  return {
    id: format.name,
    vendor: 'generic',
    name: format.title,
    format,
    assetTypes: ASSET_TYPES,
    measures: QUANTITY_NAMES,
    reportingIntervalMs: 3_600_000,
    source: 'docs/devices.md',
  };
}

const modelsById: ReadonlyMap<string, DeviceModel> = new Map([
  ...[...FORMATS.values()].map((format) => [format.name, genericModel(format)] as const),
  ...MODELS.map((model) => [model.id, model] as const),
]);

export function findFormat(name: string): Format | undefined {
  return FORMATS.get(name);
}

/** The model of this id; the name of a format gives a generic model of that format. */
export function findModel(id: string): DeviceModel | undefined {
  return modelsById.get(id);
}
