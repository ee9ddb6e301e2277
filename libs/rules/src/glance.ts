import { NUMBER, type ReadingContext } from './reading-context.ts';
import type { JudgeStep } from './reading-plan.ts';
import { screensOut, SUN, type Screen } from './screen.ts';

/** Between which values of a quantity, both excluded, or with which answer, all that a glance covers is passed over. */
interface Range {
  readonly slot: number;
  readonly kind: number;
  least: number;
  most: number;
}

/**
 * What a reading was passed over by, and how far another one may be from it to be passed over by the same. Most readings are like the
 * last: then one look at each quantity is enough for all rules.
 */
export class Glance {
  /** By the places of the steps. */
  readonly covered: boolean[];
  readonly #steps: readonly JudgeStep[];
  readonly #ranges: Range[] = [];

  constructor(steps: readonly JudgeStep[]) {
    this.#steps = steps;
    this.covered = steps.map(() => false);
  }

  /** Whether a rule that is covered and remembers nothing passes over this reading. */
  isLikeLast({ kinds, numbers }: ReadingContext): boolean {
    const ranges = this.#ranges;
    for (let place = 0; place < ranges.length; place++) {
      const { slot, kind, least, most } = ranges[place]!;
      if (kinds[slot] !== kind) return false;
      if (kind !== NUMBER) continue;
      const value = numbers[slot]!;
      if (!(value > least && value < most)) return false;
    }
    return true;
  }

  /** Covers what passes over this reading. */
  take(context: ReadingContext): void {
    this.#ranges.length = 0;
    for (let place = 0; place < this.#steps.length; place++) {
      const { isUnchanged, alternatives } = this.#steps[place]!;
      const shown = isUnchanged ? [] : alternatives.map(({ screens }) => screens.find((each) => shows(each, context)));
      const isCovered = !isUnchanged && shown.every((screen) => screen !== undefined);
      this.covered[place] = isCovered;
      if (isCovered) for (const screen of shown) this.#narrow(screen, context);
    }
  }

  #narrow({ slot, least, most }: Screen, { kinds, numbers }: ReadingContext): void {
    const kind = kinds[slot]!;
    let range = this.#ranges.find((each) => each.slot === slot);
    if (!range) this.#ranges.push((range = { slot, kind, least: -Infinity, most: Infinity }));
    if (kind !== NUMBER) return;
    if (numbers[slot]! < least) range.most = Math.min(range.most, least);
    else range.least = Math.max(range.least, most);
  }
}

/** Where the sun is depends on more than the reading. */
function shows(screen: Screen, context: ReadingContext): boolean {
  return screen.slot !== SUN && screensOut(screen, context);
}
