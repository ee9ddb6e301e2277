import type { Expression } from './expression.ts';

export interface ExpressionProblem {
  /** Offset in the text of the expression. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

export type Compile = (text: string) => Expression | ExpressionProblem;

export function isProblem<T extends object>(result: T): result is Extract<T, Pick<ExpressionProblem, 'expected'>> {
  return 'expected' in result;
}
