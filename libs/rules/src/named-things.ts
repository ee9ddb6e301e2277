import type { ASTNode } from '@marcbachmann/cel-js';
import { isQuantityName, QUANTITIES, QUANTITY_NAMES, type QuantityName } from '@stadtfunk/readings';
import { isProblem, type Compile, type ExpressionProblem } from './expression-problem.ts';
import type { Expression } from './expression.ts';
import {
  CALENDAR_VARIABLES,
  FUNCTIONS,
  isForecastVariable,
  isWindowFunction,
  meant,
  unknownCall,
  unknownName,
  type ForecastVariable,
  type WindowFunction,
} from './language.ts';
import { forecastOf } from './windows/forecasts.ts';
import type { PreviousValue, Recalled } from './windows/plan.ts';
import { previousValue } from './windows/questions.ts';
import { readQuestion } from './windows/read-question.ts';
import type { Question } from './windows/window.ts';

/** They ask a question of every element of a list. One inside of another multiplies, up to hours for one reading. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const SUBJECTS = new Set(['asset', 'reading', 'previous']);
const MOST_QUESTIONS = 20;

interface Around {
  /** Inside of `has()`. */
  readonly guarded: boolean;
  /** What the loop around calls its elements; null: there is none. */
  readonly element: string | null;
}

/**
 * What an expression names. What `has()` asks for, and what only questions about earlier readings look at, is optional;
 * everything else is required.
 */
export class NamedThings {
  readonly quantities = new Set<QuantityName>();
  readonly required = new Set<QuantityName>();
  readonly attributes = new Set<string>();
  readonly requiredPrevious = new Set<QuantityName>();
  /** Those inside of questions. */
  readonly conditions: Expression[] = [];
  /** Keys of the questions that the expression itself asks. */
  readonly asked = new Set<string>();
  needsSun = false;
  asksCalendar = false;
  /** The sensor says all of it of itself, wherever it is. */
  ofDevice = true;
  problem: ExpressionProblem | undefined;
  readonly #compile: Compile;
  readonly #previous = new Map<QuantityName, PreviousValue>();
  readonly #questions = new Map<string, Question>();
  readonly #guarded = new Set<string>();
  readonly #guardedPrevious = new Set<QuantityName>();

  constructor(ast: ASTNode, compile: Compile) {
    this.#compile = compile;
    this.#visit(ast, { guarded: false, element: null });
    for (const name of this.#guarded) this.attributes.delete(name);
    for (const name of this.#guardedPrevious) this.requiredPrevious.delete(name);
    for (const name of this.quantities) this.ofDevice &&= QUANTITIES[name].of === 'device';
    if (this.#questions.size > MOST_QUESTIONS) {
      this.#refuse(ast, `at most ${MOST_QUESTIONS} questions about earlier readings`, String(this.#questions.size));
    }
  }

  /** With what conditions inside of questions recall, which comes before these. */
  get recalled(): Recalled {
    return { questions: [...this.#questions.values()], previous: [...this.#previous.values()] };
  }

  #visit(node: ASTNode, around: Around): void {
    if (node.op === 'id') this.#visitName(node, node.args, around);
    else if (node.op === '.' && node.args[0].op === 'id' && SUBJECTS.has(node.args[0].args)) {
      this.#visitField(node, node.args[0].args, node.args[1], around);
    } else if (node.op === 'call' && isWindowFunction(node.args[0])) {
      this.#visitQuestion(node, node.args[0], node.args[1]);
    } else {
      const inside = node.op === 'call' || node.op === 'rcall' ? this.#enterCall(node, node.args[0], around) : around;
      for (const child of childrenOf(node.args)) this.#visit(child, inside);
    }
  }

  #visitName(node: ASTNode, name: string, { element }: Around): void {
    if (name === element || name === 'asset' || name === 'reading') return;
    if (name === 'sunAltitude') {
      this.needsSun = true;
      this.ofDevice = false;
    } else if (CALENDAR_VARIABLES.some((each) => each === name)) this.asksCalendar = true;
    else if (isForecastVariable(name)) this.#addForecast(name);
    else if (isQuantityName(name)) {
      this.quantities.add(name);
      this.required.add(name);
    } else if (name === 'previous') this.#refuse(node, 'previous.<quantity>', "'previous'");
    else this.problem ??= unknownName(name, node.start);
  }

  #addForecast(name: ForecastVariable): void {
    const { question, quantities } = forecastOf(name);
    for (const quantity of quantities) this.quantities.add(quantity);
    this.#questions.set(question.key, question);
    this.asked.add(question.key);
    // Containers fill by local weekdays and hours.
    if (question.window.owner === 'asset') this.asksCalendar = true;
  }

  #visitField(node: ASTNode, subject: string, name: string, { guarded }: Around): void {
    if (subject === 'asset') {
      this.ofDevice = false;
      this.attributes.add(name);
      if (guarded) this.#guarded.add(name);
    } else if (!isQuantityName(name)) {
      this.#refuse(node, `a quantity${meant(name, QUANTITY_NAMES)}`, `'${subject}.${name}'`);
    } else {
      this.quantities.add(name);
      if (subject === 'previous') this.#addPrevious(name, guarded);
    }
  }

  #addPrevious(quantity: QuantityName, guarded: boolean): void {
    this.#previous.set(quantity, { quantity, window: previousValue(quantity) });
    this.requiredPrevious.add(quantity);
    if (guarded) this.#guardedPrevious.add(quantity);
  }

  #visitQuestion(node: ASTNode, name: WindowFunction, args: readonly ASTNode[]): void {
    const read = readQuestion(name, args, this.#compile);
    if (isProblem(read)) {
      this.problem ??= { ...read, offset: node.start };
      return;
    }
    const { question, quantities, needsReading, condition } = read;
    for (const quantity of quantities) {
      this.quantities.add(quantity);
      if (needsReading) this.required.add(quantity);
    }
    if (condition) {
      this.conditions.push(condition);
      for (const each of condition.recalled().questions) this.#questions.set(each.key, each);
      for (const each of condition.recalled().previous) this.#previous.set(each.quantity, each);
      this.asksCalendar ||= condition.asksCalendar === true;
      this.ofDevice &&= condition.isOfDevice();
    }
    this.#questions.set(question.key, question);
    this.asked.add(question.key);
  }

  #enterCall(node: ASTNode, name: string, around: Around): Around {
    if (name === 'matches') {
      // Backtracking: 27 letters and `(a+)+$` take 22 s, in which nothing else happens in the process.
      this.#refuse(node, '==, contains, startsWith or endsWith', "'matches', which can take for ever");
    } else if (!Object.hasOwn(FUNCTIONS, name)) this.problem ??= unknownCall(name, node.start, `'${name}'`);
    if (name === 'has') return { ...around, guarded: true };
    if (node.op !== 'rcall' || !LOOPS.has(name)) return around;
    if (around.element !== null) this.#refuse(node, 'no list of lists', `'${name}' inside of another`);
    const [element] = node.args[2];
    return { ...around, element: element?.op === 'id' ? element.args : '' };
  }

  #refuse(node: ASTNode, expected: string, found: string): void {
    this.problem ??= { offset: node.start, expected, found };
  }
}

/** The nodes directly below. */
export function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args && 'args' in args ? [args as ASTNode] : [];
}
