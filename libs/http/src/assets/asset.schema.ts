import { ASSET_TYPES } from '@stadtfunk/devices';
import { durationMs } from '@stadtfunk/kernel';
import { z } from 'zod';
import { alert } from '../alerts/alert.schema.ts';
import { device } from '../devices/device.schema.ts';
import { operation } from '../operation.ts';
import { reading } from '../readings/reading.schema.ts';
import { assetId, pageOf, pageQuery, pathId } from '../schemas.ts';

const MAX_ATTRIBUTES = 64;
const MAX_ATTRIBUTE_BYTES = 16 * 1024;

export const point = z
  .strictObject({
    type: z.literal('Point'),
    coordinates: z
      .tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
      .describe('longitude, latitude, degrees, WGS 84'),
  })
  .meta({ id: 'Point', description: 'GeoJSON point' });

const name = z.string().trim().min(1).max(200);
const isoDurationText = z
  .string()
  .max(40)
  .refine((text) => durationMs(text) !== undefined, 'must be an ISO 8601 duration of fixed length, like PT2H')
  .meta({ format: 'duration' });

/** What an asset is, apart from its id, type and attributes. `null` says that it has none. */
const described = {
  name: name.nullable().default(null),
  location: point,
  district: name.nullable().default(null),
  address: z
    .record(z.string().min(1).max(64), z.string().max(300))
    .refine((address) => Object.keys(address).length <= 20, 'has more than 20 parts')
    .nullable()
    .default(null)
    .describe('streetAddress, postalCode, addressLocality, district …'),
  department: z.string().min(1).max(64).nullable().default(null).describe('null: the one of its type'),
};

/** Attributes of the Smart Data Models and TALQ that mean something here. Others are kept as they are. */
const known = {
  containerHeight: z.number().min(0.1).max(10).describe('m, from the floor to the rim'),
  sensorOffset: z.number().min(-2).max(10).describe('m, sensor above the rim'),
  binCapacity: z.number().min(0).max(1e6).describe('litres'),
  storedWasteKind: z.union([z.string().max(64), z.array(z.string().max(64)).max(20)]),
  serialNumber: z.string().max(200),
  maximumParkingDuration: isoDurationText,
  powerRating: z.number().min(0).max(10_000).describe('W'),
  circuit: z.string().min(1).max(200),
  streetPoleNum: z.string().min(1).max(200).describe('the number on the pole'),
  feederPillarNum: z.string().min(1).max(200),
  refStreetlightControlCabinet: assetId,
  tags: z.array(z.string().trim().min(1).max(40)).max(20).describe('words that rules can name'),
};

function optional<Shape extends Record<string, z.ZodType>>(shape: Shape) {
  const entries = Object.entries(shape).map(([key, schema]) => [key, schema.exactOptional()]);
  return Object.fromEntries(entries) as { [Key in keyof Shape]: z.ZodExactOptional<Shape[Key]> };
}

const further = z.json();

function boundedAttributes(asset: Record<string, unknown>): boolean {
  return Object.keys(asset).length <= MAX_ATTRIBUTES + 7 && JSON.stringify(asset).length <= MAX_ATTRIBUTE_BYTES;
}

const TOO_MUCH = `has more than ${MAX_ATTRIBUTES} attributes or ${MAX_ATTRIBUTE_BYTES} bytes`;

export const newAsset = z
  .object({ assetId, type: z.enum(ASSET_TYPES), ...described, ...optional(known) })
  .catchall(further)
  .refine(boundedAttributes, TOO_MUCH)
  .meta({ id: 'NewAsset', description: 'Names of the Smart Data Models; further attributes are kept' });

export const replacedAsset = z
  .object({ assetId: assetId.exactOptional(), type: z.enum(ASSET_TYPES), ...described, ...optional(known) })
  .catchall(further)
  .refine(boundedAttributes, TOO_MUCH)
  .meta({ id: 'ReplacedAsset' });

export const changedAsset = z
  .record(z.string().max(100), further)
  .refine(boundedAttributes, TOO_MUCH)
  .meta({ id: 'ChangedAsset', description: 'JSON merge patch (RFC 7396) of an asset: null removes' });

export const asset = z
  .object({
    assetId: z.string(),
    type: z.enum(ASSET_TYPES),
    name: z.string().nullable(),
    location: point,
    district: z.string().nullable(),
    address: z.record(z.string(), z.string()).nullable(),
    department: z.string().describe('who owns it'),
  })
  .catchall(z.unknown())
  .meta({ id: 'Asset' });

export const assetDetail = asset
  .safeExtend({ latest: reading.nullable(), alerts: z.array(alert), devices: z.array(device) })
  .meta({ id: 'AssetDetail', description: 'An asset with its newest reading, its open alerts and its devices' });

const params = z.strictObject({ assetId: pathId });
const NO_ASSET = 'no such asset';
const BAD_DEPARTMENT = 'no such department';

const CHANGING = {
  headers: { 'if-match': 'version of the asset that the person saw, as in its ETag' },
  problems: {
    403: 'of a foreign department',
    404: NO_ASSET,
    412: 'somebody changed it since that version; `asset` has it as it is',
    422: BAD_DEPARTMENT,
  },
} as const;

export const createAsset = operation({
  summary: 'Register an asset',
  tag: 'assets',
  body: newAsset,
  answer: { status: 201, schema: asset },
  problems: { 403: 'of a foreign department', 409: 'there is one of this id', 422: BAD_DEPARTMENT },
});

export const listAssets = operation({
  summary: 'Assets, by id',
  tag: 'assets',
  query: z.strictObject({
    type: z.enum(ASSET_TYPES).exactOptional(),
    district: z.string().min(1).max(200).exactOptional(),
    q: z
      .string()
      .min(1)
      .max(200)
      .exactOptional()
      .describe('words of its number, name or address; gives the best hits, one page'),
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(asset) },
});

export const listDistricts = operation({
  summary: 'The districts that assets name, by name',
  tag: 'assets',
  answer: {
    status: 200,
    schema: z.strictObject({
      items: z.array(z.strictObject({ district: z.string(), assets: z.int() }).meta({ id: 'District' })),
    }),
  },
});

export const showAsset = operation({
  summary: 'An asset with its newest reading, its open alerts and its devices',
  tag: 'assets',
  params,
  answer: { status: 200, schema: assetDetail },
  problems: { 404: NO_ASSET },
});

export const replaceAsset = operation({
  summary: 'Replace what is known of an asset',
  tag: 'assets',
  params,
  body: replacedAsset,
  answer: { status: 200, schema: asset },
  ...CHANGING,
});

export const changeAsset = operation({
  summary: 'Change some of what is known of an asset',
  tag: 'assets',
  params,
  body: changedAsset,
  answer: { status: 200, schema: asset },
  ...CHANGING,
});
