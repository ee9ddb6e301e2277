import type { ASTNode } from '@marcbachmann/cel-js';
import { isQuantityName, QUANTITIES, type QuantityName } from '@stadtfunk/readings';
import {
  BINARY,
  COMPARE_DOUBLES,
  FAILED,
  isIn,
  isKnown,
  mistyped,
  OF_DOUBLES,
  OF_PLAIN_VALUES,
  unknown,
  UNSURE,
  type Known,
} from './closure-values.ts';
import { questionKey } from './environment.ts';
import { isForecastVariable, isWindowFunction } from './language.ts';
import { childrenOf } from './named-things.ts';
import { ABSENT, NO, NUMBER, ODD, slotOf, YES, type ReadingContext } from './reading-context.ts';

/**
 * A part of a checked expression as a plain function: a value as the library would give it, `FAILED` where it would throw,
 * or `UNSURE`. Lists and objects go through it as they are, and no operator is sure of them.
 */
export type Closure = (context: ReadingContext) => unknown;

/** undefined: something in it is left to the library. Loops are, lists but those behind `in`, `[]` and `{}`. */
export function closureOf(node: ASTNode): Closure | undefined {
  switch (node.op) {
    case 'value':
      return isKnown(node.args) ? constant(node.args) : undefined;
    case 'id':
      return variable(node.args);
    case '.':
      return field(node.args[0], node.args[1]);
    case '!_':
      return negation(node.args);
    case '-_':
      return minus(node.args);
    case '&&':
      return junction('&&', node.args, false);
    case '||':
      return junction('||', node.args, true);
    case '?:':
      return choice(node.args);
    case 'in':
      return membership(node.args);
    case 'call':
      return call(node.args[0], node.args[1]);
    case 'rcall':
      return method(node.args[0], [node.args[1], ...node.args[2]]);
    default:
      return Object.hasOwn(BINARY, node.op) ? binary(node.op, node.args as [ASTNode, ASTNode]) : undefined;
  }
}

function constant(value: Known): Closure {
  return () => value;
}

function variable(name: string): Closure | undefined {
  if (isQuantityName(name)) return quantity(name, QUANTITIES[name].kind === 'flag' ? 'boolean' : 'number');
  if (isForecastVariable(name)) return ({ recollection }) => ofType('number', recollection?.answer(name));
  if (name === 'sunAltitude') return (context) => context.sunAltitude ?? FAILED;
  if (name === 'localHour') return (context) => context.localHour;
  if (name === 'weekday') return (context) => context.weekday;
  if (name === 'holiday') return (context) => context.holiday;
  return undefined;
}

function quantity(name: QuantityName, type: 'number' | 'boolean'): Closure {
  const slot = slotOf(name);
  if (type === 'number') return ({ kinds, numbers }) => (kinds[slot] === NUMBER ? numbers[slot] : FAILED);
  return ({ kinds }) => (kinds[slot] === YES ? true : kinds[slot] === NO ? false : FAILED);
}

function ofType(type: 'number' | 'boolean', value: unknown): unknown {
  return typeof value === type ? value : FAILED;
}

function field(owner: ASTNode, name: string): Closure | undefined {
  const read = own(owner, name);
  if (!read) return undefined;
  return (context) => {
    const value = read(context);
    return value === undefined ? FAILED : value;
  };
}

/** What `reading`, `asset` or `previous` have of this name; undefined: nothing. */
function own(owner: ASTNode, name: string): Closure | undefined {
  const subject = owner.op === 'id' ? owner.args : undefined;
  if (subject !== 'reading' && subject !== 'asset' && subject !== 'previous') return undefined;
  const slot = subject === 'reading' && isQuantityName(name) ? slotOf(name) : -1;
  return (context) => {
    if (slot >= 0) {
      const kind = context.kinds[slot]!;
      if (kind !== ODD) return kind === NUMBER ? context.numbers[slot] : kind === ABSENT ? undefined : kind === YES;
    }
    const values: unknown = context[subject];
    if (values === undefined) return FAILED;
    if (!isPlain(values)) return UNSURE;
    if (!Object.hasOwn(values, name)) return undefined;
    const value = values[name];
    // Of an object that is none for the library nobody knows what it makes.
    return typeof value !== 'object' || value === null || Array.isArray(value) || isPlain(value) ? value : UNSURE;
  };
}

