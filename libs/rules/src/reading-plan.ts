import { isQuantityName, QUANTITIES, type QuantityName, type Values } from '@stadtfunk/readings';
import type { Expression } from './expression.ts';
import { slotOf, type ReadingContext } from './reading-context.ts';
import type { Rule } from './rule.ts';
import { isScreenedOut, SHOWS_NOTHING, type Screen } from './screen.ts';
import type { PlannedQuestion, PlannedWindow, WindowPlan } from './windows/plan.ts';
import type { WindowMemories } from './windows/recollection.ts';

/** One rule for which a reading with certain quantities may matter. */
export interface JudgeStep {
  readonly rule: Rule;
  /** Its place among the rules of the subject. */
  readonly index: number;
  /** What such a reading may answer; the others keep their answers. */
  readonly alternatives: readonly Alternative[];
  /** What is looked at first to pass it over: that of its only alternative. */
  readonly glance: Screen;
  /** Whether such a reading may say that an episode is over. */
  readonly clears: boolean;
  /** What such a reading may say of another one, whose time begins with it; null: nothing. */
  readonly restart: Expression | null;
  /** It is about a value that does not change, and not about one that is reached. */
  readonly isUnchanged: boolean;
  /** Whether the severity rises. */
  readonly rises: boolean;
}

export interface Alternative {
  readonly bit: number;
  readonly expression: Expression;
  readonly screens: readonly Screen[];
  /** Without an answer to each of these there is none to the expression. */
  readonly questions: readonly PlannedQuestion[];
}

/** Whether a look at a reading shows that a rule that remembers nothing has nothing to say of it. */
export function isPassedOver(
  { isUnchanged, alternatives }: JudgeStep,
  context: ReadingContext,
  windows: WindowMemories,
): boolean {
  if (isUnchanged) return false;
  for (let place = 0; place < alternatives.length; place++) {
    const { screens, questions } = alternatives[place]!;
    if (!isScreenedOut(screens, context) && !isUnanswered(questions, windows)) return false;
  }
  return true;
}

/** Whether a glance shows that one of them has no answer. */
function isUnanswered(questions: readonly PlannedQuestion[], windows: WindowMemories): boolean {
  for (let place = 0; place < questions.length; place++) {
    const { question, index } = questions[place]!;
    const memory = windows[index];
    if (memory === undefined || question.knowsNothing?.(memory)) return true;
  }
  return false;
}

/** What there is to do for readings with the same quantities. */
export interface ReadingPlan {
  readonly steps: readonly JudgeStep[];
  readonly before: readonly PlannedWindow[];
  readonly after: readonly PlannedWindow[];
  /** Such a reading tells of the asset: battery and signal alone are a heartbeat. */
  readonly measures: boolean;
}

/** The way of the last reading: firmware sends the same again and again. */
interface Way {
  readonly names: readonly string[];
  readonly slots: readonly number[];
  readonly plan: ReadingPlan;
}

interface Node {
  /** Where a context keeps the last quantity; -1: it is none. */
  readonly slot: number;
  readonly names: readonly string[];
  readonly next: Map<string, Node>;
  plan: ReadingPlan | null;
}

/** Firmware knows some orders of some quantities. Whoever sends every order of all of them does not fill the memory. */
const MOST_NODES = 2_000;

/**
 * Rules sorted by what readings have, so that those for which a reading does not matter are not looked at. A plan is found on the
 * way on which the values of a reading are read anyhow.
 */
export class ReadingPlans {
  readonly #rules: readonly Rule[];
  readonly #windows: WindowPlan | null;
  #root = newNode(-1, []);
  #nodes = 0;
  #last: Way | null = null;

  constructor(rules: readonly Rule[], windows: WindowPlan | null) {
    this.#rules = rules;
    this.#windows = windows;
  }

  /** The plan for a reading, whose values are put into the context. */
  take(values: Values, context: ReadingContext): ReadingPlan {
    return this.#takeAsLast(values, context) ?? this.#takeAnew(values, context);
  }

