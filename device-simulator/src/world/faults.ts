import type { Disturbance, DisturbanceKind } from './disturbance.ts';

/** What goes wrong with one thing, by time. Most things have none: they share `NO_FAULTS`. */
export class Faults {
  /** All moments at which something begins or ends, in order. */
  readonly #edges: readonly number[];

  constructor(readonly list: readonly Disturbance[]) {
    const edges = new Set(list.flatMap(({ from, to }) => [from, to]));
    this.#edges = [...edges].filter(Number.isFinite).sort((a, b) => a - b);
  }

  static of(list: readonly Disturbance[]): Faults {
    return list.length === 0 ? NO_FAULTS : new Faults(list);
  }

  /** The first moment after this one at which something begins or ends; Infinity if none. */
  nextEdge(at: number): number {
    for (const edge of this.#edges) if (edge > at) return edge;
    return Infinity;
  }

  /** What of this kind is so at the moment: `from` inclusive, `to` exclusive. */
  active(kind: DisturbanceKind, at: number): Disturbance | undefined {
    for (const fault of this.list) if (fault.kind === kind && fault.from <= at && at < fault.to) return fault;
    return undefined;
  }

  /** The product of `factor` of all of this kind. */
  factor(kind: DisturbanceKind, at: number): number {
    let product = 1;
    for (const fault of this.list) {
      if (fault.kind === kind && fault.from <= at && at < fault.to) product *= numberIn(fault, 'factor', 1);
    }
    return product;
  }
}

export const NO_FAULTS = new Faults([]);

export function numberIn(fault: Disturbance, name: string, otherwise: number): number {
  const value = fault[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}
