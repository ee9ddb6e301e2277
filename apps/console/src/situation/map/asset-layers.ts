import type { GeoJSONSource, GeoJSONSourceDiff, Map as MapLibreMap } from 'maplibre-gl';
import type { SituationAsset } from '../../api/types.ts';
import { QUIET_RANK, rankOf } from '../city-state.ts';
import type { MapColours } from './map-colours.ts';
import { TYPES } from './map-icons.ts';

const ASSETS = 'assets';
const SELECTED = 'selected-asset';
export const CLUSTER_LAYER = 'clusters';
export const ASSET_LAYER = 'asset-points';
/** So many changes at once cost more than everything anew. */
const MOST_CHANGES = 2_000;

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };

const features = new WeakMap<SituationAsset, GeoJSON.Feature>();

/** Numbers only, but for the id: all of it is copied to the map's worker. Made once for each asset as long as it stays the same. */
function featureOf(asset: SituationAsset): GeoJSON.Feature {
  const known = features.get(asset);
  if (known) return known;
  const feature: GeoJSON.Feature = {
    type: 'Feature',
    properties: { assetId: asset.assetId, rank: rankOf(asset), type: TYPES.indexOf(asset.type) },
    geometry: { type: 'Point', coordinates: asset.coordinates },
  };
  features.set(asset, feature);
  return feature;
}

/** Sources and layers of the assets, on top of whatever base map there is. Once for each style. */
export function addAssetLayers(map: MapLibreMap, colours: MapColours): void {
  map.addSource(ASSETS, {
    type: 'geojson',
    data: NOTHING,
    promoteId: 'assetId',
    cluster: true,
    clusterRadius: 48,
    clusterMaxZoom: 15,
    clusterProperties: {
      worst: ['min', ['get', 'rank']],
      alarmed: ['+', ['case', ['<', ['get', 'rank'], QUIET_RANK], 1, 0]],
    },
  });
  map.addSource(SELECTED, { type: 'geojson', data: NOTHING });
  const count = ['case', ['<', ['get', 'worst'], QUIET_RANK], ['get', 'alarmed'], ['get', 'point_count']];
  map.addLayer({
    id: CLUSTER_LAYER,
    type: 'symbol',
    source: ASSETS,
    filter: ['has', 'point_count'],
    layout: {
      'icon-image': ['concat', 'cluster/', ['get', 'worst'], '/', count] as unknown as string,
      'icon-allow-overlap': true,
      // The worst lie on top.
      'symbol-sort-key': ['-', 0, ['get', 'worst']],
      'symbol-z-order': 'source',
    },
  });
  map.addLayer({
    id: ASSET_LAYER,
    type: 'symbol',
    source: ASSETS,
    filter: ['!', ['has', 'point_count']],
    layout: {
      'icon-image': ['concat', 'asset/', ['get', 'rank'], '/', ['get', 'type']] as unknown as string,
      'icon-allow-overlap': true,
      'symbol-sort-key': ['-', 0, ['get', 'rank']],
    },
  });
  map.addLayer({
    id: SELECTED,
    type: 'circle',
    source: SELECTED,
    paint: {
      'circle-radius': 19,
      'circle-opacity': 0,
      'circle-stroke-width': 3,
      'circle-stroke-color': colours.selected,
    },
  });
}

/** Shows these assets; where few have changed since, only those are sent on. */
export class ShownAssets {
  #shown: ReadonlyMap<string, SituationAsset> | undefined;

  constructor(private readonly map: MapLibreMap) {}

  /** Whether nothing was shown yet. */
  get isEmpty(): boolean {
    return this.#shown === undefined;
  }

  show(assets: readonly SituationAsset[]): void {
    const source = this.map.getSource<GeoJSONSource>(ASSETS);
    if (!source) return;
    const next = new Map(assets.map((asset) => [asset.assetId, asset]));
    const diff = this.#shown && differenceOf(this.#shown, next);
    this.#shown = next;
    if (diff) void source.updateData(diff);
    else void source.setData({ type: 'FeatureCollection', features: assets.map(featureOf) });
  }

  select(asset: SituationAsset | undefined): void {
    const source = this.map.getSource<GeoJSONSource>(SELECTED);
    void source?.setData(asset ? { type: 'FeatureCollection', features: [featureOf(asset)] } : NOTHING);
  }
}

function differenceOf(
  before: ReadonlyMap<string, SituationAsset>,
  after: ReadonlyMap<string, SituationAsset>,
): GeoJSONSourceDiff | undefined {
  const add = [...after.values()].filter((asset) => before.get(asset.assetId) !== asset);
  const remove = [...before.keys()].filter((assetId) => !after.has(assetId));
  return add.length + remove.length > MOST_CHANGES ? undefined : { add: add.map(featureOf), remove };
}

/** The box around all of them; undefined: there are none. */
export function boundsOf(assets: readonly SituationAsset[]): [number, number, number, number] | undefined {
  if (assets.length === 0) return undefined;
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const { coordinates } of assets) {
    const [longitude, latitude] = coordinates;
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return [west, south, east, north];
}
