import { QUANTITY_NAMES } from '@stadtfunk/readings';
import { nearest } from '@stadtfunk/yaml';
import type { ExpressionProblem } from './expression-problem.ts';

/** What conditions can be written with. Each has a section in docs/rule-operators.md. */

export const CALENDAR_VARIABLES = ['localHour', 'weekday', 'holiday'] as const;
/** When something will happen. */
export const FORECAST_VARIABLES = [
  'hoursUntilFull',
  'hoursUntilFullAtLeast',
  'daysUntilBatteryLow',
  'daysUntilBatteryLowAtLeast',
] as const;
export type ForecastVariable = (typeof FORECAST_VARIABLES)[number];
/** What `hoursUntilFull` means by full: as the rule `waste.full`. */
export const FULL_LEVEL = 0.85;
/** What a condition may name besides quantities. */
export const VARIABLES = [
  'previous',
  'sunAltitude',
  ...CALENDAR_VARIABLES,
  ...FORECAST_VARIABLES,
  'asset',
  'reading',
] as const;

/** Functions over earlier readings, with how they are written. */
export const WINDOW_FUNCTIONS = {
  mean: "mean(<quantity>, 'PT6H')",
  min: "min(<quantity>, 'PT6H')",
  max: "max(<quantity>, 'PT6H')",
  slope: "slope(<quantity>, 'PT6H')",
  rise: "rise(<quantity>, 'PT6H')",
  fall: "fall(<quantity>, 'PT6H')",
  count: "count(<quantity or condition>, 'PT6H')",
  changes: "changes(<condition>, 'PT6H')",
  share: "share(<condition>, 'PT6H')",
  held: "held(<condition>, 'PT6H')",
  hoursSince: 'hoursSince(previous.<quantity>)',
} as const;

/** What else can be called: a part of what CEL has. The rest knows clocks of its own, or takes for ever. */
export const PLAIN_FUNCTIONS = {
  has: 'has(reading.<quantity>)',
  size: 'asset.<attribute>.size()',
  contains: "asset.<attribute>.contains('text')",
  startsWith: "asset.<attribute>.startsWith('text')",
  endsWith: "asset.<attribute>.endsWith('text')",
  lowerAscii: 'asset.<attribute>.lowerAscii()',
  all: 'asset.<attribute>.all(each, <condition on each>)',
  exists: 'asset.<attribute>.exists(each, <condition on each>)',
  exists_one: 'asset.<attribute>.exists_one(each, <condition on each>)',
  filter: 'asset.<attribute>.filter(each, <condition on each>)',
  map: 'asset.<attribute>.map(each, <value>)',
  double: 'double(<value>)',
  int: 'int(<value>)',
  string: 'string(<value>)',
} as const;

export const FUNCTIONS: Readonly<Record<string, string>> = { ...WINDOW_FUNCTIONS, ...PLAIN_FUNCTIONS };

const OPERATORS = [
  ...['&&', '||', '!', '?:'],
  ...['==', '!=', '<', '<=', '>', '>=', 'in'],
  ...['+', '-', '*', '/', '%', '[]', '{}'],
] as const;

/** By name, for whoever documents or completes conditions. */
export const RULE_LANGUAGE: Readonly<Record<'operators' | 'variables' | 'functions', readonly string[]>> = {
  operators: OPERATORS,
  variables: VARIABLES,
  functions: Object.keys(FUNCTIONS),
};

/** What people who know another language write. */
const SYNONYMS: Readonly<Record<string, string>> = {
  avg: 'mean',
  average: 'mean',
  median: 'mean',
  trend: 'slope',
  rate: 'slope',
  deriv: 'slope',
  derivative: 'slope',
  increase: 'rise',
  delta: 'rise',
  decrease: 'fall',
  drop: 'fall',
  last: 'previous',
  prev: 'previous',
  age: 'hoursSince',
};

export type WindowFunction = keyof typeof WINDOW_FUNCTIONS;

export function isForecastVariable(name: string): name is ForecastVariable {
  return FORECAST_VARIABLES.some((each) => each === name);
}

export function isWindowFunction(name: string): name is WindowFunction {
  return Object.hasOwn(WINDOW_FUNCTIONS, name);
}

/** What is wrong with a name that means nothing. */
export function unknownName(name: string, offset: number): ExpressionProblem {
  const close = meant(name, [...QUANTITY_NAMES, ...VARIABLES]);
  const expected = `a quantity, sunAltitude, ${CALENDAR_VARIABLES.join(', ')}, asset.…, reading.… or previous.…${close}`;
  return { offset, expected, found: `'${name}'` };
}

/** What is wrong with a call that nothing fits: the name, or else the arguments. */
export function unknownCall(name: string, offset: number, found: string): ExpressionProblem {
  const usage = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (usage !== undefined) return { offset, expected: usage, found };
  const names = Object.keys(FUNCTIONS);
  return { offset, expected: `one of the functions ${names.join(', ')}${meant(name, names)}`, found: `'${name}'` };
}

/** ` (did you mean 'tilt'?)`, where it is clear enough what was. */
export function meant(word: string, candidates: readonly string[]): string {
  const close = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : nearest(word, candidates);
  return close === undefined ? '' : ` (did you mean '${close}'?)`;
}
