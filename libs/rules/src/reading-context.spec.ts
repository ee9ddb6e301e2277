import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar, DEFAULT_CALENDAR } from './calendar.ts';
import { ReadingContext } from './reading-context.ts';
import { sunAltitude } from './sun.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 0, 1);

const calendar = new Calendar(DEFAULT_CALENDAR);
const place = fc.tuple(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -90, max: 90, noNaN: true }));
/** Readings of a day or two, of devices that are close together now and then. */
const readings = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: -4 * HOUR, max: 8 * HOUR })),
    step: fc.oneof(fc.constant([0, 0]), fc.tuple(fc.double({ min: -2, max: 2 }), fc.double({ min: -2, max: 2 }))),
    limit: fc.oneof(fc.constantFrom(-6, -2, 0, 6), fc.double({ min: -90, max: 90 })),
  }),
  { minLength: 5, maxLength: 40 },
);

describe('the altitude of the sun that is asked for beside a limit', () => {
  it('is on the same side of it as the altitude, and the altitude itself near to it', () => {
    let notWorkedOut = 0;
    let all = 0;
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 366 * 24 }), readings, ([longitude, latitude], hours, steps) => {
        const context = new ReadingContext({}, {}, null, T0, calendar);
        let at = T0 + hours * HOUR;
        let there: [number, number] = [longitude, latitude];
        for (const { gapMs, step, limit } of steps) {
          at += gapMs;
          there = [there[0] + (step[0] ?? 0), Math.max(-90, Math.min(90, there[1] + (step[1] ?? 0)))];
          context.turnTo({}, {}, there, at);
          const told = context.sunAltitudeBeside(limit)!;
          const altitude = sunAltitude(at, there[1], there[0]);
          expect(Math.sign(told - limit)).toBe(Math.sign(altitude - limit));
          if (Math.abs(altitude - limit) < 1) expect(told).toBe(altitude);
          all++;
          if (told !== altitude) notWorkedOut++;
          if (limit > 0) expect(context.sunAltitude).toBe(altitude);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(notWorkedOut / all).toBeGreaterThan(0.3);
  });

  it('is unknown where there is no place', () => {
    expect(new ReadingContext({}, {}, null, T0, calendar).sunAltitudeBeside(-6)).toBeUndefined();
  });
});
