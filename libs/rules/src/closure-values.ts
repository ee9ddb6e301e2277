/** No value: the library would throw an error here. */
export const FAILED = Symbol('failed');
/** No value that closures are sure of: the library has to be asked. */
export const UNSURE = Symbol('unsure');

export type Known = number | bigint | string | boolean | null;
type Binary = (a: Known, b: Known) => Known | typeof FAILED | typeof UNSURE;

const MOST_INT = 2n ** 63n - 1n;
const LEAST_INT = -(2n ** 63n);

export function isKnown(value: unknown): value is Known {
  return value === null || (typeof value !== 'object' && typeof value !== 'symbol' && value !== undefined);
}

/** What comes of operands that are all worked out, of which one at least is no value that closures know. */
export function unknown(a: unknown, b?: unknown): typeof FAILED | typeof UNSURE {
  return a === FAILED || b === FAILED ? FAILED : UNSURE;
}

/** The same where lists and objects have no business, so that the library throws. */
export function mistyped(a: unknown, b?: unknown): typeof FAILED | typeof UNSURE {
  if (a === FAILED || b === FAILED) return FAILED;
  return a === UNSURE || b === UNSURE ? UNSURE : FAILED;
}

/** Operators that know texts, flags and numbers only. */
export const OF_PLAIN_VALUES: readonly string[] = ['-', '*', '/', '%', '<', '<=', '>', '>='];

/** As the overloads of the environment have them, for values of any two types. */
export const BINARY: Readonly<Record<string, Binary>> = {
  '+': (a, b) =>
    typeof a === 'string' && typeof b === 'string'
      ? a + b
      : arithmetic(a, b, addDoubles, (left, right) => left + right),
  '-': (a, b) => arithmetic(a, b, subtractDoubles, (left, right) => left - right),
  '*': (a, b) => arithmetic(a, b, multiplyDoubles, (left, right) => left * right),
  '/': (a, b) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return b === 0n ? FAILED : a / b;
    return arithmetic(a, b, divideDoubles, () => 0n);
  },
  '%': (a, b) => (typeof a === 'bigint' && typeof b === 'bigint' && b !== 0n ? a % b : FAILED),
  '<': (a, b) => ordered(a, b, (left, right) => left < right),
  '<=': (a, b) => ordered(a, b, (left, right) => left <= right),
  '>': (a, b) => ordered(a, b, (left, right) => left > right),
  '>=': (a, b) => ordered(a, b, (left, right) => left >= right),
  '==': equal,
  '!=': (a, b) => {
    const same = equal(a, b);
    return typeof same === 'boolean' ? !same : same;
  },
};

/** Comparisons of two doubles. */
export const COMPARE_DOUBLES: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** The same for two doubles, which nearly all operands are. */
export const OF_DOUBLES: Readonly<Record<string, (a: number, b: number) => Known>> = {
  '+': addDoubles,
  '-': subtractDoubles,
  '*': multiplyDoubles,
  '/': divideDoubles,
  ...COMPARE_DOUBLES,
};

function addDoubles(a: number, b: number): number {
  return a + b;
}

function subtractDoubles(a: number, b: number): number {
  return a - b;
}

function multiplyDoubles(a: number, b: number): number {
  return a * b;
}

function divideDoubles(a: number, b: number): number {
  return a / b;
}

function arithmetic(
  a: Known,
  b: Known,
  ofDoubles: (a: number, b: number) => number,
  ofInts: (a: bigint, b: bigint) => bigint,
): number | bigint | typeof FAILED {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    const result = ofInts(a, b);
    return result <= MOST_INT && result >= LEAST_INT ? result : FAILED;
  }
  return isNumber(a) && isNumber(b) ? ofDoubles(Number(a), Number(b)) : FAILED;
}

type Ordered = Exclude<Known, null>;

/** Only what is of one kind has an order, and `null` has none. */
function ordered(a: Known, b: Known, compare: (a: Ordered, b: Ordered) => boolean): boolean | typeof FAILED {
  if (a === null || b === null) return FAILED;
  return typeof a === typeof b || (isNumber(a) && isNumber(b)) ? compare(a, b) : FAILED;
}

function equal(a: Known, b: Known): boolean | typeof UNSURE {
  if (typeof a === 'bigint' && typeof b === 'number') return equalMixed(b, a);
  if (typeof a === 'number' && typeof b === 'bigint') return equalMixed(a, b);
  return a === b;
}

/** How the library compares integers that no double can hold depends on types that are not known here. */
function equalMixed(double: number, int: bigint): boolean | typeof UNSURE {
  const rounded = Number(int);
  return Number.isSafeInteger(rounded) ? double === rounded : UNSURE;
}

/** Whether a list has a value; unlike `==`, this compares numbers of both types exactly. */
export function isIn(value: Known, list: readonly Known[]): boolean {
  return list.some(
    (each) =>
      each === value || (typeof each !== typeof value && isNumber(each) && isNumber(value) && isSame(each, value)),
  );
}

function isSame(a: number | bigint, b: number | bigint): boolean {
  return a <= b && a >= b;
}

function isNumber(value: Known): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
