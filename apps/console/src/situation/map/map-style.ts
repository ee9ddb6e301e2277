import type { StyleSpecification } from 'maplibre-gl';
import type { ConsoleSettings } from '../../api/types.ts';
import type { MapColours } from './map-colours.ts';

type Sources = StyleSpecification['sources'];
type Layers = StyleSpecification['layers'];

const FONT = ['Fira Sans', 'sans-serif'];

/** The base map that this installation wants: a style from elsewhere, raster tiles, the schematic map, or bare ground. */
export function baseStyle(
  { url, attribution }: ConsoleSettings['map'],
  schematic: GeoJSON.FeatureCollection | null,
  colours: MapColours,
): StyleSpecification | string {
  if (url !== null && !url.includes('{z}')) return url;
  const ground: Layers[number] = { id: 'ground', type: 'background', paint: { 'background-color': colours.ground } };
  if (url !== null) {
    const source = {
      type: 'raster' as const,
      tiles: [url],
      tileSize: 256,
      ...(attribution !== null && { attribution }),
    };
    return {
      version: 8,
      sources: { tiles: source },
      layers: [ground, { id: 'tiles', type: 'raster', source: 'tiles' }],
    };
  }
  if (schematic === null) return { version: 8, sources: {}, layers: [ground] };
  const sources: Sources = { base: { type: 'geojson', data: schematic } };
  return { version: 8, sources, layers: [ground, ...schematicLayers(colours)] };
}

function schematicLayers(colours: MapColours): Layers {
  const of = (kind: string) => ({
    source: 'base',
    filter: ['==', ['get', 'kind'], kind] satisfies ['==', unknown, string] as ['==', ['get', string], string],
  });
  return [
    { id: 'districts', type: 'fill', ...of('district'), paint: { 'fill-color': colours.district } },
    {
      id: 'borders',
      type: 'line',
      ...of('district'),
      paint: { 'line-color': colours.border, 'line-dasharray': [3, 2] },
    },
    {
      id: 'water',
      type: 'line',
      ...of('water'),
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': colours.water,
        // Metres become pixels: at this latitude one pixel of a 512 px tile is 50,200 m at zoom 0.
        'line-width': [
          'interpolate',
          ['exponential', 2],
          ['zoom'],
          10,
          ['max', 1.5, ['/', ['get', 'widthM'], 49]],
          20,
          ['*', ['get', 'widthM'], 20.9],
        ],
      },
    },
    {
      id: 'street-edges',
      type: 'line',
      ...of('street'),
      layout: { 'line-cap': 'round' },
      paint: {
        'line-color': colours.streetEdge,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 11, 2, 18, 26],
      },
    },
    {
      id: 'streets',
      type: 'line',
      ...of('street'),
      layout: { 'line-cap': 'round' },
      paint: {
        'line-color': colours.street,
        'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 11, 0.8, 18, 22],
      },
    },
    label('water-names', of('water'), 'line', 13, colours, 12),
    label('street-names', of('street'), 'line', 12, colours, 14),
    label('place-names', of('place'), 'point', 14, colours, 10),
  ];
}

function label(
  id: string,
  of: { readonly source: string; readonly filter: ['==', ['get', string], string] },
  placement: 'line' | 'point',
  size: number,
  colours: MapColours,
  minzoom: number,
): Layers[number] {
  return {
    id,
    type: 'symbol',
    ...of,
    minzoom,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': FONT,
      'text-size': size,
      'symbol-placement': placement,
      'text-letter-spacing': placement === 'point' ? 0.06 : 0,
      // Assets cover much of a district: its name stays all the same.
      'text-allow-overlap': placement === 'point',
      'text-ignore-placement': placement === 'point',
      ...(placement === 'point' && { 'text-offset': [0, -1.9] as [number, number] }),
    },
    paint: { 'text-color': colours.label, 'text-halo-color': colours.halo, 'text-halo-width': 1.6 },
  };
}
