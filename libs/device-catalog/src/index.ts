export { findFormat, findModel, FORMATS, MODELS } from './catalogue.ts';
export { PAYLOAD_CODES, type PayloadCode } from './codes.ts';
export { type DeviceModel } from './device-model.ts';
export { type Example, type Format, type Report, type Sample } from './format.ts';
export { payloadFrom } from './payload-from.ts';
export { type PayloadEdit, type Pseudonyms } from './rewrite.ts';
