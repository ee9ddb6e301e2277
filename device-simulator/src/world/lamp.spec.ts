import { describe, expect, it } from 'vitest';
import { CityClock } from './city-clock.ts';
import type { Disturbance } from './disturbance.ts';
import { Faults } from './faults.ts';
import { Lamp } from './lamp.ts';
import { DIMMING, Lighting } from './lighting.ts';
import { Nights } from './night.ts';
import { WrittenTruth } from './testing/written-truth.ts';
import { SeededWeather } from './weather.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Noon in winter, 13:00 local time. */
const NOON = Date.UTC(2026, 0, 20, 12);
/** Lamps burn at 23:00 local time, and by then with half the power. */
const NIGHT = Date.UTC(2026, 0, 20, 22, 30);
const MORNING = Date.UTC(2026, 0, 21, 9);

const clock = new CityClock();
const weather = new SeededWeather(1);
const nights = new Nights(50.13, 8.92);
const lighting = new Lighting(clock, nights, DIMMING.residential, null);

function lampWith(own: readonly Disturbance[], ofCabinet: readonly Disturbance[] = [], position = 0.5, from = NOON) {
  const truth = new WrittenTruth();
  const around = { seed: 4, from, clock, weather, truth };
  const place = { assets: { assetAt: () => ({}) as never }, index: 0, subject: 'lamp', faults: Faults.of(own) };
  const lamp = new Lamp(around, place, { ratedW: 60, lighting, cabinet: Faults.of(ofCabinet), position });
  const at = (moment: number) => {
    lamp.advance(moment);
    return lamp.state;
  };
  return { lamp, truth, at };
}

const always = (kind: Disturbance['kind'], more: object = {}): Disturbance => ({
  kind,
  from: NOON,
  to: Infinity,
  ...more,
});

