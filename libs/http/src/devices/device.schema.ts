import { ASSET_TYPES, LIFECYCLES } from '@stadtfunk/devices';
import { QUANTITY_NAMES } from '@stadtfunk/readings';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { deviceId, duration, isoTime, pageOf, pageQuery, pathId } from '../schemas.ts';

const model = z.string().min(1).max(100).describe('id of a model, or name of a format: see /api/v1/models');
const imei = z.string().regex(/^\d{15}$/, 'must be 15 digits');
const iccid = z.string().regex(/^\d{18,20}[0-9A-F]?$/i, 'must be 18 to 20 digits');
const reportingInterval = duration(1000, 366 * 86_400_000);
const uplinkTopic = z
  .string()
  .min(1)
  .max(256)
  .regex(
    /^[^$+#\u0000-\u001f\u007f][^+#\u0000-\u001f\u007f]*$/,
    'must be a topic without + # and control characters, not begun by $',
  );

export const newDevice = z
  .strictObject({
    deviceId,
    model,
    assetId: z.string().min(1).max(128).nullable().default(null),
    imei: imei.nullable().default(null),
    iccid: iccid.nullable().default(null),
    uplinkTopic: uplinkTopic.nullable().default(null).describe('where the firmware dictates one'),
    reportingInterval: reportingInterval.nullable().default(null).describe('ISO 8601; null: as its model'),
    lifecycle: z.enum(LIFECYCLES).default('active'),
  })
  .meta({ id: 'NewDevice' });

export const credentials = z
  .strictObject({
    deviceId: z.string(),
    username: z.string(),
    password: z.string().describe('shown this once'),
    topic: z.string().describe('where the device publishes'),
  })
  .meta({ id: 'DeviceCredentials' });

export const device = z
  .strictObject({
    deviceId: z.string(),
    model: z.string(),
    lifecycle: z.enum(LIFECYCLES),
    assetId: z.string().nullable(),
    imei: z.string().nullable(),
    iccid: z.string().nullable(),
    topic: z.string(),
    uplinkTopic: z.string().nullable(),
    reportingInterval: z.string().nullable(),
    version: z.int().describe('another one after each change; `If-Match` can name it'),
    lastContactAt: isoTime.nullable(),
    createdAt: isoTime,
  })
  .meta({ id: 'Device' });

export const deviceModel = z
  .strictObject({
    id: z.string(),
    vendor: z.string(),
    name: z.string(),
    format: z.string(),
    assetTypes: z.array(z.enum(ASSET_TYPES)),
    measures: z.array(z.enum(QUANTITY_NAMES)),
    reportingInterval: z.string(),
    source: z.string(),
  })
  .meta({ id: 'DeviceModel' });

const params = z.strictObject({ deviceId: pathId });
const NO_DEVICE = 'no such device';

export const createDevice = operation({
  summary: 'Register a device; answers its credentials, the password this once',
  tag: 'devices',
  body: newDevice,
  answer: { status: 201, schema: credentials },
  problems: { 409: 'the id or IMEI is taken', 422: 'unknown model (near ones are named) or asset' },
});

export const listDevices = operation({
  summary: 'Devices, by id',
  tag: 'devices',
  query: z.strictObject({
    asset: z.string().min(1).max(128).exactOptional(),
    model: model.exactOptional(),
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(device) },
});

export const showDevice = operation({
  summary: 'A device',
  tag: 'devices',
  params,
  answer: { status: 200, schema: device },
  problems: { 404: NO_DEVICE },
});

export const changeDevice = operation({
  summary: 'Change a device',
  tag: 'devices',
  params,
  body: z
    .strictObject({
      model: model.exactOptional(),
      lifecycle: z.enum(LIFECYCLES).exactOptional(),
      imei: imei.nullable().exactOptional(),
      iccid: iccid.nullable().exactOptional(),
      uplinkTopic: uplinkTopic.nullable().exactOptional(),
      reportingInterval: reportingInterval.nullable().exactOptional(),
    })
    .meta({ id: 'ChangedDevice' }),
  headers: { 'if-match': 'version of the device that the person saw, as in its ETag' },
  answer: { status: 200, schema: device },
  problems: {
    404: NO_DEVICE,
    409: 'the IMEI is taken',
    412: 'somebody changed it since that version; `device` has it as it is',
    422: 'unknown model',
  },
});

export const rotatePassword = operation({
  summary: 'Give a device a new password; the old one no longer works',
  tag: 'devices',
  params,
  answer: { status: 200, schema: credentials },
  problems: { 404: NO_DEVICE },
});

export const bindDevice = operation({
  summary: 'Say on which asset a device sits from now on; null: on none',
  tag: 'devices',
  params,
  body: z.strictObject({ assetId: z.string().min(1).max(128).nullable() }),
  answer: { status: 200, schema: device },
  problems: { 404: NO_DEVICE, 422: 'no such asset' },
});

export const listModels = operation({
  summary: 'Device models that can be registered',
  tag: 'devices',
  answer: { status: 200, schema: pageOf(deviceModel) },
});
