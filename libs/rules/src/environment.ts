import { Environment, EvaluationError, serialize, type ASTNode } from '@marcbachmann/cel-js';
import { durationMs } from '@stadtfunk/kernel';
import { QUANTITIES, QUANTITY_NAMES } from '@stadtfunk/readings';
import { FORECAST_VARIABLES, WINDOW_FUNCTIONS } from './language.ts';
import type { Answer } from './windows/window.ts';

/** What cel-js gives to a macro. Its own declarations leave it open. */
interface MacroCall {
  readonly ast: ASTNode;
  readonly args: readonly ASTNode[];
}
interface Checker {
  check(node: ASTNode, scope: unknown): unknown;
  getType(name: string): unknown;
}
interface Scope {
  getValue(name: string): unknown;
}
interface Asked {
  answer(key: string): Answer | undefined;
}

/** What window functions give, where it is no double. */
const TYPES: Readonly<Record<string, string>> = { count: 'int', changes: 'int', held: 'bool' };

export const ENVIRONMENT = environment();

function environment(): Environment {
  const made = new Environment({ unlistedVariablesAreDyn: false, limits: { maxAstNodes: 500, maxDepth: 50 } });
  for (const name of QUANTITY_NAMES) made.registerVariable(name, QUANTITIES[name].kind === 'flag' ? 'bool' : 'double');
  made.registerVariable('localHour', 'double').registerVariable('weekday', 'int').registerVariable('holiday', 'bool');
  made.registerVariable('sunAltitude', 'double').registerVariable('asset', 'map').registerVariable('reading', 'map');
  made.registerVariable('previous', 'map');
  for (const name of FORECAST_VARIABLES) made.registerVariable(name, 'double');
  registerMixedNumbers(made);
  for (const name of Object.keys(WINDOW_FUNCTIONS)) registerWindowFunction(made, name);
  return made;
}

/** CEL itself knows `2.0 * power` and `power == 0.0` only; people who leave out the point mean the same. */
function registerMixedNumbers(made: Environment): void {
  const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, apply] of Object.entries(arithmetic)) {
    made.registerOperator(`double ${sign} int: double`, (a: number, b: bigint) => apply(a, Number(b)));
    made.registerOperator(`int ${sign} double: double`, (a: bigint, b: number) => apply(Number(a), b));
  }
  // With this `!=`, and both the other way round.
  made.registerOperator('double == int: bool', (a: number, b: bigint) => a === Number(b));
}

/** The arguments are not worked out: they say what is asked, and the reading's recollection knows the answer. */
function registerWindowFunction(made: Environment, name: string): void {
  const type = TYPES[name] ?? 'double';
  const expand = ({ ast, args }: MacroCall) => {
    const key = questionKey(name, args);
    return {
      async: false,
      typeCheck(checker: Checker, _: unknown, scope: unknown) {
        checker.check(args[0]!, scope);
        return checker.getType(type);
      },
      evaluate(_evaluator: unknown, _macro: unknown, scope: Scope) {
        const answer = (scope.getValue('recollection') as Asked | null)?.answer(key);
        if (answer === undefined) throw new EvaluationError(`${name}: too little was seen`, ast);
        return answer;
      },
    };
  };
  const takes = name === 'hoursSince' ? 'ast' : 'ast, ast';
  made.registerFunction(`${name}(${takes}): ${type}`, expand);
}

/** By what a question is known: `mean(fillingLevel)/21600000`. */
export function questionKey(name: string, [subject, span]: readonly ASTNode[]): string {
  const text = `${name}(${subject ? serialize(subject) : ''})`;
  return span ? `${text}/${spanMs(span) ?? 0}` : text;
}

/** The span that a literal names; undefined where it names none. */
export function spanMs(node: ASTNode): number | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? durationMs(node.args) : undefined;
}
