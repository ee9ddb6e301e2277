import type { GroupKind, Grouping } from '@stadtfunk/maintenance';
import { commonOf, type GroupPlaces, type RuleSubject } from '@stadtfunk/rules';

type Placed = Pick<RuleSubject, 'device' | 'asset'>;

/** What devices and their assets say about who could be a member of a group. */
export class CityPlaces implements GroupPlaces {
  readonly #devices: readonly Placed[];
  readonly #types = new Map<string, string>();
  /** By kind: how many devices have a value in common on one type of asset. Counted when a group first asks. */
  readonly #counts = new Map<GroupKind, ReadonlyMap<string, number>>();

  constructor(devices: Iterable<Placed>) {
    this.#devices = [...devices];
    for (const { asset } of this.#devices) if (asset) this.#types.set(asset.assetId, asset.type);
  }

  count({ by, value }: Pick<Grouping, 'by' | 'value'>, ofAsset: string | null): number {
    let counts = this.#counts.get(by);
    if (!counts) this.#counts.set(by, (counts = this.#countBy(by)));
    return counts.get(keyOf(value, ofAsset === null ? null : this.#types.get(ofAsset))) ?? 0;
  }

  hasAsset(assetId: string): boolean {
    return this.#types.has(assetId);
  }

  #countBy(by: GroupKind): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const placed of this.#devices) {
      const value = placed.device.lifecycle === 'active' ? commonOf(by, placed) : undefined;
      if (value === undefined) continue;
      const types = placed.asset ? [null, placed.asset.type] : [null];
      for (const type of types) counts.set(keyOf(value, type), (counts.get(keyOf(value, type)) ?? 0) + 1);
    }
    return counts;
  }
}

/** Of a type that nobody knows there is none. */
function keyOf(value: string, type: string | null | undefined): string {
  return `${type === null ? 'any' : `of ${type ?? ''}`} ${value}`;
}
