import { useQuery } from '@tanstack/react-query';
import { type GeoJSONSource, LngLatBounds, Map as MapLibreMap, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { call } from '../api/client.ts';
import { useTexts } from '../i18n/texts.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { useIsDark } from '../shell/theme.ts';
import { DARK, LIGHT } from '../situation/map/map-colours.ts';
import { baseStyle } from '../situation/map/map-style.ts';
import { SITUATION_TEXTS } from '../situation/texts.ts';
import { Empty } from '../ui/states.tsx';
import { TOUR_TEXTS } from './texts.ts';
import type { MapTour } from './tour-map.tsx';

setWorkerUrl(workerUrl);

/** One way after the other; told apart by their numbers as well. */
const WAY_COLOURS = ['#1d5bb5', '#a84300', '#1b6e3c', '#7a2e8e', '#8a6100', '#b00020'];
const PADDING = 48;

export default function DrawnTourMap({ tours }: { readonly tours: readonly MapTour[] }): ReactElement {
  const { map } = useConsoleSettings();
  const isDark = useIsDark();
  const isWanted = map.url === null && map.schematic;
  const base = useQuery({
    queryKey: ['base-map'],
    queryFn: ({ signal }) => call<GeoJSON.FeatureCollection>('GET', '/base-map', undefined, { signal }),
    enabled: isWanted,
    staleTime: Infinity,
  });
  if (isWanted && base.isPending) return <div className="tour-map__canvas" />;
  // Another appearance is another style: the map begins anew.
  return <Canvas key={String(isDark)} tours={tours} isDark={isDark} schematic={base.data ?? null} />;
}

function Canvas({
  tours,
  isDark,
  schematic,
}: {
  readonly tours: readonly MapTour[];
  readonly isDark: boolean;
  readonly schematic: GeoJSON.FeatureCollection | null;
}): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const words = useTexts(SITUATION_TEXTS);
  const { map: settings } = useConsoleSettings();
  const container = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<MapLibreMap>();
  const [isWhole, setWhole] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const title = t.map;
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    let map: MapLibreMap;
    try {
      map = new MapLibreMap({
        container: element,
        style: baseStyle(settings, schematic, isDark ? DARK : LIGHT),
        attributionControl: settings.url === null ? false : { compact: true },
        dragRotate: false,
        pitchWithRotate: false,
        fadeDuration: 0,
        maxZoom: 19,
        locale: { 'Map.Title': title },
      });
    } catch {
      // No WebGL: the list has everything that the map would show.
      setFailed(true);
      return;
    }
    map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    map.on('load', () => {
      addLayers(map, isDark);
      setDrawn(map);
    });
    return () => {
      setDrawn(undefined);
      map.remove();
    };
  }, [isDark, schematic, settings, title]);
  useEffect(() => {
    if (!drawn) return;
    void drawn.getSource<GeoJSONSource>('ways')?.setData(waysOf(tours));
    void drawn.getSource<GeoJSONSource>('stops')?.setData(stopsOf(tours));
    const bounds = boundsOf(tours);
    if (bounds) drawn.fitBounds(bounds, { padding: PADDING, animate: false, maxZoom: 16 });
    drawn.once('idle', () => setWhole(true));
  }, [drawn, tours]);
  if (hasFailed) return <Empty title={words.mapFailed}>{words.mapFailedHelp}</Empty>;
  return <div className="tour-map__canvas" aria-busy={!isWhole} ref={container} />;
}

function addLayers(map: MapLibreMap, isDark: boolean): void {
  const empty = { type: 'FeatureCollection' as const, features: [] };
  map.addSource('ways', { type: 'geojson', data: empty });
  map.addSource('stops', { type: 'geojson', data: empty });
  map.addLayer({
    id: 'ways',
    type: 'line',
    source: 'ways',
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': ['get', 'colour'], 'line-width': 3, 'line-opacity': 0.85 },
  });
  map.addLayer({
    id: 'stops',
    type: 'circle',
    source: 'stops',
    paint: {
      // As wide as its numbers.
      'circle-radius': ['match', ['length', ['get', 'number']], 1, 12, 2, 13, 16],
      'circle-color': ['get', 'colour'],
      'circle-stroke-color': isDark ? '#10121f' : '#ffffff',
      'circle-stroke-width': 2,
    },
  });
  map.addLayer({
    id: 'numbers',
    type: 'symbol',
    source: 'stops',
    layout: {
      'text-field': ['get', 'number'],
      'text-font': ['Fira Sans', 'sans-serif'],
      'text-size': 13,
      'text-allow-overlap': true,
      'text-ignore-placement': true,
    },
    paint: { 'text-color': '#ffffff' },
  });
}

function colourOf(index: number): string {
  return WAY_COLOURS[index % WAY_COLOURS.length]!;
}

/** From the depot through all stops and back. */
function waysOf(tours: readonly MapTour[]): GeoJSON.FeatureCollection {
  const features = tours.map(({ depot, stops }, index): GeoJSON.Feature => {
    const ends = depot ? [depot.coordinates] : [];
    const coordinates = [...ends, ...stops.map(({ location }) => location.coordinates), ...ends];
    return { type: 'Feature', properties: { colour: colourOf(index) }, geometry: { type: 'LineString', coordinates } };
  });
  return { type: 'FeatureCollection', features };
}

function stopsOf(tours: readonly MapTour[]): GeoJSON.FeatureCollection {
  const features = tours.flatMap(({ depot, stops }, index) => {
    const colour = colourOf(index);
    const of = (location: GeoJSON.Position, number: string): GeoJSON.Feature => {
      return { type: 'Feature', properties: { colour, number }, geometry: { type: 'Point', coordinates: location } };
    };
    const points = placesOf(stops).map(({ location, numbers }) => of(location, numbers));
    return depot ? [of(depot.coordinates, 'D'), ...points] : points;
  });
  return { type: 'FeatureCollection', features };
}

/** Several jobs at one place are one point, with all their numbers: `2–4`. */
function placesOf(
  stops: MapTour['stops'],
): readonly { readonly location: GeoJSON.Position; readonly numbers: string }[] {
  const places = new Map<string, { readonly location: GeoJSON.Position; readonly numbers: number[] }>();
  stops.forEach(({ location: { coordinates } }, index) => {
    const key = coordinates.join();
    const known = places.get(key);
    if (known) known.numbers.push(index + 1);
    else places.set(key, { location: coordinates, numbers: [index + 1] });
  });
  return [...places.values()].map(({ location, numbers }) => {
    const isRow = numbers.length > 1 && numbers.at(-1)! - numbers[0]! === numbers.length - 1;
    return { location, numbers: isRow ? `${numbers[0]}–${numbers.at(-1)}` : numbers.join(', ') };
  });
}

function boundsOf(tours: readonly MapTour[]): LngLatBounds | null {
  const points = tours.flatMap(({ depot, stops }) => [
    ...(depot ? [depot.coordinates] : []),
    ...stops.map(({ location }) => location.coordinates),
  ]);
  const [first, ...rest] = points;
  return first ? rest.reduce((bounds, point) => bounds.extend(point), new LngLatBounds(first, first)) : null;
}
