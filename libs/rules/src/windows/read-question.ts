import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import { isQuantityName, QUANTITIES, type QuantityName } from '@stadtfunk/readings';
import { shown } from '@stadtfunk/yaml';
import { questionKey, spanMs } from '../environment.ts';
import type { Expression } from '../expression.ts';
import { isProblem, type Compile, type ExpressionProblem } from '../expression-problem.ts';
import { FUNCTIONS, type WindowFunction } from '../language.ts';
import { askAge, CONDITION_QUESTIONS, countReadings, QUANTITY_QUESTIONS } from './questions.ts';
import type { Question } from './window.ts';

const LEAST_SPAN_MS = 60_000;
const MOST_SPAN_MS = 31 * 24 * 3_600_000;

/** A call of a window function, as it was read. */
export interface ReadQuestion {
  readonly question: Question;
  readonly quantities: readonly QuantityName[];
  /** It is about this reading, which must have the quantity. */
  readonly needsReading: boolean;
  readonly condition: Expression | null;
}

type Problem = Pick<ExpressionProblem, 'expected' | 'found'>;

/** The question that a call asks, or what is wrong with its arguments. */
export function readQuestion(name: WindowFunction, args: readonly ASTNode[], compile: Compile): ReadQuestion | Problem {
  const key = questionKey(name, args);
  const [subject, span] = args as [ASTNode, ASTNode?];
  if (name === 'hoursSince') return readAge(key, subject);
  const ms = span && spanMs(span);
  if (ms === undefined || ms < LEAST_SPAN_MS || ms > MOST_SPAN_MS) {
    const expected = `an ISO 8601 duration in quotes such as 'PT6H', from PT1M to P31D, as in ${FUNCTIONS[name]}`;
    return { expected, found: span?.op === 'value' ? shown(span.args) : span ? serialize(span) : 'nothing' };
  }
  const quantity = subject.op === 'id' && isQuantityName(subject.args) ? subject.args : undefined;
  const isNumber = quantity !== undefined && QUANTITIES[quantity].kind === 'number';
  if (isOfQuantity(name) || (name === 'count' && isNumber)) {
    if (!isNumber)
      return { expected: `a quantity that is a number, as in ${FUNCTIONS[name]}`, found: serialize(subject) };
    const question = name === 'count' ? countReadings(key, quantity, ms) : QUANTITY_QUESTIONS[name](key, quantity, ms);
    return { question, quantities: [quantity], needsReading: name === 'rise' || name === 'fall', condition: null };
  }
  const condition = compile(serialize(subject));
  if (isProblem(condition)) return { expected: `${condition.expected} in ${name}(…)`, found: condition.found };
  const question = CONDITION_QUESTIONS[name](key, condition, ms);
  return { question, quantities: condition.quantities, needsReading: false, condition };
}

function readAge(key: string, subject: ASTNode): ReadQuestion | Problem {
  if (subject.op === '.' && subject.args[0].op === 'id' && subject.args[0].args === 'previous') {
    const name = subject.args[1];
    if (isQuantityName(name))
      return { question: askAge(key, name), quantities: [name], needsReading: false, condition: null };
  }
  return { expected: FUNCTIONS.hoursSince!, found: serialize(subject) };
}

function isOfQuantity(name: Exclude<WindowFunction, 'hoursSince'>): name is keyof typeof QUANTITY_QUESTIONS {
  return Object.hasOwn(QUANTITY_QUESTIONS, name);
}
