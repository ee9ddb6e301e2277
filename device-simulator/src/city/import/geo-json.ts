import { fail, messageOf, ok, type Result } from '@stadtfunk/kernel';
import { AssetReader, type ImportedAssets } from './asset-reader.ts';
import { readLatitude, readLongitude } from './column.ts';
import { MOST_ROWS } from './csv.ts';

/**
 * Assets of a city from a GeoJSON feature collection (RFC 7946): points, with what would be columns of a table as properties. The property
 * `type` is required; a feature's `id` is its `assetId` where that is not among the properties.
 */
export function assetsFromGeoJson(text: string): Result<ImportedAssets> {
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const features = own(parsed.value, 'features');
  if (own(parsed.value, 'type') !== 'FeatureCollection' || !Array.isArray(features)) {
    return fail('file.malformed', 'no FeatureCollection');
  }
  if (features.length > MOST_ROWS) return fail('file.tooLong', `more than ${MOST_ROWS} features`);
  const reader = new AssetReader();
  const columns = new Set<string>();
  features.forEach((feature: unknown, index) => {
    const properties = own(feature, 'properties');
    if (typeof properties !== 'object' || properties === null) {
      reader.complain(index + 1, null, 'row.malformed', 'a feature without properties');
      return;
    }
    for (const name of Object.keys(properties)) columns.add(name);
    const id = own(feature, 'id');
    reader.read(index + 1, pointOf(own(feature, 'geometry')), (name) => {
      const value = textOf(own(properties, name));
      return name === 'assetId' && value === undefined ? textOf(id) : value;
    });
  });
  return ok(reader.done([...columns], []));
}

function parse(text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return fail('file.notJson', messageOf(error));
  }
}

function pointOf(geometry: unknown): Result<readonly [number, number]> {
  const coordinates = own(geometry, 'coordinates');
  if (own(geometry, 'type') !== 'Point' || !Array.isArray(coordinates)) {
    return fail('location.noPoint', 'the geometry is no Point');
  }
  const longitude = readLongitude(String(coordinates[0]));
  const latitude = readLatitude(String(coordinates[1]));
  if (!longitude.ok || !latitude.ok) return fail('location.range', 'not [longitude, latitude] in degrees');
  return ok([longitude.value as number, latitude.value as number]);
}

/** Lists become what a table writes for them. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(String).join('|') : undefined;
}

function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
