import { EvaluationError, ParseError, serialize, type ASTNode, type Environment } from '@marcbachmann/cel-js';
import type { QuantityName, Values } from '@stadtfunk/readings';
import { asksAtOnce, closureOf } from './closure.ts';
import { FAILED, UNSURE } from './closure-values.ts';
import { ENVIRONMENT } from './environment.ts';
import { isProblem, type ExpressionProblem } from './expression-problem.ts';
import { unknownCall, unknownName } from './language.ts';
import { NamedThings } from './named-things.ts';
import { ABSENT, slotOf, type ReadingContext } from './reading-context.ts';
import { screensOf, type Screen } from './screen.ts';
import type { Recalled } from './windows/plan.ts';

/** A compiled condition in the Common Expression Language. */
export interface Expression {
  /** In canonical spelling. */
  readonly text: string;
  /** Every quantity that it names. */
  readonly quantities: readonly QuantityName[];
  /** It names the local time or a holiday. Absent otherwise, so that versions stay what they were. */
  readonly asksCalendar?: true;
  /** Whether it holds for this reading; undefined where the reading or the asset lacks what it needs, or where it fails. */
  answer(context: ReadingContext): boolean | undefined;
  /** Whether it holds; sooner known than the answer, because a part that is false needs no other. */
  holds(context: ReadingContext): boolean;
  /** For which readings it is false at a glance. A function, so that it is no part of a rule's version. */
  screens(): readonly Screen[];
  /** Keys of the questions without whose answers it has none. */
  needs(): readonly string[];
  /** Whether a reading with these quantities, and no others, can have an answer. */
  concerns(has: (name: QuantityName) => boolean): boolean;
  /** For whoever looks after the rules. No answer depends on it. */
  readonly failures: Failures;
  /** How it was read, for explanations. A function for the same reason, as are the next. */
  syntax(): ASTNode;
  /** What it asks of earlier readings. */
  recalled(): Recalled;
  /** Whether it is about nothing but what a sensor says of itself, wherever it is. */
  isOfDevice(): boolean;
}

/** How often an expression had everything that it names and came to no answer, such as `1 / 0 > 0`. */
export interface Failures {
  readonly count: number;
  /** What was wrong the last time. */
  readonly last: string | null;
}

/** The compiled operands of the outermost `||`, or what is wrong. */
export function compileAlternatives(text: string): readonly Expression[] | ExpressionProblem {
  const whole = compile(text);
  if (isProblem(whole)) return whole;
  const operands = operandsOf(whole.ast);
  if (operands.length === 1) return [whole.expression];
  return operands.map((operand) => {
    const part = compile(serialize(operand));
    if (isProblem(part)) throw new Error(`a part of a checked expression does not compile: ${part.found}`);
    return part.expression;
  });
}

/** The expression as one, or what is wrong. */
export function compileExpression(text: string): Expression | ExpressionProblem {
  const compiled = compile(text);
  return isProblem(compiled) ? compiled : compiled.expression;
}

function operandsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '||' ? node.args.flatMap(operandsOf) : [node];
}

