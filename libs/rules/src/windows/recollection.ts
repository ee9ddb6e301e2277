import type { MutableValues, Values } from '@stadtfunk/readings';
import type { DeviceState } from '../device-state.ts';
import type { ReadingContext } from '../reading-context.ts';
import type { LastValue } from './questions.ts';
import type { PlannedWindow, WindowPlan } from './plan.ts';
import type { Answer, Question, Window } from './window.ts';

/** What windows remember of a device, by their place in the plan. The same objects as in its state. */
export type WindowMemories = (object | undefined)[];

interface Asked {
  readonly question: Question;
  readonly index: number;
  /** For which reading it was answered last. */
  turn: number;
  answer: Answer | undefined;
}

/** What was before a reading, as its rules may ask it. One is turned to reading after reading, as its context is. */
export class Recollection {
  readonly #plan: WindowPlan;
  readonly #context: ReadingContext;
  readonly #questions: ReadonlyMap<string, Asked>;
  #memories: WindowMemories = [];
  #previous: Values | null = null;

  constructor(plan: WindowPlan, context: ReadingContext) {
    this.#plan = plan;
    this.#context = context;
    this.#questions = new Map(
      [...plan.questions].map(([key, { question, index }]) => [key, { question, index, turn: -1, answer: undefined }]),
    );
  }

  /** The reading that the context has been turned to is of a device that remembers this. */
  turnTo(memories: WindowMemories): void {
    this.#memories = memories;
    this.#previous = null;
  }

  /** The newest values before this reading. */
  get previous(): Values {
    return (this.#previous ??= this.#previousValues());
  }

  /** The answer to a question by its key; undefined where too little has been seen. Each is worked out once a reading. */
  answer(key: string): Answer | undefined {
    const asked = this.#questions.get(key);
    if (!asked) return undefined;
    const { turn } = this.#context;
    if (asked.turn === turn) return asked.answer;
    const memory = this.#memories[asked.index];
    asked.answer = memory && asked.question.answer(memory, this.#context);
    asked.turn = turn;
    return asked.answer;
  }

  #previousValues(): Values {
    const values: MutableValues = {};
    for (const { quantity, index } of this.#plan.previous) {
      const last = this.#memories[index] as LastValue | undefined;
      if (last) values[quantity] = last.v;
    }
    return values;
  }
}

/** What a state has of the windows of a plan. */
export function memoriesIn(state: DeviceState, plan: WindowPlan | null): WindowMemories {
  return (plan?.all ?? []).map((window) => recordOf(state, window)?.[window.key]);
}

function recordOf(state: DeviceState, { owner }: Window): Record<string, object> | undefined {
  return owner === 'asset' ? state.w : state.t;
}

/** Lets windows take in a reading. */
export function takeIn(
  windows: readonly PlannedWindow[],
  state: DeviceState,
  memories: WindowMemories,
  context: ReadingContext,
): void {
  for (let place = 0; place < windows.length; place++) {
    const { window, index } = windows[place]!;
    const before = memories[index];
    const memory = window.takeIn(before, context);
    if (memory === undefined || memory === before) continue;
    memories[index] = memory;
    const record = recordOf(state, window) ?? (window.owner === 'asset' ? (state.w = {}) : (state.t = {}));
    record[window.key] = memory;
  }
}

/** Forgets what no rule asks for any more. */
export function forgetUnasked(plan: WindowPlan | null, state: DeviceState): void {
  if (state.w) state.w = asked(plan, state.w);
  if (state.t) state.t = asked(plan, state.t);
}

function asked(plan: WindowPlan | null, memories: Record<string, object>): Record<string, object> | undefined {
  const kept = Object.entries(memories).filter(([key]) => plan?.keys.has(key));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
