import {
  clockOf,
  forecastBattery,
  forecastLevel,
  isWithoutForecast,
  newBatteryState,
  newFillState,
  observeBattery,
  observeLevel,
  type BatteryState,
  type FillState,
} from '@stadtfunk/forecast';
import type { QuantityName } from '@stadtfunk/readings';
import { FULL_LEVEL, type ForecastVariable } from '../language.ts';
import type { ReadingContext } from '../reading-context.ts';
import type { Question, Window } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How a container fills. Nothing of it depends on how often, or in which batches, readings come. */
const FILLING: Window = {
  key: 'forecast.fillingLevel',
  owner: 'asset',
  concerns: (has) => has('fillingLevel'),
  takenIn: 'before',
  takeIn(memory, { reading, observedAt, zone }) {
    const { fillingLevel } = reading;
    if (typeof fillingLevel !== 'number') return memory;
    if (memory === undefined) return newFillState(observedAt, fillingLevel);
    observeLevel(memory as FillState, clockOf(zone), observedAt, fillingLevel);
    return memory;
  },
};

const BATTERY: Window = {
  key: 'forecast.battery',
  owner: 'device',
  concerns: (has) => has('batteryVoltage') || has('batteryLevel'),
  takenIn: 'before',
  takeIn(memory, { reading, observedAt }) {
    const { batteryVoltage, batteryLevel, deviceTemperature: temperature = reading.temperature } = reading;
    if (typeof batteryVoltage !== 'number' && typeof batteryLevel !== 'number') return memory;
    const state = (memory as BatteryState | undefined) ?? newBatteryState();
    observeBattery(state, observedAt, {
      batteryVoltage: numberOf(batteryVoltage),
      batteryLevel: numberOf(batteryLevel),
      temperature: numberOf(temperature),
    });
    return state;
  },
};

function numberOf(value: number | boolean | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

interface Forecast {
  readonly question: Question;
  readonly quantities: readonly QuantityName[];
  readonly unitMs: number;
}

/** What each variable asks. Its answer is undefined where there is no forecast. */
const FORECASTS: Readonly<Record<ForecastVariable, Forecast>> = {
  hoursUntilFull: filling('hoursUntilFull', 'expectedAt'),
  hoursUntilFullAtLeast: filling('hoursUntilFullAtLeast', 'earliestAt'),
  daysUntilBatteryLow: battery('daysUntilBatteryLow', 'expectedAt'),
  daysUntilBatteryLowAtLeast: battery('daysUntilBatteryLowAtLeast', 'earliestAt'),
};

export function forecastOf(name: ForecastVariable): Forecast {
  return FORECASTS[name];
}

/** The moment that a variable tells of, UTC ms; undefined where there is no forecast. */
export function momentOf(name: ForecastVariable, { recollection, observedAt }: ReadingContext): number | undefined {
  const amount = recollection?.answer(name);
  return typeof amount === 'number' ? observedAt + Math.round(amount * FORECASTS[name].unitMs) : undefined;
}

const untilFull = oncePerReading((memory, { zone }) => {
  const full = forecastLevel(memory as FillState, clockOf(zone), FULL_LEVEL);
  return typeof full === 'object' ? full : null;
});
const untilBatteryLow = oncePerReading((memory) => forecastBattery(memory as BatteryState));

/** Both variables of a forecast are usually asked of the same reading. */
function oncePerReading<T>(work: (memory: object, context: ReadingContext) => T) {
  let turn = NaN;
  let of: object | undefined;
  let result: T;
  return (memory: object, context: ReadingContext): T => {
    if (turn !== context.turn || of !== memory) {
      result = work(memory, context);
      turn = context.turn;
      of = memory;
    }
    return result;
  };
}

function filling(key: ForecastVariable, which: 'expectedAt' | 'earliestAt'): Forecast {
  const answer: Question['answer'] = (memory, context) => {
    const { observedAt } = context;
    const at = untilFull(memory, context)?.[which] ?? null;
    return at === null ? undefined : Math.max(0, at - observedAt) / HOUR_MS;
  };
  return { question: { key, window: FILLING, answer }, quantities: ['fillingLevel'], unitMs: HOUR_MS };
}

function battery(key: ForecastVariable, which: 'expectedAt' | 'earliestAt'): Forecast {
  const answer: Question['answer'] = (memory, context) => {
    const { observedAt } = context;
    const forecast = untilBatteryLow(memory, context);
    if (typeof forecast === 'object') return Math.max(0, forecast[which] - observedAt) / DAY_MS;
    // Nothing is known yet of a new battery but that it is new: what was foretold of the old one is over.
    return (memory as BatteryState).renewed ? Infinity : undefined;
  };
  const knowsNothing = (memory: object) =>
    isWithoutForecast(memory as BatteryState) && !(memory as BatteryState).renewed;
  const quantities = ['batteryVoltage', 'batteryLevel'] as const;
  return { question: { key, window: BATTERY, answer, knowsNothing }, quantities, unitMs: DAY_MS };
}
