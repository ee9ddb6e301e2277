import { Environment, EvaluationError, ParseError, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { isQuantityName, QUANTITIES, QUANTITY_NAMES, type QuantityName } from '@stadtfunk/readings';
import { nearest } from './problem.ts';
import type { ReadingContext } from './reading-context.ts';

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
  /** For whoever looks after the rules. No answer depends on it. */
  readonly failures: Failures;
  /** How it was read, for explanations. A function, so that it is no part of a rule's version. */
  syntax(): ASTNode;
}

/** How often an expression had everything that it names and came to no answer, such as `1 / 0 > 0`. */
export interface Failures {
  readonly count: number;
  /** What was wrong the last time. */
  readonly last: string | null;
}

export interface ExpressionProblem {
  /** Offset in the text of the expression. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

/** What an expression may name besides quantities. */
const CALENDAR: readonly string[] = ['localHour', 'weekday', 'holiday'];
const VARIABLES = ['sunAltitude', ...CALENDAR, 'asset', 'reading'];

const ENVIRONMENT = environment();

function environment(): Environment {
  const made = new Environment({ unlistedVariablesAreDyn: false, limits: { maxAstNodes: 500, maxDepth: 50 } });
  for (const name of QUANTITY_NAMES) made.registerVariable(name, QUANTITIES[name].kind === 'flag' ? 'bool' : 'double');
  made.registerVariable('localHour', 'double').registerVariable('weekday', 'int').registerVariable('holiday', 'bool');
  made.registerVariable('sunAltitude', 'double').registerVariable('asset', 'map').registerVariable('reading', 'map');
  // CEL itself knows `2.0 * power` only; people who write `2 * power` mean the same.
  const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, apply] of Object.entries(arithmetic)) {
    made.registerOperator(`double ${sign} int`, (a: number, b: bigint) => apply(a, Number(b)));
    made.registerOperator(`int ${sign} double`, (a: bigint, b: number) => apply(Number(a), b));
  }
  return made;
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

export function isProblem(result: object): result is ExpressionProblem {
  return 'expected' in result;
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
  const names = new Names(program.ast);
  if (names.problem) return names.problem;
  const { required, attributes, needsSun } = names;
  const failures = { count: 0, last: null as string | null };
  const answer = (context: ReadingContext): boolean | undefined => {
    for (const name of required) if (context.reading[name] === undefined) return undefined;
    if (needsSun && context.place === null) return undefined;
    for (const name of attributes) if (!Object.hasOwn(context.asset, name)) return undefined;
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
  return {
    ast: program.ast,
    expression: {
      text: serialize(program.ast),
      quantities: [...names.quantities],
      ...(names.asksCalendar && { asksCalendar: true }),
      answer,
      failures,
      syntax: () => program.ast,
    },
  };
}

/** Compiles a part of a checked expression; it gives undefined where it has no value. */
export function compilePart(part: ASTNode): (context: ReadingContext) => unknown {
  const program = ENVIRONMENT.parse(serialize(part));
  return (context) => {
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
  const unknown = /^Unknown variable: (\w+)/.exec(error?.summary ?? '')?.[1];
  if (unknown === undefined)
    return { offset, expected: 'a valid CEL expression', found: lowerFirst(error?.summary ?? '') };
  return {
    offset,
    expected: `a quantity, sunAltitude, ${CALENDAR.join(', ')}, asset.… or reading.…${hint(unknown)}`,
    found: `'${unknown}'`,
  };
}

function hint(word: string): string {
  const close = nearest(word, [...QUANTITY_NAMES, ...VARIABLES]);
  return close === undefined ? '' : ` (did you mean '${close}'?)`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** They ask a question of every element of a list. One inside of another multiplies, up to hours for one reading. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** What an expression names. `reading.x` and attributes inside of `has()` are optional; everything else is required. */
class Names {
  readonly quantities = new Set<QuantityName>();
  readonly required = new Set<QuantityName>();
  readonly attributes = new Set<string>();
  needsSun = false;
  asksCalendar = false;
  problem: ExpressionProblem | undefined;
  readonly #guarded = new Set<string>();

  constructor(ast: ASTNode) {
    this.#visit(ast, false, false);
    for (const name of this.#guarded) this.attributes.delete(name);
  }

  #visit(node: ASTNode, guarded: boolean, inLoop: boolean): void {
    if (node.op === 'id') {
      if (node.args === 'sunAltitude') this.needsSun = true;
      else if (CALENDAR.includes(node.args)) this.asksCalendar = true;
      else if (isQuantityName(node.args)) {
        this.quantities.add(node.args);
        this.required.add(node.args);
      }
      return;
    }
    if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'asset') {
      this.attributes.add(node.args[1]);
      if (guarded) this.#guarded.add(node.args[1]);
      return;
    }
    if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'reading') {
      const name = node.args[1];
      if (isQuantityName(name)) this.quantities.add(name);
      else this.problem ??= { offset: node.start, expected: `a quantity${hint(name)}`, found: `'reading.${name}'` };
      return;
    }
    const called = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined;
    const isLoop = node.op === 'rcall' && LOOPS.has(node.args[0]);
    if (called === 'matches') {
      // Backtracking: 27 letters and `(a+)+$` take 22 s, in which nothing else happens in the process.
      const expected = '==, contains, startsWith or endsWith';
      this.problem ??= { offset: node.start, expected, found: "'matches', which can take for ever" };
    }
    if (isLoop && inLoop) {
      const expected = 'no list of lists';
      this.problem ??= { offset: node.start, expected, found: `'${node.args[0]}' inside of another` };
    }
    for (const child of childrenOf(node.args)) this.#visit(child, guarded || called === 'has', inLoop || isLoop);
  }
}

/** The nodes directly below. */
export function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args && 'args' in args ? [args as ASTNode] : [];
}
