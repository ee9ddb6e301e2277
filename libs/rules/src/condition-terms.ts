import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import type { ExplainedTerm, ExplainedValue, Threshold } from '@stadtfunk/maintenance';
import { isQuantityName } from '@stadtfunk/readings';
import { compilePart, type Expression } from './expression.ts';
import { childrenOf } from './named-things.ts';
import type { ReadingContext } from './reading-context.ts';

type Part = (context: ReadingContext) => unknown;

/** A term, ready to be asked for any reading. */
interface Term {
  readonly text: string;
  readonly answer: Part;
  readonly values: readonly (readonly [text: string, value: Part])[];
  readonly comparison: readonly [left: Part, operator: Threshold['operator'], right: Part] | null;
}

/** Characters of a value that is a text. */
const LONGEST_TEXT = 200;
const COMPARISONS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='] satisfies Threshold['operator'][];
const FLIPPED: Readonly<Record<Threshold['operator'], Threshold['operator']>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/** Compiled when an alert first asks: most rules of a city never raise one. */
const TERMS = new WeakMap<Expression, readonly Term[]>();

/** The terms of a condition, as they stand for a reading. */
export function explainTerms(expression: Expression, context: ReadingContext): readonly ExplainedTerm[] {
  let terms = TERMS.get(expression);
  if (!terms) TERMS.set(expression, (terms = termsOf(expression.syntax()).map(compileTerm)));
  return terms.map((term) => explain(term, context));
}

/** The operands of `&&`, `||` and of a `!` around them, each text once. */
function termsOf(node: ASTNode): readonly ASTNode[] {
  const found = new Map<string, ASTNode>();
  const visit = (part: ASTNode): void => {
    if (part.op === '&&' || part.op === '||') part.args.forEach(visit);
    else if (part.op === '!_' && isSplit(part.args)) visit(part.args);
    else found.set(serialize(part), part);
  };
  visit(node);
  return [...found.values()];
}

function isSplit({ op }: ASTNode): boolean {
  return op === '&&' || op === '||' || op === '!_' || COMPARISONS.includes(op);
}

function compileTerm(node: ASTNode): Term {
  const named = new Map<string, ASTNode>();
  collectNamed(node, node, named);
  return {
    text: serialize(node),
    answer: compilePart(node),
    values: [...named].map(([text, part]) => [text, compilePart(part)]),
    comparison: comparisonOf(node),
  };
}

/** What a person wants to see the value of: quantities, attributes, what the sky and the clocks show, and calls. */
function collectNamed(node: ASTNode, term: ASTNode, named: Map<string, ASTNode>): void {
  const isCall = node.op === 'call' || node.op === 'rcall';
  if (isCall && node.args[0] === 'has') return;
  const isAttribute = node.op === '.' && node.args[0].op === 'id';
  // What a call gives that is the term itself, is the answer.
  if (node.op === 'id' || isAttribute || (isCall && node !== term)) named.set(textOf(node), node);
  else for (const child of childrenOf(node.args)) collectNamed(child, term, named);
}

/** `reading.tilt` and `tilt` are the same. */
function textOf(node: ASTNode): string {
  const isReading = node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'reading';
  return isReading ? node.args[1] : serialize(node);
}

/** With what is measured on the left. */
function comparisonOf(node: ASTNode): Term['comparison'] {
  if (!COMPARISONS.includes(node.op)) return null;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const operator = node.op as Threshold['operator'];
  const flips = !isMeasured(left) && isMeasured(right);
  return flips
    ? [compilePart(right), FLIPPED[operator], compilePart(left)]
    : [compilePart(left), operator, compilePart(right)];
}

/** Whether it can be another value for the next reading. */
function isMeasured(node: ASTNode): boolean {
  if (node.op === 'id') return node.args !== 'asset' && node.args !== 'reading';
  if (node.op === '.' && node.args[0].op === 'id')
    return node.args[0].args === 'reading' && isQuantityName(node.args[1]);
  return childrenOf(node.args).some(isMeasured);
}

function explain({ text, answer, values, comparison }: Term, context: ReadingContext): ExplainedTerm {
  const answered = answer(context);
  const known: Record<string, ExplainedValue> = {};
  for (const [name, part] of values) {
    const value = shownValue(part(context));
    if (value !== undefined) known[name] = value;
  }
  return {
    text,
    answer: typeof answered === 'boolean' ? answered : null,
    values: known,
    threshold: comparison && thresholdOf(comparison, context),
  };
}

function thresholdOf(
  [left, operator, right]: NonNullable<Term['comparison']>,
  context: ReadingContext,
): Threshold | null {
  const value = shownValue(left(context));
  const limit = shownValue(right(context));
  return value === undefined || limit === undefined ? null : { value, operator, limit };
}

/** Attributes of assets are anything; what is no plain value is not shown. */
function shownValue(value: unknown): ExplainedValue | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 1)}…` : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'boolean' ? value : undefined;
}