function compile(text: string): { readonly ast: ASTNode; readonly expression: Expression } | ExpressionProblem {
  let program: ReturnType<Environment['parse']>;
  try {
    program = ENVIRONMENT.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
    return { offset: thrown.range?.start ?? 0, expected: 'a CEL expression', found: lowerFirst(thrown.summary) };
  }
  const { valid, type, error } = program.check();
  if (!valid) return problemOf(error);
  if (type !== 'bool')
    return { offset: 0, expected: 'an expression that is true or false', found: `one of type ${type}` };
  const names = new NamedThings(program.ast, compileExpression);
  if (names.problem) return names.problem;
  const { needsSun, recalled } = names;
  // Lists, for they are looked at for every reading.
  const [quantities, required, attributes] = [[...names.quantities], [...names.required], [...names.attributes]];
  const earlier = { asked: [...names.asked], requiredPrevious: [...names.requiredPrevious] };
  const failures = { count: 0, last: null as string | null };
  const recalls = earlier.asked.length + earlier.requiredPrevious.length > 0;
  const closure = closureOf(program.ast);
  const slots = required.map(slotOf);
  // What is left to the library altogether is.
  const screens = closure ? screensOf(program.ast) : [];
  /** @param holds what the closure gives, where it was asked already */
  const answerWith = (context: ReadingContext, holds: unknown): boolean | undefined => {
    for (let index = 0; index < slots.length; index++) if (context.kinds[slots[index]!] === ABSENT) return undefined;
    if (needsSun && context.place === null) return undefined;
    for (const name of attributes) if (!Object.hasOwn(context.asset, name)) return undefined;
    if (recalls && !recallsEnough(context, earlier, quantities)) return undefined;
    const known = holds ?? closure?.(context);
    if (typeof known === 'boolean') return known;
    // The library knows, or else what is wrong.
    try {
      return program(context) === true;
    } catch (thrown) {
      // An attribute of the wrong type, or `reading.x` without `has()`: the question has no answer here.
      if (!(thrown instanceof EvaluationError)) throw thrown;
      failures.count++;
      failures.last = thrown.summary;
      return undefined;
    }
  };
  // Whether there are forecasts at all is known before what they are.
  const looksFirst = closure !== undefined && !asksAtOnce(program.ast);
  const holds = (context: ReadingContext): boolean => {
    const known = looksFirst ? closure(context) : undefined;
    return known !== false && answerWith(context, known) === true;
  };
  return {
    ast: program.ast,
    expression: {
      text: serialize(program.ast),
      quantities,
      ...(names.asksCalendar && { asksCalendar: true }),
      answer: (context) => answerWith(context, undefined),
      holds,
      screens: () => screens,
      needs: () => earlier.asked,
      concerns: (has) => required.every(has) && (!recalls || quantities.length === 0 || quantities.some(has)),
      failures: withInner(failures, names.conditions),
      syntax: () => program.ast,
      recalled: () => recalled,
      isOfDevice: () => names.ofDevice,
    },
  };
}

/** Failures with those of conditions inside of questions. */
function withInner(own: Failures, conditions: readonly Expression[]): Failures {
  if (conditions.length === 0) return own;
  const all = [own, ...conditions.map(({ failures }) => failures)];
  return {
    get count() {
      return all.reduce((sum, { count }) => sum + count, 0);
    },
    get last() {
      return all.findLast(({ count }) => count > 0)?.last ?? null;
    },
  };
}

/** Whether enough was seen before, and whether this reading is one that the expression is about. */
function recallsEnough(
  { reading, recollection }: ReadingContext,
  {
    asked,
    requiredPrevious,
  }: { readonly asked: readonly string[]; readonly requiredPrevious: readonly QuantityName[] },
  quantities: readonly QuantityName[],
): boolean {
  if (!recollection) return false;
  if (quantities.length > 0 && !hasOneOf(reading, quantities)) return false;
  for (const name of requiredPrevious) if (recollection.previous[name] === undefined) return false;
  for (const key of asked) if (recollection.answer(key) === undefined) return false;
  return true;
}

function hasOneOf(reading: Values, quantities: readonly QuantityName[]): boolean {
  for (const name of quantities) if (reading[name] !== undefined) return true;
  return false;
}

/** Compiles a part of a checked expression; it gives undefined where it has no value. */
export function compilePart(part: ASTNode): (context: ReadingContext) => unknown {
  const program = ENVIRONMENT.parse(serialize(part));
  const closure = closureOf(part);
  return (context) => {
    const value = closure ? closure(context) : UNSURE;
    if (value === FAILED) return undefined;
    if (value !== UNSURE) return value;
    try {
      return program(context) as unknown;
    } catch (thrown) {
      if (!(thrown instanceof EvaluationError)) throw thrown;
      return undefined;
    }
  };
}

function problemOf(error: ReturnType<ReturnType<Environment['parse']>['check']>['error']): ExpressionProblem {
  const offset = error?.range?.start ?? 0;
  const summary = error?.summary ?? '';
  const variable = /^Unknown variable: (\w+)/.exec(summary)?.[1];
  if (variable !== undefined) return unknownName(variable, offset);
  const [, call, name] = /^found no matching overload for '((?:.*\.)?(\w+)\(.*)'$/.exec(summary) ?? [];
  if (name !== undefined) return unknownCall(name, offset, call!);
  return { offset, expected: 'a valid CEL expression', found: lowerFirst(summary) };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
