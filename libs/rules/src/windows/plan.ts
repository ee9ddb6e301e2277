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

/** What has to be remembered for some rules, each once. */
export interface WindowPlan {
  /** In the order in which readings are taken in. */
  readonly before: readonly Window[];
  readonly after: readonly Window[];
  readonly previous: readonly PreviousValue[];
  readonly questions: ReadonlyMap<string, Question>;
  readonly keys: ReadonlySet<string>;
}

/** null: nothing is asked. */
export function planWindows(expressions: readonly Pick<Expression, 'recalled'>[]): WindowPlan | null {
  const recalled = expressions.map((expression) => expression.recalled());
  const questions = new Map(recalled.flatMap((each) => each.questions).map((question) => [question.key, question]));
  const previous = new Map(recalled.flatMap((each) => each.previous).map((value) => [value.window.key, value]));
  const named = [...questions.values(), ...previous.values()].map(({ window }) => window);
  const windows = [...new Map(named.map((window) => [window.key, window])).values()];
  if (windows.length === 0) return null;
  return {
    before: windows.filter(({ takenIn }) => takenIn === 'before'),
    after: windows.filter(({ takenIn }) => takenIn === 'after'),
    previous: [...previous.values()],
    questions,
    keys: new Set(windows.map(({ key }) => key)),
  };
}
