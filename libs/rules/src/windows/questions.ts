import { QUANTITIES, type QuantityName } from '@stadtfunk/readings';
import type { Expression } from '../expression.ts';
import type { ReadingContext } from '../reading-context.ts';
import {
  addReading,
  maxOf,
  meanOf,
  minOf,
  slopeOf,
  wholeSpan,
  withinSpan,
  type Cell,
  type ReadingSeries,
} from './reading-series.ts';
import { addState, shareOf, type StateShare } from './state-share.ts';
import { tallyUp, totalOf, type Changes, type Tally } from './tally.ts';
import type { Answer, Question, Window } from './window.ts';

const HOUR_MS = 3_600_000;

/** The newest value of a quantity, and when it was observed. */
export interface LastValue {
  t: number;
  v: number | boolean;
}

/** Since when a condition holds; null: it does not. */
interface Held {
  h: number | null;
}

type Make<Subject> = (key: string, subject: Subject, spanMs: number) => Question;

/** Questions about the readings of one quantity. */
export const QUANTITY_QUESTIONS = {
  mean: ofWholeSpan(meanOf),
  min: ofWholeSpan(minOf),
  max: ofWholeSpan(maxOf),
  slope: ofWholeSpan(slopeOf),
  rise: ofThisReading((cells, value) => value - minOf(cells)),
  fall: ofThisReading((cells, value) => maxOf(cells) - value),
} as const satisfies Readonly<Record<string, Make<QuantityName>>>;

/** Questions about the answers to a condition. */
export const CONDITION_QUESTIONS = {
  count: askCount,
  changes: askChanges,
  share: askShare,
  held: askHeld,
} as const satisfies Readonly<Record<string, Make<Expression>>>;

/** How many readings had a quantity. */
export function countReadings(key: string, quantity: QuantityName, spanMs: number): Question {
  const window: Window = {
    key: `count(${quantity})/${spanMs}`,
    owner: QUANTITIES[quantity].of,
    concerns: (has) => has(quantity),
    takenIn: 'before',
    takeIn(memory, { reading, observedAt }) {
      if (reading[quantity] === undefined) return memory;
      return tallyUp((memory as Tally | undefined) ?? { z: observedAt, c: [] }, true, observedAt, spanMs);
    },
  };
  return { key, window, answer: totalWithin(spanMs) };
}

/** How long ago the previous value was observed, in hours. */
export function askAge(key: string, quantity: QuantityName): Question {
  const answer = (memory: object, { observedAt }: ReadingContext) => (observedAt - (memory as LastValue).t) / HOUR_MS;
  return { key, window: previousValue(quantity), answer };
}

export function previousValue(quantity: QuantityName): Window {
  return {
    key: `previous.${quantity}`,
    owner: QUANTITIES[quantity].of,
    concerns: (has) => has(quantity),
    takenIn: 'after',
    takeIn(memory, { reading, observedAt }) {
      const value = reading[quantity];
      if (value === undefined) return memory;
      const v = typeof value === 'number' ? withoutSign(value) : value;
      const last = memory as LastValue | undefined;
      if (!last) return { t: observedAt, v } satisfies LastValue;
      last.t = observedAt;
      last.v = v;
      return last;
    },
  };
}

/** JSON knows no -0: it becomes 0 at once, not only after the state was stored. */
function withoutSign(value: number): number {
  return value + 0;
}

function readingsOf(quantity: QuantityName, spanMs: number): Window {
  return {
    key: `${quantity}/${spanMs}`,
    owner: QUANTITIES[quantity].of,
    concerns: (has) => has(quantity),
    takenIn: 'before',
    takeIn(memory, { reading, observedAt }) {
      const value = reading[quantity];
      return typeof value === 'number'
        ? addReading(memory as ReadingSeries | undefined, observedAt, withoutSign(value), spanMs)
        : memory;
    },
  };
}

function ofWholeSpan(work: (cells: readonly Cell[]) => number | undefined): Make<QuantityName> {
  return (key, quantity, spanMs) => ({
    key,
    window: readingsOf(quantity, spanMs),
    answer(memory, { observedAt }) {
      const cells = wholeSpan(memory as ReadingSeries, observedAt, spanMs);
      return cells && work(cells);
    },
  });
}

function ofThisReading(work: (cells: readonly Cell[], value: number) => number): Make<QuantityName> {
  return (key, quantity, spanMs) => ({
    key,
    window: readingsOf(quantity, spanMs),
    answer(memory, { reading, observedAt }) {
      const value = reading[quantity];
      return typeof value === 'number'
        ? work(withinSpan(memory as ReadingSeries, observedAt, spanMs), value)
        : undefined;
    },
  });
}

function askCount(key: string, condition: Expression, spanMs: number): Question {
  const window = ofCondition<Tally>(`count(${condition.text})/${spanMs}`, condition, (memory, now, at) =>
    tallyUp(memory ?? { z: at, c: [] }, now, at, spanMs),
  );
  return { key, window, answer: totalWithin(spanMs) };
}

function askChanges(key: string, condition: Expression, spanMs: number): Question {
  const window = ofCondition<Changes>(`changes(${condition.text})/${spanMs}`, condition, (memory, now, at) => {
    const changes = memory ?? { z: at, c: [], o: now };
    tallyUp(changes, changes.o !== now, at, spanMs);
    changes.o = now;
    return changes;
  });
  return { key, window, answer: totalWithin(spanMs) };
}

function askShare(key: string, condition: Expression, spanMs: number): Question {
  const window = ofCondition<StateShare>(`share(${condition.text})/${spanMs}`, condition, (memory, now, at) =>
    addState(memory, now, at, spanMs),
  );
  return { key, window, answer: (memory, { observedAt }) => shareOf(memory as StateShare, observedAt, spanMs) };
}

function askHeld(key: string, condition: Expression, spanMs: number): Question {
  const window = ofCondition<Held>(`held(${condition.text})`, condition, (memory, now, at) => {
    const held = memory ?? { h: null };
    held.h = now ? (held.h ?? at) : null;
    return held;
  });
  return {
    key,
    window,
    answer(memory, { observedAt }) {
      const since = (memory as Held).h;
      return since !== null && observedAt - since >= spanMs;
    },
  };
}

function totalWithin(spanMs: number): (memory: object, context: ReadingContext) => Answer {
  return (memory, { observedAt }) => BigInt(totalOf(memory as Tally, observedAt, spanMs));
}

/** A window that takes in what each reading answers to a condition; a reading that does not answer changes nothing. */
function ofCondition<Memory extends object>(
  key: string,
  condition: Expression,
  takeIn: (memory: Memory | undefined, now: boolean, at: number) => Memory,
): Window {
  return {
    key,
    owner: condition.isOfDevice() ? 'device' : 'asset',
    concerns: (has) => condition.concerns(has),
    takenIn: 'before',
    takeIn(memory, context) {
      const now = condition.answer(context);
      return now === undefined ? memory : takeIn(memory as Memory | undefined, now, context.observedAt);
    },
  };
}