/** An attribute may be called `constructor`, and then the library does not take its object for one. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return value.constructor === Object || value.constructor === undefined;
}

function negation(operand: ASTNode): Closure | undefined {
  const of = closureOf(operand);
  if (!of) return undefined;
  return (context) => {
    const value = of(context);
    return typeof value === 'boolean' ? !value : mistyped(value);
  };
}

function minus(operand: ASTNode): Closure | undefined {
  const of = closureOf(operand);
  if (!of) return undefined;
  return (context) => {
    const value = of(context);
    return typeof value === 'number' || typeof value === 'bigint' ? -value : mistyped(value);
  };
}

/**
 * `||` and `&&`, as many as there are in a row. What decides is on any side: it makes up for whatever went wrong on the others.
 * So what is quick to know is asked first, and a forecast only where nothing else decides.
 */
function junction(sign: '&&' | '||', operands: readonly ASTNode[], deciding: boolean): Closure | undefined {
  const all = operands.flatMap((operand) => inRow(sign, operand)).sort((a, b) => effortOf(a) - effortOf(b));
  const closures = all.map(closureOf).filter((each) => each !== undefined);
  if (closures.length < all.length) return undefined;
  return (context) => {
    let isDecided = true;
    let isKnownToAll = true;
    for (let index = 0; index < closures.length; index++) {
      const value = closures[index]!(context);
      if (value === deciding) return deciding;
      if (value === !deciding) continue;
      isDecided = false;
      if (value === UNSURE) isKnownToAll = false;
    }
    if (isDecided) return !deciding;
    return isKnownToAll ? FAILED : UNSURE;
  };
}

function inRow(sign: '&&' | '||', node: ASTNode): readonly ASTNode[] {
  return node.op === sign ? node.args.flatMap((operand) => inRow(sign, operand)) : [node];
}

/** The least effort of a question about earlier readings. */
const QUESTION = 300;

/** Whether all operands of `&&` ask about earlier readings, so that nothing else shows that one of them is false. */
export function asksAtOnce(node: ASTNode): boolean {
  return inRow('&&', node).every((operand) => effortOf(operand) >= QUESTION);
}

/** What it costs to know, more or less: forecasts and questions about windows most, then the sky, then the clocks. */
function effortOf(node: ASTNode): number {
  if (node.op === 'id') {
    if (isForecastVariable(node.args)) return 1_000;
    return node.args === 'sunAltitude' ? 100 : isQuantityName(node.args) ? 1 : 10;
  }
  const own = node.op === 'call' && isWindowFunction(node.args[0]) ? QUESTION : 1;
  return childrenOf(node.args).reduce((sum, child) => sum + effortOf(child), own);
}

function choice([asked, first, second]: readonly [ASTNode, ASTNode, ASTNode]): Closure | undefined {
  const condition = closureOf(asked);
  const yes = closureOf(first);
  const no = closureOf(second);
  if (!condition || !yes || !no) return undefined;
  return (context) => {
    const value = condition(context);
    if (value === true) return yes(context);
    return value === false ? no(context) : mistyped(value);
  };
}

function binary(sign: string, [first, second]: readonly [ASTNode, ASTNode]): Closure | undefined {
  const left = closureOf(first);
  const right = closureOf(second);
  if (!left || !right) return undefined;
  const ofAny = BINARY[sign]!;
  const ofDoubles = OF_DOUBLES[sign];
  const otherwise = OF_PLAIN_VALUES.includes(sign) ? mistyped : unknown;
  const compare = COMPARE_DOUBLES[sign];
  const limit = literal(second);
  if (compare && limit !== undefined && isExact(limit)) {
    if (isSun(first)) return besideSun(compare, () => Number(limit), left);
    return comparison(first, left, compare, limit, ofAny, otherwise);
  }
  const general: Closure = (context) => {
    const a = left(context);
    const b = right(context);
    if (ofDoubles && typeof a === 'number' && typeof b === 'number') return ofDoubles(a, b);
    return isKnown(a) && isKnown(b) ? ofAny(a, b) : otherwise(a, b);
  };
  return compare && isSun(first) ? besideSun(compare, right, general) : general;
}

function isSun(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'sunAltitude';
}

/** Compares the altitude of the sun, which need not be known exactly while the sun is far from the limit. */
function besideSun(compare: (a: number, b: number) => boolean, limitOf: Closure, otherwise: Closure): Closure {
  return (context) => {
    const limit = limitOf(context);
    if (typeof limit !== 'number') return otherwise(context);
    const altitude = context.sunAltitudeBeside(limit);
    return altitude === undefined ? FAILED : compare(altitude, limit);
  };
}

