import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { SituationAsset } from '../../api/types.ts';
import { QUIET_RANK, rankOf } from '../city-state.ts';
import { SELECTION_ICON, TYPES } from './map-icons.ts';

const SELECTED = 'selected-asset';
/** All assets, and those that the filters leave: so that taking the filters off sends nothing to the map's worker. */
const SOURCES = ['assets', 'filtered-assets'] as const;
type SourceId = (typeof SOURCES)[number];
const clustersOf = (source: SourceId) => `${source}-clusters`;
const pointsOf = (source: SourceId) => `${source}-points`;
export const CLUSTER_LAYERS: string[] = SOURCES.map(clustersOf);
export const ASSET_LAYERS: string[] = SOURCES.map(pointsOf);
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
export function addAssetLayers(map: MapLibreMap): void {
  for (const source of SOURCES) addSource(map, source);
  map.addSource(SELECTED, { type: 'geojson', data: NOTHING });
  // A picture like the others. A layer of circles has a program of its own for the graphics card, which whoever selects first waits for.
  map.addLayer({
    id: SELECTED,
    type: 'symbol',
    source: SELECTED,
    layout: { 'icon-image': SELECTION_ICON, 'icon-allow-overlap': true },
  });
}

/** Not to be seen yet. */
function addSource(map: MapLibreMap, source: SourceId): void {
  map.addSource(source, {
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
  const count = ['case', ['<', ['get', 'worst'], QUIET_RANK], ['get', 'alarmed'], ['get', 'point_count']];
  map.addLayer({
    id: clustersOf(source),
    type: 'symbol',
    source,
    filter: ['has', 'point_count'],
    layout: {
      visibility: 'none',
      'icon-image': ['concat', 'cluster/', ['get', 'worst'], '/', count] as unknown as string,
      'icon-allow-overlap': true,
      // The worst lie on top.
      'symbol-sort-key': ['-', 0, ['get', 'worst']],
      'symbol-z-order': 'source',
    },
  });
  map.addLayer({
    id: pointsOf(source),
    type: 'symbol',
    source,
    filter: ['!', ['has', 'point_count']],
    layout: {
      visibility: 'none',
      'icon-image': ['concat', 'asset/', ['get', 'rank'], '/', ['get', 'type']] as unknown as string,
      'icon-allow-overlap': true,
      'symbol-sort-key': ['-', 0, ['get', 'rank']],
    },
  });
}

/** Shows assets, all or some of them; where few have changed since, only those are sent on. */
export class ShownAssets {
  readonly #sent = new Map<SourceId, ReadonlyMap<string, SituationAsset>>();
  #wanted: SourceId | undefined;

  constructor(private readonly map: MapLibreMap) {}

  /** Whether nothing was shown yet. */
  get isEmpty(): boolean {
    return this.#wanted === undefined;
  }

  /** @param areAll whether these are all that there are */
  async show(assets: readonly SituationAsset[], areAll: boolean): Promise<void> {
    const source: SourceId = areAll ? 'assets' : 'filtered-assets';
    this.#wanted = source;
    await this.#send(source, assets);
    // Something else may be wanted by now.
    if (this.#wanted !== source) return;
    for (const other of SOURCES) {
      const visibility = other === source ? 'visible' : 'none';
      for (const layer of [clustersOf(other), pointsOf(other)]) {
        if (this.map.getLayoutProperty(layer, 'visibility') !== visibility) {
          this.map.setLayoutProperty(layer, 'visibility', visibility);
        }
      }
    }
  }

  /** The map is about to be gone. */
  end(): void {
    this.#wanted = undefined;
  }

  select(asset: SituationAsset | undefined): void {
    const source = this.map.getSource<GeoJSONSource>(SELECTED);
    void source?.setData(asset ? { type: 'FeatureCollection', features: [featureOf(asset)] } : NOTHING);
  }

  async #send(id: SourceId, assets: readonly SituationAsset[]): Promise<void> {
    const source = this.map.getSource<GeoJSONSource>(id);
    if (!source) return;
    const next = new Map(assets.map((asset) => [asset.assetId, asset]));
    const before = this.#sent.get(id);
    this.#sent.set(id, next);
    const { add, remove } = differenceOf(before ?? new Map<string, SituationAsset>(), next);
    if (before && add.length + remove.length === 0) return;
    if (before && add.length + remove.length <= MOST_CHANGES) {
      await source.updateData({ add: add.map(featureOf), remove });
    } else await source.setData({ type: 'FeatureCollection', features: assets.map(featureOf) });
  }
}

function differenceOf(before: ReadonlyMap<string, SituationAsset>, after: ReadonlyMap<string, SituationAsset>) {
  const add = [...after.values()].filter((asset) => !looksLike(asset, before.get(asset.assetId)));
  const remove = [...before.keys()].filter((assetId) => !after.has(assetId));
  return { add, remove };
}

/** On the map: all assets are other objects each time that they are read. */
function looksLike(one: SituationAsset, other: SituationAsset | undefined): boolean {
  if (one === other) return true;
  if (!other || one.type !== other.type || rankOf(one) !== rankOf(other)) return false;
  const [[x, y], [otherX, otherY]] = [one.coordinates, other.coordinates];
  return x === otherX && y === otherY;
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