describe('a street light', () => {
  it('burns at dusk with all its power, from 23:00 to 05:00 with about half, and by day not at all', () => {
    const { at } = lampWith([]);
    expect(at(NOON)).toMatchObject({ dimming: 0, activePowerW: 0.6 });
    expect(at(Date.UTC(2026, 0, 20, 17))).toMatchObject({ dimming: 1, activePowerW: 60.6 });
    expect(at(Date.UTC(2026, 0, 20, 22) - 1).dimming).toBe(1);
    expect(at(Date.UTC(2026, 0, 20, 22)).dimming).toBe(0.5);
    expect(at(Date.UTC(2026, 0, 21, 4) - 1).dimming).toBe(0.5);
    expect(at(Date.UTC(2026, 0, 21, 4)).dimming).toBe(1);
    expect(at(MORNING)).toMatchObject({ dimming: 0, activePowerW: 0.6 });
  });

  it('dims at 23:00 and 05:00 by the clocks in summer time too, and in the nights in which they change', () => {
    for (const [evening, morning] of [
      [Date.UTC(2026, 7, 20, 21), Date.UTC(2026, 7, 21, 3)],
      [Date.UTC(2026, 2, 28, 22), Date.UTC(2026, 2, 29, 3)],
      [Date.UTC(2026, 9, 24, 21), Date.UTC(2026, 9, 25, 4)],
    ] as const) {
      const { at } = lampWith([], [], 0.5, evening - 2 * HOUR);
      expect(at(evening - 1).dimming).toBe(1);
      expect(at(evening).dimming).toBe(0.5);
      expect(at(morning - 1).dimming).toBe(0.5);
      expect(at(morning).dimming).toBe(1);
    }
  });

  it('counts hours and energy while it burns, and its gear is warm then', () => {
    const { lamp, at } = lampWith([]);
    const { operatingHours, activeEnergyWh } = lamp.state;
    const evening = { ...at(Date.UTC(2026, 0, 20, 17)) };
    const later = at(Date.UTC(2026, 0, 20, 19));
    expect(later.operatingHours - evening.operatingHours).toBeCloseTo(2, 9);
    expect(later.activeEnergyWh - evening.activeEnergyWh).toBeCloseTo(121.2, 6);
    expect(later.controlGearTemperatureC - weather.temperatureC(Date.UTC(2026, 0, 20, 19))).toBeGreaterThan(20);
    const morning = at(MORNING);
    const { from, to } = nights.after(clock.dayAt(NOON).number);
    expect(morning.operatingHours - operatingHours).toBeCloseTo((to - from) / HOUR, 9);
    expect(morning.activeEnergyWh).toBeGreaterThan(activeEnergyWh);
  });

  it('that failed is dark from dusk on until it is repaired, and says so when it should have burnt', () => {
    const repair = Date.UTC(2026, 0, 22, 10);
    const { truth, at } = lampWith([{ kind: 'lamp.failure', from: NOON + HOUR, to: repair }]);
    expect(at(NOON + 2 * HOUR).lampFailure).toBe(false);
    expect(at(NIGHT)).toMatchObject({ dimming: 0.5, activePowerW: 1.5, lampFailure: true });
    expect(at(MORNING).lampFailure).toBe(true);
    expect(at(repair).lampFailure).toBe(false);
    const dusk = nights.after(clock.dayAt(NOON).number).from;
    expect(truth.of('lamp.dark')).toEqual([
      ['begins', dusk],
      ['ends', repair],
    ]);
    expect(truth.of('lamp.failure')[0]).toEqual(['begins', NOON + HOUR]);
  });

  it('whose relay sticks burns by day from dawn on, and at night as it is told', () => {
    const { truth, at } = lampWith([{ kind: 'lamp.relayOn', from: NIGHT, to: MORNING + DAY }]);
    expect(at(NIGHT + HOUR)).toMatchObject({ relayFailure: false });
    expect(at(MORNING)).toMatchObject({ dimming: 0, activePowerW: 60.6, relayFailure: true });
    at(MORNING + 2 * DAY);
    expect(truth.of('lamp.dayBurner')).toEqual([
      ['begins', nights.after(clock.dayAt(NOON).number).to],
      ['ends', MORNING + DAY],
    ]);
  });

  it.each([
    ['lamp.controlGear', { activePowerW: 0.6, controlGearFailure: true }],
    ['lamp.photocellDark', { activePowerW: 0.6, controlGearFailure: false }],
  ] as const)('with %s stays dark although it is told to burn', (kind, state) => {
    const { truth, at } = lampWith([always(kind)]);
    expect(at(NIGHT)).toMatchObject({ dimming: 0.5, ...state });
    expect(truth.of('lamp.dark')).toHaveLength(1);
  });

  it('that cycles goes out and on by itself, at night only', () => {
    const { lamp, truth } = lampWith([always('lamp.cycling')]);
    let changes = 0;
    for (let at = NOON, power = 0; at < NOON + DAY; at += MINUTE) {
      lamp.advance(at);
      if (Math.abs(lamp.state.activePowerW - power) > 20) changes++;
      power = lamp.state.activePowerW;
    }
    expect(changes).toBeGreaterThan(60);
    expect(lamp.state.activePowerW).toBe(0.6);
    expect(truth.lines).toEqual([['lamp.cycling', 'begins', NOON]]);
  });

  it('goes dark with its cabinet, and its controller only when there is no supply at all', () => {
    expect(lampWith([], [always('cabinet.outage')]).at(NIGHT)).toMatchObject({ activePowerW: 0.6, hasSupply: true });
    expect(lampWith([], [always('cabinet.outage', { total: true })]).at(NIGHT)).toMatchObject({
      activePowerW: 0,
      supplyVoltageV: 0,
      hasSupply: false,
    });
  });

  it('goes dark with the cable if it hangs behind the break', () => {
    const broken = [always('cable.fault', { share: 0.3 })];
    expect(lampWith([], broken, 0.69).at(NIGHT).activePowerW).toBeGreaterThan(30);
    expect(lampWith([], broken, 0.71).at(NIGHT).activePowerW).toBe(0.6);
  });
});

describe('lamps that a photocell switches', () => {
  it('burn longer the more clouds there are', () => {
    const cloudy = new SeededWeather(1, undefined, [{ from: NOON - DAY, to: NOON + 2 * DAY, cloud: 1 }]);
    const day = clock.dayAt(NOON).number;
    const byClock = lighting.planAfter(day).times;
    const byEye = new Lighting(clock, nights, DIMMING.residential, cloudy).planAfter(day).times;
    expect(byClock[1]! - byEye[1]!).toBe(8 * MINUTE);
    expect(byEye.at(-1)! - byClock.at(-1)!).toBe(8 * MINUTE);
  });
});
