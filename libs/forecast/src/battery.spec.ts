import { DAY_MS } from '@stadtfunk/kernel';
import { describe, expect, it } from 'vitest';
import {
  forecastBattery,
  isWithoutForecast,
  newBatteryState,
  observeBattery,
  type BatteryReading,
  type BatteryState,
} from './battery.ts';
import { makeBattery } from './testing/battery-history.ts';

const START = Date.UTC(2026, 0, 1);

/** Four readings a day. */
function learn(days: number, of: (day: number) => BatteryReading, from = 0, state = newBatteryState()): BatteryState {
  for (let quarter = from * 4; quarter < (from + days) * 4; quarter++) {
    observeBattery(state, START + (quarter * DAY_MS) / 4, of(quarter / 4));
  }
  return state;
}

const daysUntil = (state: BatteryState) => {
  const forecast = forecastBattery(state);
  if (typeof forecast === 'string') return forecast;
  return Math.round((forecast.expectedAt - state.t) / DAY_MS);
};
const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

describe('A battery', () => {
  it('that counts its charge is low when the line of its level says so', () => {
    const state = learn(100, (day) => ({ batteryLevel: round(0.9 - 0.003 * day, 2) }));
    expect(daysUntil(state)).toBeGreaterThan(130);
    expect(daysUntil(state)).toBeLessThan(170);
  });

  it('of 3.6 V says nothing on its plateau', () => {
    expect(daysUntil(learn(10, () => ({ batteryVoltage: 3.6, temperature: 10 })))).toBe('tooFewReadings');
    expect(daysUntil(learn(300, (day) => ({ batteryVoltage: 3.6 + 0.002 * Math.sin(day), temperature: 10 })))).toBe(
      'noDecline',
    );
  });

  it('of 3.6 V that falls ever faster is low within weeks', () => {
    const fall = (day: number) => ({ batteryVoltage: round(3.6 - 0.02 * 2 ** ((day - 100) / 8), 3), temperature: 10 });
    // 0.4 V below the plateau after 100 + 8 log2(20) = 134.6 days.
    const days = daysUntil(learn(128, fall));
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(15);
  });

  it('shows less in frost and is not low for that', () => {
    const winter = (temperature: number | undefined) => (day: number) => ({
      batteryVoltage: day < 60 ? 3.6 : 3.5 + 0.002 * Math.sin(day),
      ...(temperature !== undefined && { temperature: day < 60 ? 5 : temperature }),
    });
    expect(daysUntil(learn(70, winter(-12)))).toBe('noDecline');
    expect(daysUntil(learn(70, winter(undefined)))).toBe('noDecline');
  });

  it('is told nothing of by mains and by other cells', () => {
    expect(daysUntil(learn(300, (day) => ({ batteryVoltage: 12 - 0.01 * day })))).toBe('tooFewReadings');
    expect(daysUntil(learn(300, () => ({ batteryVoltage: 0 })))).toBe('tooFewReadings');
  });

  it('begins anew when it was replaced', () => {
    const state = learn(100, (day) => ({ batteryLevel: round(0.6 - 0.004 * day, 2) }));
    expect(daysUntil(state)).toBeLessThan(30);
    learn(5, () => ({ batteryLevel: 1 }), 100, state);
    expect(daysUntil(state)).toBe('tooFewReadings');
  });

  it('is known to be without a forecast where there is none, from one forecast to the end of the day', () => {
    let without = 0;
    for (const kind of ['voltage', 'voltageAndTemperature', 'counter'] as const) {
      const { readings } = makeBattery(7, kind, { from: START, days: 900, intervalMs: DAY_MS / 6 });
      const state = newBatteryState();
      for (const [index, { at, ...reading }] of readings.entries()) {
        observeBattery(state, at, reading);
        if (isWithoutForecast(state)) {
          without++;
          expect(typeof forecastBattery(JSON.parse(JSON.stringify(state)) as BatteryState)).toBe('string');
        } else if (index % 3 === 0) forecastBattery(state);
      }
    }
    expect(without).toBeGreaterThan(1_000);
  });

  it('is as well known after its state was stored and read back', () => {
    const { readings } = makeBattery(7, 'voltageAndTemperature', { from: START, days: 200, intervalMs: DAY_MS / 6 });
    const whole = newBatteryState();
    let stored = newBatteryState();
    for (const [index, { at, ...reading }] of readings.entries()) {
      observeBattery(whole, at, reading);
      observeBattery(stored, at, reading);
      if (index % 50 === 0) stored = JSON.parse(JSON.stringify(stored)) as BatteryState;
    }
    expect(JSON.stringify(stored)).toBe(JSON.stringify(whole));
    expect(JSON.stringify(whole).length).toBeLessThan(500);
  });
});
