import type { ASTNode } from '@marcbachmann/cel-js';
import { isQuantityName, QUANTITIES } from '@stadtfunk/readings';
import { isExact, literal } from './closure.ts';
import { ABSENT, NO, NUMBER, slotOf, YES, type ReadingContext } from './reading-context.ts';

/**
 * What one look at one quantity, or at the sun, shows: with another number, or with this answer, a condition is false, whatever else it
 * asks. Most readings are so far from what rules look for that they need no more than that.
 */
export interface Screen {
  /** Of the quantity; `SUN`: of none. */
  readonly slot: number;
  /** The condition is false for what is less or more, and not known to be for these themselves. */
  readonly least: number;
  readonly most: number;
  /** The kind of answer for which it is false; `ABSENT`: none. */
  readonly not: number;
}

/** In place of a slot: the altitude of the sun. */
export const SUN = -1;

/** Of no condition. */
export const SHOWS_NOTHING: Screen = { slot: 0, least: -Infinity, most: Infinity, not: ABSENT };

/** Whether it is known that the condition is false. */
export function screensOut({ slot, least, most, not }: Screen, context: ReadingContext): boolean {
  if (slot === SUN) {
    const altitude = context.sunAltitudeBeside(least === -Infinity ? most : least);
    return altitude !== undefined && (altitude < least || altitude > most);
  }
  const kind = context.kinds[slot];
  if (kind !== NUMBER) return kind === not && kind !== ABSENT;
  const value = context.numbers[slot]!;
  return value < least || value > most;
}

/** Whether one of them shows it. */
export function isScreenedOut(screens: readonly Screen[], context: ReadingContext): boolean {
  for (let place = 0; place < screens.length; place++) if (screensOut(screens[place]!, context)) return true;
  return false;
}

/** One of each quantity that an operand of `&&` compares with a number, or that is an operand itself: numbers first, then answers, then the sun. */
export function screensOf(node: ASTNode): readonly Screen[] {
  const found = new Map<number, Screen>();
  for (const operand of conjuncts(node)) {
    const screen = screenOfTerm(operand);
    if (!screen) continue;
    const { slot, least, most, not } = found.get(screen.slot) ?? { ...screen, least: -Infinity, most: Infinity };
    // The sun is asked about one limit.
    if (slot === SUN && found.has(SUN)) continue;
    found.set(slot, { slot, least: Math.max(least, screen.least), most: Math.min(most, screen.most), not });
  }
  return [...found.values()].sort((a, b) => orderOf(a) - orderOf(b));
}

function orderOf({ slot, not }: Screen): number {
  return slot === SUN ? 2 : not === ABSENT ? 0 : 1;
}

function conjuncts(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjuncts) : [node];
}

function screenOfTerm(node: ASTNode): Screen | undefined {
  if (node.op === 'id') return screenOfAnswer(node, NO);
  if (node.op === '!_') return screenOfAnswer(node.args, YES);
  if (node.op !== '<' && node.op !== '<=' && node.op !== '>' && node.op !== '>=' && node.op !== '==') return undefined;
  const [measured, written] = node.args;
  if (measured.op !== 'id') return undefined;
  const isSun = measured.args === 'sunAltitude' && node.op !== '==';
  if (!isSun && !(isQuantityName(measured.args) && QUANTITIES[measured.args].kind === 'number')) return undefined;
  const isBelow = node.op === '<' || node.op === '<=';
  const limits = isSun ? limitsOf(written) : limitOf(written);
  if (limits.length === 0) return undefined;
  const least = isBelow ? -Infinity : Math.min(...limits);
  const most = node.op === '>' || node.op === '>=' ? Infinity : Math.max(...limits);
  return { slot: isQuantityName(measured.args) ? slotOf(measured.args) : SUN, least, most, not: ABSENT };
}

/** None: it is no number that is written down. */
function limitOf(node: ASTNode): readonly number[] {
  const limit = literal(node);
  return limit === undefined || !isExact(limit) ? [] : [Number(limit)];
}

/** Also of two numbers one, by whether a reading has a quantity: that is always known. */
function limitsOf(node: ASTNode): readonly number[] {
  if (node.op !== '?:') return limitOf(node);
  const [asked, first, second] = node.args;
  const isPresence = asked.op === 'call' && asked.args[0] === 'has' && isOfReading(asked.args[1][0]);
  const limits = [limitOf(first), limitOf(second)];
  return isPresence && limits.every(({ length }) => length > 0) ? limits.flat() : [];
}

function isOfReading(node: ASTNode | undefined): boolean {
  if (node?.op !== '.' || !isQuantityName(node.args[1])) return false;
  const [owner] = node.args;
  return owner.op === 'id' && owner.args === 'reading';
}

function screenOfAnswer(node: ASTNode, not: number): Screen | undefined {
  if (node.op !== 'id' || !isQuantityName(node.args) || QUANTITIES[node.args].kind !== 'flag') return undefined;
  return { slot: slotOf(node.args), least: -Infinity, most: Infinity, not };
}
