import {
  type GeoJSONSource,
  Map as MapLibreMap,
  type MapGeoJSONFeature,
  NavigationControl,
  setWorkerUrl,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import type { SituationAsset } from '../../api/types.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useConsoleSettings } from '../../shell/console-settings.ts';
import { useIsDark } from '../../shell/theme.ts';
import { Empty } from '../../ui/states.tsx';
import { SITUATION_TEXTS } from '../texts.ts';
import { addAssetLayers, ASSET_LAYERS, boundsOf, CLUSTER_LAYERS, ShownAssets } from './asset-layers.ts';
import { DARK, LIGHT } from './map-colours.ts';
import { iconResolver } from './map-icons.ts';
import { baseStyle } from './map-style.ts';

setWorkerUrl(workerUrl);

const CLOSE_ZOOM = 16;
const PADDING = 48;
/** The list answers at once; the map, to which all assets have to be sent, when whoever types or chooses pauses. */
const FOLLOWS_MS = 120;
/** Px, as in the style sheet. */
const DETAILS_WIDTH = 380;
/** Px that are enough to show an asset beside them. */
const LEAST_WIDTH = 80;
/** A map whose worker or style could not be loaded is begun anew; each time that fails, after twice as long. */
const AGAIN_MS = 2_000;
const AGAIN_AT_MOST_MS = 60_000;

export interface CityMapProps {
  /** Those that the filters leave. */
  readonly assets: readonly SituationAsset[];
  /** Whether the filters leave all. */
  readonly areAll: boolean;
  readonly selected: SituationAsset | undefined;
  readonly onSelect: (assetId: string) => void;
}

/** The schematic map is read once, where the installation has one and no other. */
function useSchematic(): { readonly isReady: boolean; readonly schematic: GeoJSON.FeatureCollection | null } {
  const { map } = useConsoleSettings();
  const isWanted = map.url === null && map.schematic;
  const query = useQuery({
    queryKey: ['base-map'],
    queryFn: ({ signal }) => call<GeoJSON.FeatureCollection>('GET', '/base-map', undefined, { signal }),
    enabled: isWanted,
    staleTime: Infinity,
  });
  return { isReady: !isWanted || !query.isPending, schematic: query.data ?? null };
}

export default function CityMap(props: CityMapProps): ReactElement {
  const { isReady, schematic } = useSchematic();
  const isDark = useIsDark();
  // Another appearance is another style: the map begins anew, where it was.
  return isReady ? (
    <DrawnMap key={String(isDark)} {...props} isDark={isDark} schematic={schematic} />
  ) : (
    <div className="city-map" />
  );
}

/** Where the map was when it was last looked at; undefined: it has not been placed over the city yet. */
let lastView: { center: [number, number]; zoom: number } | undefined;

function rememberView(map: MapLibreMap): void {
  const { lng, lat } = map.getCenter();
  lastView = { center: [lng, lat], zoom: map.getZoom() };
}

function DrawnMap({
  assets,
  areAll,
  selected,
  onSelect,
  isDark,
  schematic,
}: CityMapProps & {
  readonly isDark: boolean;
  readonly schematic: GeoJSON.FeatureCollection | null;
}): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const { map: settings } = useConsoleSettings();
  const container = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<{ readonly map: MapLibreMap; readonly shown: ShownAssets }>();
  const [hasFailed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const select = useRef(onSelect);
  useEffect(() => {
    select.current = onSelect;
  });
  const label = t.mapLabel;
  const [zoomIn, zoomOut] = [t.zoomIn, t.zoomOut];

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const colours = isDark ? DARK : LIGHT;
    let map: MapLibreMap;
    try {
      map = new MapLibreMap({
        container: element,
        style: baseStyle(settings, schematic, colours),
        attributionControl: settings.url === null ? false : { compact: true },
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 0,
        maxZoom: 19,
        locale: {
          'Map.Title': label,
          'NavigationControl.ZoomIn': zoomIn,
          'NavigationControl.ZoomOut': zoomOut,
        },
        ...(lastView ?? {}),
      });
    } catch {
      // No WebGL: the list has everything that the map would show.
      setFailed(true);
      return;
    }
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    map.setMissingStyleImageResolver(
      iconResolver(
        (name, image, options) => map.addImage(name, image, options),
        () => colours,
      ),
    );
    const shown = new ShownAssets(map);
    let again: number | undefined;
    let isLoaded = false;
    let hasWorker = true;
    // A map does not recover by itself from what it could not load before it was there, nor ever from the loss of its worker.
    map.on('error', ({ error }) => {
      if (error.message.startsWith('Worker failed to load')) hasWorker = false;
      else if (isLoaded) {
        window.reportError(error);
        return;
      }
      const afterMs = Math.min(AGAIN_MS * 2 ** attempt, AGAIN_AT_MOST_MS);
      again ??= window.setTimeout(() => setAttempt(attempt + 1), afterMs);
    });
    map.on('load', () => {
      isLoaded = true;
      if (hasWorker) {
        window.clearTimeout(again);
        again = undefined;
      }
      addAssetLayers(map);
      setDrawn({ map, shown });
    });
    map.on('moveend', () => {
      if (lastView) rememberView(map);
    });
    map.on('click', ASSET_LAYERS, ({ features }) => {
      const assetId: unknown = features?.[0]?.properties['assetId'];
      if (typeof assetId === 'string') select.current(assetId);
    });
    map.on('click', CLUSTER_LAYERS, ({ features }) => void openCluster(map, features?.[0]));
    const layers = [...ASSET_LAYERS, ...CLUSTER_LAYERS];
    map.on('mouseenter', layers, () => (map.getCanvas().style.cursor = 'pointer'));
    map.on('mouseleave', layers, () => (map.getCanvas().style.cursor = ''));
    return () => {
      window.clearTimeout(again);
      setDrawn(undefined);
      shown.end();
      map.remove();
    };
  }, [isDark, schematic, settings, label, zoomIn, zoomOut, attempt]);

  useEffect(() => {
    if (!drawn) return;
    const bounds = boundsOf(assets);
    if (!lastView && bounds) {
      drawn.map.fitBounds(bounds, { padding: PADDING, animate: false, maxZoom: 15 });
      rememberView(drawn.map);
    }
    const afterMs = drawn.shown.isEmpty ? 0 : FOLLOWS_MS;
    const timer = window.setTimeout(() => void drawn.shown.show(assets, areAll), afterMs);
    return () => window.clearTimeout(timer);
  }, [drawn, assets, areAll]);

  useEffect(() => {
    if (!drawn) return;
    drawn.shown.select(selected);
    if (selected) bringIntoView(drawn.map, selected);
    // Only when another one is selected: the map must not jump back when something happens to it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [drawn, selected?.assetId]);

  if (hasFailed) return <Empty title={t.mapFailed}>{t.mapFailedHelp}</Empty>;
  const showAll = () => {
    const bounds = boundsOf(assets);
    if (drawn && bounds) drawn.map.fitBounds(bounds, { padding: PADDING, maxZoom: 16, animate: mayMove() });
  };
  return (
    <div className="city-map" aria-busy={drawn === undefined}>
      <div className="city-map__canvas" ref={container} />
      {drawn === undefined && <p className="city-map__note">{t.mapLoading}</p>}
      <button type="button" className="city-map__all" onClick={showAll}>
        {t.wholeCity}
      </button>
    </div>
  );
}

function bringIntoView(map: MapLibreMap, { coordinates }: SituationAsset): void {
  const { clientWidth, clientHeight } = map.getContainer();
  // The details lie over the right side; on a map that they cover whole, nothing is to be seen anyway.
  const right = clientWidth >= DETAILS_WIDTH + LEAST_WIDTH ? DETAILS_WIDTH : 0;
  const { x, y } = map.project(coordinates);
  const isInSight = x >= 0 && x <= clientWidth - right && y >= 0 && y <= clientHeight;
  if (isInSight && map.getZoom() >= CLOSE_ZOOM) return;
  const to = { center: coordinates, zoom: Math.max(map.getZoom(), CLOSE_ZOOM), padding: { right } };
  if (mayMove()) map.easeTo({ ...to, duration: 500 });
  else map.jumpTo(to);
}

async function openCluster(map: MapLibreMap, feature: MapGeoJSONFeature | undefined): Promise<void> {
  const clusterId: unknown = feature?.properties['cluster_id'];
  if (typeof clusterId !== 'number' || feature?.geometry.type !== 'Point') return;
  const source = map.getSource<GeoJSONSource>(feature.source);
  const zoom = await source?.getClusterExpansionZoom(clusterId);
  const center = feature.geometry.coordinates as [number, number];
  if (zoom !== undefined) map.easeTo({ center, zoom: zoom + 0.2, animate: mayMove() });
}

function mayMove(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
