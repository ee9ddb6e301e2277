import { distanceM, type Position } from './position.ts';

/** Where a route has to begin and to end; null: anywhere. */
export interface RouteEnds {
  readonly start: Position | null;
  readonly end: Position | null;
}

export interface Route {
  /** Indices into the stops. */
  readonly order: readonly number[];
  /** Great-circle. */
  readonly lengthM: number;
}

/** Changes that are tried, which bounds the time: some tenths of a second at the most, and the same route every time. */
const MOST_TRIES = 8_000_000;
/** Kicks out of a local optimum that bring nothing before the search ends. */
const MOST_IDLE_KICKS = 200;
const LONGEST_SEGMENT = 3;
/** Less is rounding. */
const GAIN_M = 1e-6;

/**
 * A short way through all stops: nearest neighbour, then 2-opt and Or-opt until nothing gets better, then the same again after
 * kicks (double bridges, Johnson and McGeoch 1997). Deterministic.
 */
export function shortRoute(stops: readonly Position[], ends: RouteEnds): Route {
  const costs = new Costs(stops, ends);
  const search = new Search(costs);
  const chance = new Chance();
  let order = nearestNeighbours(costs);
  let length = search.improve(order);
  let idle = 0;
  while (stops.length >= 3 && idle < MOST_IDLE_KICKS && !search.isSpent) {
    const kicked = doubleBridge(order, chance);
    const kickedLength = search.improve(kicked);
    idle++;
    if (kickedLength > length - GAIN_M) continue;
    [order, length, idle] = [kicked, kickedLength, 0];
  }
  return { order, lengthM: length };
}

/** The length of a way that is given. */
export function routeLengthM(stops: readonly Position[], ends: RouteEnds): number {
  return new Costs(stops, ends).lengthOf(stops.map((_, index) => index));
}

/** Distances between stops, with -1 for the start and `count` for the end; what is not given costs nothing. */
class Costs {
  readonly count: number;
  readonly #width: number;
  readonly #table: Float64Array;

  constructor(stops: readonly Position[], { start, end }: RouteEnds) {
    this.count = stops.length;
    this.#width = this.count + 2;
    this.#table = new Float64Array(this.#width * this.#width);
    const all = [start, ...stops, end];
    for (let a = 0; a < all.length; a++) {
      for (let b = a + 1; b < all.length; b++) {
        const cost = all[a] && all[b] ? distanceM(all[a]!, all[b]!) : 0;
        this.#table[a * this.#width + b] = this.#table[b * this.#width + a] = cost;
      }
    }
  }

  between(a: number, b: number): number {
    return this.#table[(a + 1) * this.#width + b + 1]!;
  }

  lengthOf(order: readonly number[]): number {
    if (order.length === 0) return 0;
    let length = this.between(-1, order[0]!) + this.between(order.at(-1)!, this.count);
    for (let index = 1; index < order.length; index++) length += this.between(order[index - 1]!, order[index]!);
    return length;
  }
}

function nearestNeighbours(costs: Costs): number[] {
  const left = new Set(Array.from({ length: costs.count }, (_, index) => index));
  const order: number[] = [];
  while (left.size > 0) {
    let best = -1;
    let bestCost = Infinity;
    for (const each of left) {
      const cost = costs.between(order.at(-1) ?? -1, each);
      if (cost < bestCost) [best, bestCost] = [each, cost];
    }
    order.push(best);
    left.delete(best);
  }
  return order;
}

class Search {
  readonly #costs: Costs;
  #tries = 0;

  constructor(costs: Costs) {
    this.#costs = costs;
  }

  get isSpent(): boolean {
    return this.#tries >= MOST_TRIES;
  }

  /** Changes an order in place until nothing makes it shorter; gives its length. */
  improve(order: number[]): number {
    while (!this.isSpent && (this.#reverse(order) || this.#move(order)));
    return this.#costs.lengthOf(order);
  }

  /** 2-opt: a part of the way in the other direction. */
  #reverse(order: number[]): boolean {
    const costs = this.#costs;
    let isBetter = false;
    for (let from = 0; from < costs.count - 1; from++) {
      const before = from === 0 ? -1 : order[from - 1]!;
      let first = order[from]!;
      let present = costs.between(before, first);
      this.#tries += costs.count - from;
      for (let to = from + 1; to < costs.count; to++) {
        const last = order[to]!;
        const after = to + 1 === costs.count ? costs.count : order[to + 1]!;
        const gain = present + costs.between(last, after) - costs.between(before, last) - costs.between(first, after);
        if (gain <= GAIN_M) continue;
        for (let a = from, b = to; a < b; a++, b--) [order[a], order[b]] = [order[b]!, order[a]!];
        first = last;
        present = costs.between(before, first);
        isBetter = true;
      }
    }
    return isBetter;
  }

  /** Or-opt: up to three stops in a row at another place, either way round. */
  #move(order: number[]): boolean {
    let isBetter = false;
    for (let length = 1; length <= Math.min(LONGEST_SEGMENT, this.#costs.count - 1); length++) {
      for (let from = 0; from + length <= this.#costs.count; from++) {
        if (this.#moveSegment(order, from, length)) isBetter = true;
      }
    }
    return isBetter;
  }

  #moveSegment(order: number[], from: number, length: number): boolean {
    const costs = this.#costs;
    const { count } = costs;
    const [first, last] = [order[from]!, order[from + length - 1]!];
    const [before, after] = [order[from - 1] ?? -1, order[from + length] ?? count];
    const saved = costs.between(before, first) + costs.between(last, after) - costs.between(before, after);
    if (saved <= GAIN_M) return false;
    this.#tries += count;
    for (let at = -1; at < count; at++) {
      if (at >= from - 1 && at < from + length) continue;
      const left = at < 0 ? -1 : order[at]!;
      const right = at + 1 === count ? count : order[at + 1]!;
      const gap = saved + costs.between(left, right);
      const straight = gap - costs.between(left, first) - costs.between(last, right);
      const turned = gap - costs.between(left, last) - costs.between(first, right);
      if (straight <= GAIN_M && turned <= GAIN_M) continue;
      const segment = order.splice(from, length);
      if (turned > straight) segment.reverse();
      order.splice(at < from ? at + 1 : at + 1 - length, 0, ...segment);
      return true;
    }
    return false;
  }
}

/** Cuts a way into four parts and swaps the two in the middle, which neither search can do or undo. */
function doubleBridge(order: readonly number[], chance: Chance): number[] {
  const cut = () => chance.below(order.length + 1);
  const [a, b, c] = [cut(), cut(), cut()].sort((x, y) => x - y) as [number, number, number];
  return [...order.slice(0, a), ...order.slice(b, c), ...order.slice(a, b), ...order.slice(c)];
}

/** The same row of numbers every time (Numerical Recipes, 7.1: a linear congruential generator). */
class Chance {
  #state = 1;

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