/** With a number that is written down, as nearly all are: of a quantity, or of anything else. */
function comparison(
  measured: ASTNode,
  of: Closure,
  compare: (a: number, b: number) => boolean,
  literally: number | bigint,
  ofAny: (typeof BINARY)[string],
  otherwise: typeof unknown,
): Closure {
  const limit = Number(literally);
  const name = measured.op === 'id' ? measured.args : '';
  if (isQuantityName(name) && QUANTITIES[name].kind === 'number') {
    const slot = slotOf(name);
    return ({ kinds, numbers }) => (kinds[slot] === NUMBER ? compare(numbers[slot]!, limit) : FAILED);
  }
  return (context) => {
    const value = of(context);
    if (typeof value === 'number') return compare(value, limit);
    return isKnown(value) ? ofAny(value, literally) : otherwise(value);
  };
}

/** The number that is written down, with its sign. */
export function literal(node: ASTNode): number | bigint | undefined {
  if (node.op === '-_') {
    const positive = literal(node.args);
    return positive === undefined ? undefined : -positive;
  }
  return node.op === 'value' && (typeof node.args === 'number' || typeof node.args === 'bigint')
    ? node.args
    : undefined;
}

/** Whether doubles compare with it as the library compares them. */
export function isExact(limit: number | bigint): boolean {
  return Number.isSafeInteger(Math.trunc(Number(limit)));
}

function membership([element, list]: readonly [ASTNode, ASTNode]): Closure | undefined {
  const of = closureOf(element);
  const members = list.op === 'list' ? listOf(list.args) : closureOf(list);
  if (!of || !members) return undefined;
  return (context) => {
    const value = of(context);
    const known = members(context);
    return isKnown(value) && Array.isArray(known) && known.every(isKnown) ? isIn(value, known) : unknown(value, known);
  };
}

function listOf(elements: readonly ASTNode[]): Closure | undefined {
  const closures = elements.map(closureOf).filter((each) => each !== undefined);
  if (closures.length < elements.length) return undefined;
  const values = elements.map((element) => element.op === 'value' && element.args);
  if (elements.every(({ op }) => op === 'value')) return () => values;
  return (context) => {
    const list = closures.map((closure) => closure(context));
    if (list.includes(FAILED)) return FAILED;
    return list.includes(UNSURE) ? UNSURE : list;
  };
}

function call(name: string, args: readonly ASTNode[]): Closure | undefined {
  if (isWindowFunction(name)) {
    const key = questionKey(name, args);
    return ({ recollection }) => recollection?.answer(key) ?? FAILED;
  }
  const [argument] = args;
  if (!argument || args.length !== 1) return undefined;
  if (name === 'has') return presence(argument);
  if (name === 'size') return method(name, args);
  return Object.hasOwn(CONVERSIONS, name) ? applied(CONVERSIONS[name]!, argument) : undefined;
}

function presence(asked: ASTNode): Closure | undefined {
  const read = asked.op === '.' ? own(asked.args[0], asked.args[1]) : undefined;
  return (
    read &&
    ((context) => {
      const value = read(context);
      return value === FAILED || value === UNSURE ? value : value !== undefined;
    })
  );
}

const CONVERSIONS: Readonly<Record<string, (value: Known) => Known | typeof FAILED | typeof UNSURE>> = {
  double: (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : UNSURE),
  int(value) {
    if (typeof value === 'bigint') return value;
    if (typeof value !== 'number') return UNSURE;
    return Number.isFinite(value) ? BigInt(Math.trunc(value)) : FAILED;
  },
  string: (value) =>
    value === null || (typeof value === 'number' && !Number.isFinite(value)) ? UNSURE : String(value),
};

function applied(convert: (value: Known) => unknown, argument: ASTNode): Closure | undefined {
  const of = closureOf(argument);
  if (!of) return undefined;
  return (context) => {
    const value = of(context);
    return isKnown(value) ? convert(value) : unknown(value);
  };
}

function method(name: string, [receiver, argument, ...more]: readonly ASTNode[]): Closure | undefined {
  if (!receiver || more.length > 0) return undefined;
  const of = closureOf(receiver);
  if (!of) return undefined;
  if (!argument) return Object.hasOwn(OF_TEXT, name) ? ofText(of, OF_TEXT[name]!) : undefined;
  const part = closureOf(argument);
  const ask = Object.hasOwn(OF_TEXTS, name) ? OF_TEXTS[name] : undefined;
  if (!part || !ask) return undefined;
  return (context) => {
    const text = of(context);
    const other = part(context);
    return typeof text === 'string' && typeof other === 'string' ? ask(text, other) : mistyped(text, other);
  };
}

function ofText(of: Closure, work: (text: string) => Known): Closure {
  return (context) => {
    const text = of(context);
    return typeof text === 'string' ? work(text) : unknown(text);
  };
}

const OF_TEXT: Readonly<Record<string, (text: string) => Known>> = {
  /** In code points. */
  size: (text) => BigInt([...text].length),
  lowerAscii: (text) => text.toLowerCase(),
};

const OF_TEXTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
};