  /** undefined: it has other quantities than the last one, or others in between were of another kind. */
  #takeAsLast(values: Values, context: ReadingContext): ReadingPlan | undefined {
    const last = this.#last;
    if (last === null) return undefined;
    const { names, slots } = last;
    let count = 0;
    for (const name in values) {
      const value = values[name as QuantityName];
      if (name !== names[count] || value === undefined) return undefined;
      const slot = slots[count]!;
      // What the last one had is overwritten, and it had nothing else.
      if (slot >= 0) context.put(slot, value);
      count++;
    }
    return count === names.length ? last.plan : undefined;
  }

  #takeAnew(values: Values, context: ReadingContext): ReadingPlan {
    this.#last = null;
    context.empty();
    const names: string[] = [];
    const slots: number[] = [];
    let node = this.#root;
    for (const name in values) {
      const value = values[name as QuantityName];
      if (value === undefined) continue;
      node = node.next.get(name) ?? this.#grow(node, name);
      names.push(name);
      slots.push(node.slot);
      if (node.slot >= 0) context.put(node.slot, value);
    }
    const plan = (node.plan ??= this.#planOf(new Set(node.names)));
    this.#last = { names, slots, plan };
    return plan;
  }

  #grow(node: Node, name: string): Node {
    if (this.#nodes >= MOST_NODES) {
      // Whoever is on the way goes on in what is given up.
      this.#root = newNode(-1, []);
      this.#nodes = 0;
    }
    this.#nodes++;
    const grown = newNode(isQuantityName(name) ? slotOf(name) : -1, [...node.names, name]);
    node.next.set(name, grown);
    return grown;
  }

  #planOf(names: ReadonlySet<string>): ReadingPlan {
    const has = (name: QuantityName) => names.has(name);
    const isTakenIn = ({ window }: PlannedWindow) => window.concerns(has);
    return {
      steps: this.#rules.flatMap((rule, index) => stepOf(rule, index, has, this.#windows) ?? []),
      before: (this.#windows?.before ?? []).filter(isTakenIn),
      after: (this.#windows?.after ?? []).filter(isTakenIn),
      measures: [...names].some((name) => isQuantityName(name) && QUANTITIES[name].of === 'asset'),
    };
  }
}

function newNode(slot: number, names: readonly string[]): Node {
  return { slot, names, next: new Map(), plan: null };
}

/** undefined: whatever a reading with these quantities says, nothing comes of it. */
function stepOf(
  rule: Rule,
  index: number,
  has: (name: QuantityName) => boolean,
  windows: WindowPlan | null,
): JudgeStep | undefined {
  const { condition, rises = [], quantities } = rule;
  if (condition.kind === 'silent') return undefined;
  const rising = rises.some((rise) => 'when' in rise && rise.when.concerns(has));
  if (condition.kind === 'unchanged') {
    if (!has(condition.quantity) && !rising) return undefined;
    return {
      rule,
      index,
      alternatives: [],
      glance: SHOWS_NOTHING,
      clears: false,
      restart: null,
      isUnchanged: true,
      rises: rule.rises !== undefined,
    };
  }
  const all = condition.alternatives.map((expression, place): Alternative => {
    const questions = expression.needs().flatMap((key) => windows?.questions.get(key) ?? []);
    return { bit: 1 << place, expression, screens: expression.screens(), questions };
  });
  const alternatives = all.filter(({ expression }) => expression.concerns(has));
  const clears = condition.clear !== null && quantities.some(has);
  const restart = condition.restart?.concerns(has) ? condition.restart : null;
  if (alternatives.length === 0 && !clears && restart === null && !rising) return undefined;
  const glance = (alternatives.length === 1 && alternatives[0]!.screens[0]) || SHOWS_NOTHING;
  return { rule, index, alternatives, glance, clears, restart, isUnchanged: false, rises: rule.rises !== undefined };
}
