import type { AssetSource } from '../world/city-thing.ts';
import type { AssetSpec } from './asset.ts';
import { cabinetOf } from './traits.ts';

/** A city of given assets, in their order. */
export class ImportedCity implements AssetSource {
  readonly cabinets: AssetSource & { readonly count: number };
  readonly #things: readonly AssetSpec[];
  readonly #positions: Float64Array;

  constructor(assets: readonly AssetSpec[]) {
    const cabinets = assets.filter(({ type }) => type === 'StreetlightControlCabinet');
    this.cabinets = { count: cabinets.length, assetAt: (index) => cabinets[index]! };
    this.#things = assets.filter(({ type }) => type !== 'StreetlightControlCabinet');
    this.#positions = positionsOf(this.#things);
  }

  get count(): number {
    return this.#things.length;
  }

  assetAt(index: number): AssetSpec {
    return this.#things[index]!;
  }

  lampPosition(index: number): number {
    return this.#positions[index]!;
  }
}

/** Lamps hang along the cable of their cabinet in the order in which they are listed. */
function positionsOf(things: readonly AssetSpec[]): Float64Array {
  const counts = new Map<string, number>();
  const positions = new Float64Array(things.length);
  things.forEach((thing, index) => {
    const cabinet = cabinetOf(thing);
    if (cabinet === null) return;
    positions[index] = counts.get(cabinet) ?? 0;
    counts.set(cabinet, positions[index] + 1);
  });
  things.forEach((thing, index) => {
    const cabinet = cabinetOf(thing);
    if (cabinet !== null) positions[index] = positions[index]! / Math.max(1, counts.get(cabinet)! - 1);
  });
  return positions;
}
