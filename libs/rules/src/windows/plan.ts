import type { QuantityName } from '@stadtfunk/readings';
import type { Expression } from '../expression.ts';
import type { Question, Window } from './window.ts';

/** What an expression asks of earlier readings. */
export interface Recalled {
  /** With those that are asked inside of other questions, which come before these. */
  readonly questions: readonly Question[];
  readonly previous: readonly PreviousValue[];
}

/** A previous value that a condition names. */
export interface PreviousValue {
  readonly quantity: QuantityName;
  readonly window: Window;
}

/** A window in the list of all that some rules need. */
export interface PlannedWindow {
  readonly window: Window;
  /** Its place in the list. */
  readonly index: number;
}

/** A question, with the place of the window that it is asked of. */
export interface PlannedQuestion {
  readonly question: Question;
  readonly index: number;
}

/** What has to be remembered for some rules, each once. */
export interface WindowPlan {
  readonly all: readonly Window[];
  /** In the order in which readings are taken in. */
  readonly before: readonly PlannedWindow[];
  readonly after: readonly PlannedWindow[];
  readonly previous: readonly (PreviousValue & { readonly index: number })[];
  /** By key. */
  readonly questions: ReadonlyMap<string, PlannedQuestion>;
  readonly keys: ReadonlySet<string>;
}

/** null: nothing is asked. */
export function planWindows(expressions: readonly Pick<Expression, 'recalled'>[]): WindowPlan | null {
  const recalled = expressions.map((expression) => expression.recalled());
  const questions = new Map(recalled.flatMap((each) => each.questions).map((question) => [question.key, question]));
  const previous = new Map(recalled.flatMap((each) => each.previous).map((value) => [value.window.key, value]));
  const named = [...questions.values(), ...previous.values()].map(({ window }) => window);
  const all = [...new Map(named.map((window) => [window.key, window])).values()];
  if (all.length === 0) return null;
  const places = new Map(all.map(({ key }, index) => [key, index]));
  const planned = all.map((window, index): PlannedWindow => ({ window, index }));
  const placeOf = ({ key }: Window) => places.get(key)!;
  return {
    all,
    before: planned.filter(({ window }) => window.takenIn === 'before'),
    after: planned.filter(({ window }) => window.takenIn === 'after'),
    previous: [...previous.values()].map((value) => ({ ...value, index: placeOf(value.window) })),
    questions: new Map([...questions].map(([key, question]) => [key, { question, index: placeOf(question.window) }])),
    keys: new Set(places.keys()),
  };
}
