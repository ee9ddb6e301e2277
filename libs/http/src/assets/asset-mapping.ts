import { type Asset, departmentOf } from '@stadtfunk/devices';
import type { z } from 'zod';
import { Problem } from '../problem.ts';
import { newAsset, type replacedAsset } from './asset.schema.ts';

/** Names that an attribute cannot have, because answers use them. */
const ANSWER_MEMBERS = ['latest', 'alerts', 'devices'];

/** Known members become columns of their own, all others attributes. */
export function toAsset(input: z.output<typeof newAsset> | z.output<typeof replacedAsset>, assetId: string): Asset {
  const { assetId: given = assetId, type, name, location, district, address, department, ...attributes } = input;
  if (given !== assetId) throw new Problem(400, 'asset.idFixed', `the id of '${assetId}' cannot be changed`);
  const taken = ANSWER_MEMBERS.filter((member) => member in attributes);
  if (taken.length > 0) {
    const errors = taken.map((member) => ({ path: `body.${member}`, message: 'is a member of answers, no attribute' }));
    throw new Problem(400, 'request.invalid', `these cannot be attributes: ${taken.join(', ')}`, { errors });
  }
  return { assetId, type, name, location, district, address, department, attributes };
}

export function toAssetBody(asset: Asset) {
  const { assetId, type, name, location, district, address, attributes } = asset;
  const { type: pointType, coordinates } = location;
  const [longitude, latitude] = coordinates;
  return {
    ...attributes,
    assetId,
    type,
    name,
    location: { type: pointType, coordinates: [longitude, latitude] as [number, number] },
    district,
    address: address === null ? null : { ...address },
    department: departmentOf(asset),
  };
}

/** The asset with a JSON merge patch (RFC 7396) applied, checked like a new one. */
export function patchAsset(asset: Asset, patch: Readonly<Record<string, unknown>>): Asset {
  const { attributes, ...described } = asset;
  const merged = mergePatch({ ...attributes, ...described }, patch);
  const parsed = newAsset.safeParse(merged);
  if (parsed.success) return toAsset(parsed.data, asset.assetId);
  const errors = parsed.error.issues.map(({ path, message }) => ({
    path: ['body', ...path.map(String)].join('.'),
    message,
  }));
  throw new Problem(400, 'request.invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  });
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key), value));
  }
  return Object.fromEntries(result);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
