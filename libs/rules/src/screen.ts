import type { ASTNode } from '@marcbachmann/cel-js';
import { isQuantityName, QUANTITIES } from '@stadtfunk/readings';
import { isExact, literal } from './closure.ts';
import { ABSENT, NO, NUMBER, slotOf, YES, type ReadingContext } from './reading-context.ts';

/**
 * What one look at one quantity shows: with another number, or with this answer, a condition is false, whatever else it asks. Most
 * readings are so far from what rules look for that they need no more than that.
 */
export interface Screen {
  readonly slot: number;
  /** The condition is false for what is less or more, and not known to be for these themselves. */
  readonly least: number;
  readonly most: number;
  /** The kind of answer for which it is false; `ABSENT`: none. */
  readonly not: number;
}

/** Tells nothing of any reading. */
export const NO_SCREEN: Screen = { slot: 0, least: -Infinity, most: Infinity, not: ABSENT };

/** Whether it is known that the condition is false. */
export function screensOut({ slot, least, most, not }: Screen, { kinds, numbers }: ReadingContext): boolean {
  const kind = kinds[slot];
  if (kind !== NUMBER) return kind === not && kind !== ABSENT;
  const value = numbers[slot]!;
  return value < least || value > most;
}

/** Of all operands of `&&` that are about the first quantity that is compared with a number, or is an answer by itself. */
export function screenOf(node: ASTNode): Screen {
  let found: Screen | undefined;
  for (const operand of conjuncts(node)) {
    const screen = screenOfTerm(operand);
    if (!screen) continue;
    if (!found) found = screen;
    else if (found.slot === screen.slot && found.not === ABSENT) {
      const [least, most] = [Math.max(found.least, screen.least), Math.min(found.most, screen.most)];
      found = { ...found, least, most };
    }
  }
  return found ?? NO_SCREEN;
}

function conjuncts(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjuncts) : [node];
}

function screenOfTerm(node: ASTNode): Screen | undefined {
  if (node.op === 'id') return screenOfAnswer(node, NO);
  if (node.op === '!_') return screenOfAnswer(node.args, YES);
  if (node.op !== '<' && node.op !== '<=' && node.op !== '>' && node.op !== '>=' && node.op !== '==') return undefined;
  const [measured, written] = node.args;
  const limit = literal(written);
  if (measured.op !== 'id' || !isQuantityName(measured.args) || limit === undefined || !isExact(limit))
    return undefined;
  if (QUANTITIES[measured.args].kind !== 'number') return undefined;
  const number = Number(limit);
  const least = node.op === '<' || node.op === '<=' ? -Infinity : number;
  const most = node.op === '>' || node.op === '>=' ? Infinity : number;
  return { slot: slotOf(measured.args), least, most, not: ABSENT };
}

function screenOfAnswer(node: ASTNode, not: number): Screen | undefined {
  if (node.op !== 'id' || !isQuantityName(node.args) || QUANTITIES[node.args].kind !== 'flag') return undefined;
  return { ...NO_SCREEN, slot: slotOf(node.args), not };
}
