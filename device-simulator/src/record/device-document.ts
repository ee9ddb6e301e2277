import { ASSET_TYPES, LIFECYCLES, type BoundDevice } from '@stadtfunk/devices';
import { z } from 'zod';

const id = z.string().min(1).max(128);
const text = z.string().max(1_024).nullable().default(null);
const time = z.number().min(-8.64e15).max(8.64e15);

const document = z.object({
  deviceId: id,
  model: z.string().min(1).max(128),
  lifecycle: z.enum(LIFECYCLES).default('active'),
  imei: text,
  iccid: text,
  uplinkTopic: text,
  reportingIntervalMs: z.number().positive().nullable().default(null),
  registeredAt: time.exactOptional(),
  former: z.array(z.object({ assetId: id, from: time, until: time })).exactOptional(),
  asset: z
    .object({
      assetId: id,
      type: z.enum(ASSET_TYPES),
      name: text,
      location: z.object({
        type: z.literal('Point'),
        coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
      }),
      district: text,
      address: z.record(z.string(), z.string()).nullable().default(null),
      department: text,
      attributes: z.record(z.string(), z.unknown()).default({}),
    })
    .nullable()
    .default(null),
});

/** What a recording says of a device: a flat document, as docs/recording.md has it. */
export function deviceDocumentOf({ device, asset, former, registeredAt }: BoundDevice): z.input<typeof document> {
  return {
    ...device,
    ...(registeredAt !== undefined && { registeredAt }),
    ...(former && { former: [...former] }),
    asset: asset && {
      ...asset,
      location: { type: 'Point', coordinates: [...asset.location.coordinates] },
      address: asset.address && { ...asset.address },
      attributes: { ...asset.attributes },
    },
  };
}

/** Throws an error that says what is wrong with the document. */
export function readDeviceDocument(written: string): BoundDevice {
  const read = document.safeParse(JSON.parse(written));
  if (!read.success) {
    const [{ path, message } = { path: [], message: 'wrong' }] = read.error.issues;
    throw new RangeError(`a device: ${path.join('.')}: ${message}`);
  }
  const { asset, former, registeredAt, ...device } = read.data;
  return { device, asset, ...(former && { former }), ...(registeredAt !== undefined && { registeredAt }) };
}
