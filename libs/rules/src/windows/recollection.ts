import type { MutableValues, Values } from '@stadtfunk/readings';
import type { DeviceState } from '../device-state.ts';
import type { ReadingContext } from '../reading-context.ts';
import type { LastValue } from './questions.ts';
import type { WindowPlan } from './plan.ts';
import type { Answer, Window } from './window.ts';

/** What was before one reading, as its rules may ask it. */
export class Recollection {
  /** The newest values before this reading. */
  readonly previous: Values;
  readonly #plan: WindowPlan;
  readonly #state: DeviceState;
  readonly #context: ReadingContext;
  #answers: Map<string, Answer | null> | undefined;

  constructor(plan: WindowPlan, state: DeviceState, context: ReadingContext) {
    this.#plan = plan;
    this.#state = state;
    this.#context = context;
    this.previous = previousValues(plan, state);
  }

  /** The answer to a question by its key; undefined where too little has been seen. Each is worked out once. */
  answer(key: string): Answer | undefined {
    const known = this.#answers?.get(key);
    if (known !== undefined) return known ?? undefined;
    const question = this.#plan.questions.get(key);
    const memory = question && memoryOf(this.#state, question.window);
    const answer = memory && question.answer(memory, this.#context);
    (this.#answers ??= new Map()).set(key, answer ?? null);
    return answer;
  }
}

function previousValues({ previous }: WindowPlan, state: DeviceState): Values {
  const values: MutableValues = {};
  for (const { quantity, window } of previous) {
    const last = memoryOf(state, window) as LastValue | undefined;
    if (last) values[quantity] = last.v;
  }
  return values;
}

function memoryOf(state: DeviceState, { owner, key }: Window): object | undefined {
  return (owner === 'asset' ? state.w : state.t)?.[key];
}

/** Lets windows take in a reading. */
export function takeIn(windows: readonly Window[], state: DeviceState, context: ReadingContext): void {
  for (const window of windows) {
    const memory = window.takeIn(memoryOf(state, window), context);
    if (!memory) continue;
    const memories = window.owner === 'asset' ? (state.w ??= {}) : (state.t ??= {});
    memories[window.key] = memory;
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
