import { QUANTITIES, QUANTITY_NAMES, type QuantityName } from './quantities.ts';
import type { MutableTotals, Total, Totals } from './roll-ups.ts';

const INDEX = new Map<string, number>(QUANTITY_NAMES.map((name, index) => [name, index]));
const WIDTH = QUANTITY_NAMES.length;
/** count, sum, min, max */
const CELLS = 4;

/**
 * Totals of many series at once. Numbers lie in two flat arrays: a hundred thousand series of ten quantities take 50 MB,
 * as objects they would take several times that.
 */
export class SeriesTotals {
  readonly #series = new Map<string, number>();
  /** Per series and quantity: where its cells are, counted from 1; 0: nowhere yet. */
  #slots = new Int32Array(64 * WIDTH);
  #cells = new Float64Array(64 * 8 * CELLS);
  #used = 0;

  /** A value of a series, which is named by any text. */
  add(series: string, name: QuantityName, value: number): void {
    this.merge(series, name, { count: 1, sum: value, min: value, max: value });
  }

  /** A total of a part of a series' readings. */
  merge(series: string, name: QuantityName, { count, sum, min = Infinity, max = -Infinity }: Total): void {
    const at = this.#cellsOf(series, name);
    const cells = this.#cells;
    cells[at]! += count;
    cells[at + 1]! += sum;
    if (min < cells[at + 2]!) cells[at + 2] = min;
    if (max > cells[at + 3]!) cells[at + 3] = max;
  }

  get size(): number {
    return this.#series.size;
  }

  *[Symbol.iterator](): Generator<readonly [series: string, totals: Totals]> {
    for (const [series, row] of this.#series) {
      const totals: MutableTotals = {};
      for (let index = 0; index < WIDTH; index++) {
        const slot = this.#slots[row * WIDTH + index]!;
        if (slot > 0) totals[QUANTITY_NAMES[index]!] = this.#totalAt(slot, QUANTITY_NAMES[index]!);
      }
      yield [series, totals];
    }
  }

  #totalAt(slot: number, name: QuantityName): Total {
    const [count, sum, min, max] = this.#cells.subarray((slot - 1) * CELLS, slot * CELLS);
    return QUANTITIES[name].kind === 'flag'
      ? { count: count!, sum: sum! }
      : { count: count!, sum: sum!, min: min!, max: max! };
  }

  #cellsOf(series: string, name: QuantityName): number {
    let row = this.#series.get(series);
    if (row === undefined) {
      row = this.#series.size;
      this.#series.set(series, row);
      if (this.#slots.length < (row + 1) * WIDTH) this.#slots = grown(this.#slots, Int32Array);
    }
    const at = row * WIDTH + INDEX.get(name)!;
    if (this.#slots[at] === 0) {
      this.#slots[at] = ++this.#used;
      if (this.#cells.length < this.#used * CELLS) this.#cells = grown(this.#cells, Float64Array);
      this.#cells.set([0, 0, Infinity, -Infinity], (this.#used - 1) * CELLS);
    }
    return (this.#slots[at]! - 1) * CELLS;
  }
}

function grown<T extends Int32Array | Float64Array>(array: T, make: new (length: number) => T): T {
  const larger = new make(array.length * 2);
  larger.set(array);
  return larger;
}
