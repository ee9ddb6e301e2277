/** The kinds of asset, by their names in the Smart Data Models. */
export const ASSET_TYPES = ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'] as const;
export type AssetType = (typeof ASSET_TYPES)[number];

/** GeoJSON point, WGS 84: `[longitude, latitude]` in degrees. */
export interface Point {
  readonly type: 'Point';
  readonly coordinates: readonly [longitude: number, latitude: number];
}

/**
 * What the city owns. Attribute names follow the Smart Data Models and TALQ; those that normalisation or rules use:
 * `containerHeight` (m, inner height from the floor to the rim), `sensorOffset` (m, sensor above the rim),
 * `maximumParkingDuration` (ISO 8601), `powerRating` (W), `circuit`, `refStreetlightControlCabinet`. `tags` is our own: words
 * by which a city sorts its assets.
 */
export interface Asset {
  readonly assetId: string;
  readonly type: AssetType;
  readonly name: string | null;
  readonly location: Point;
  readonly district: string | null;
  readonly address: Readonly<Record<string, string>> | null;
  /** The department that owns it; null: the department that its type belongs to. */
  readonly department: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Whether the asset carries this word among its `tags`. */
export function hasTag({ attributes: { tags } }: Asset, tag: string): boolean {
  return Array.isArray(tags) && tags.includes(tag);
}

/** Who owns an asset of this type where the asset does not say. */
export const DEFAULT_DEPARTMENT: Readonly<Record<AssetType, string>> = {
  WasteContainer: 'waste',
  ParkingSpot: 'parking',
  Streetlight: 'lighting',
  StreetlightControlCabinet: 'lighting',
};

export function departmentOf(asset: Asset): string {
  return asset.department ?? DEFAULT_DEPARTMENT[asset.type];
}
