export { findFormat, findModel, FORMATS, MODELS } from './catalogue.ts';
export { type DeviceModel } from './device-model.ts';
export { type Example, type Format, type Report, type Sample } from './format.ts';
export { payloadFrom } from './payload-from.ts';
