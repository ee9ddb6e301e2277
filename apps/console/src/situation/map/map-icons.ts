import type { MissingStyleImageResolver, StyleImageMetadata } from 'maplibre-gl';
import type { SituationAsset } from '../../api/types.ts';
import { type IconName, iconPath } from '../../ui/icons.tsx';
import { QUIET_RANK } from '../city-state.ts';
import type { MapColours } from './map-colours.ts';

const PIXEL_RATIO = 2;
/** Shapes of the ranks 1 to 4, as in the lists. */
const RANK_SHAPES: readonly IconName[] = ['octagon', 'triangle', 'diamond', 'circle'];
const TYPE_SHAPES: Readonly<Record<SituationAsset['type'], IconName>> = {
  WasteContainer: 'container',
  ParkingSpot: 'parking',
  Streetlight: 'light',
  StreetlightControlCabinet: 'cabinet',
};
/** In features a type is its place here. */
export const TYPES = Object.keys(TYPE_SHAPES) as readonly SituationAsset['type'][];
const ALERT_SIZE = 26;
const QUIET_SIZE = 18;
const CLUSTER_SIZES: readonly (readonly [below: number, size: number])[] = [
  [10, 38],
  [100, 44],
  [1_000, 50],
  [Infinity, 58],
];

/** Around the asset that is selected. */
export const SELECTION_ICON = 'selection';
const SELECTION_SIZE = 42;

interface Drawn {
  readonly image: ImageData;
  readonly options: Partial<StyleImageMetadata>;
}

/** Draws the image that a layer asks for by name: `asset/<rank>/<place of the type>`, `cluster/<rank>/<number>`, or that around the selected one. Others are not ours. */
export function drawIcon(name: string, colours: MapColours): Drawn | undefined {
  if (name === SELECTION_ICON) return drawSelection(colours);
  const [kind, rankText, what = ''] = name.split('/');
  const rank = Number(rankText);
  const colour = colours.ranks[rank - 1];
  if (colour === undefined) return undefined;
  if (kind === 'asset') return drawAsset(rank, colour, TYPES[Number(what)] ?? 'WasteContainer', colours);
  if (kind === 'cluster') return drawCluster(rank, colour, Number(what), colours);
  return undefined;
}

function drawAsset(rank: number, colour: string, type: SituationAsset['type'], colours: MapColours): Drawn {
  if (rank === QUIET_RANK) {
    return draw(QUIET_SIZE, (context, size) => {
      disc(context, size, colour, colours.halo);
      shape(context, TYPE_SHAPES[type], size * 0.28, size * 0.44, colours.onRank);
    });
  }
  return draw(ALERT_SIZE, (context, size) => {
    const outline = new Path2D(iconPath(RANK_SHAPES[rank - 1]!));
    context.translate(size * 0.08, size * 0.08);
    context.scale((size * 0.84) / 16, (size * 0.84) / 16);
    // The mark in the shape is a hole: what is behind it has to be of one colour.
    context.lineJoin = 'round';
    context.lineWidth = 2.4;
    context.strokeStyle = colours.halo;
    context.fillStyle = colours.onRank;
    context.stroke(outline);
    context.fill(outline, 'nonzero');
    context.fillStyle = colour;
    context.fill(outline, 'evenodd');
  });
}

/** How many have an alert, in the colour and with the shape of the worst; or how many there are, if none has. */
function drawCluster(rank: number, colour: string, count: number, colours: MapColours): Drawn {
  const size = CLUSTER_SIZES.find(([below]) => count < below)?.[1] ?? ALERT_SIZE;
  const text = count < 1_000 ? String(count) : `${Math.round(count / 100) / 10}k`;
  return draw(size, (context, width) => {
    disc(context, width, colour, colours.halo);
    context.fillStyle = colours.onRank;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `600 ${width * (text.length > 3 ? 0.29 : 0.34)}px "Fira Sans", sans-serif`;
    const hasShape = rank !== QUIET_RANK;
    context.fillText(text, width / 2, width * (hasShape ? 0.68 : 0.52));
    if (hasShape) shape(context, RANK_SHAPES[rank - 1]!, width * 0.35, width * 0.3, colours.onRank, width * 0.16);
  });
}

function drawSelection(colours: MapColours): Drawn {
  return draw(SELECTION_SIZE, (context, size) => {
    const lineWidth = 3 * PIXEL_RATIO;
    context.beginPath();
    context.arc(size / 2, size / 2, (size - lineWidth) / 2, 0, 2 * Math.PI);
    context.lineWidth = lineWidth;
    context.strokeStyle = colours.selected;
    context.stroke();
  });
}

function draw(size: number, paint: (context: CanvasRenderingContext2D, size: number) => void): Drawn {
  const pixels = size * PIXEL_RATIO;
  const canvas = document.createElement('canvas');
  canvas.width = pixels;
  canvas.height = pixels;
  // To read a picture back from the graphics card holds the page up, by hundreds of ms where the processor is the card.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('a canvas without a context');
  context.save();
  paint(context, pixels);
  context.restore();
  return { image: context.getImageData(0, 0, pixels, pixels), options: { pixelRatio: PIXEL_RATIO } };
}

function disc(context: CanvasRenderingContext2D, size: number, colour: string, edge: string): void {
  const edgeWidth = size * 0.055;
  context.beginPath();
  context.arc(size / 2, size / 2, size / 2 - edgeWidth, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = edgeWidth;
  context.strokeStyle = edge;
  context.stroke();
}

function shape(
  context: CanvasRenderingContext2D,
  name: IconName,
  left: number,
  size: number,
  colour: string,
  top = left,
): void {
  context.save();
  context.translate(left, top);
  context.scale(size / 16, size / 16);
  context.fillStyle = colour;
  context.fill(new Path2D(iconPath(name)), 'evenodd');
  context.restore();
}

/** For `map.setMissingStyleImageResolver`: draws what the layers ask for, once each. */
export function iconResolver(
  add: (name: string, image: ImageData, options: Partial<StyleImageMetadata>) => void,
  colours: () => MapColours,
): MissingStyleImageResolver {
  return (name) => {
    const drawn = drawIcon(name, colours());
    if (drawn) add(name, drawn.image, drawn.options);
  };
}
