import { DAY_MS, localTime } from '@stadtfunk/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dutiesFrom, dutyAt, shiftOn, type Rota } from './rota.ts';

const HOUR = 3_600_000;
/** Weeks from Monday at 8. */
const ROTA: Rota = {
  rotaId: 'bauhof',
  zone: 'Europe/Berlin',
  start: Date.UTC(2026, 0, 5, 8),
  shiftDays: 7,
  people: ['anna', 'bernd', 'clara'],
  swaps: new Map(),
  overrides: [],
};
const on = (rota: Rota, at: string) => dutyAt(rota, Date.parse(at))?.personId ?? null;

describe('a rota', () => {
  it('passes from one to the next at its local time, also after the clocks have changed', () => {
    expect(on(ROTA, '2026-01-05T07:59+01:00')).toBeNull();
    expect(on(ROTA, '2026-01-05T08:00+01:00')).toBe('anna');
    expect(on(ROTA, '2026-01-12T07:59+01:00')).toBe('anna');
    expect(on(ROTA, '2026-01-12T08:00+01:00')).toBe('bernd');
    // 30 March is a Monday after a night of 23 hours: the 13th week begins.
    expect(on(ROTA, '2026-03-30T07:59+02:00')).toBe('clara');
    expect(on(ROTA, '2026-03-30T08:00+02:00')).toBe('anna');
    expect(on(ROTA, '2026-10-26T07:59+01:00')).toBe('clara');
    expect(on(ROTA, '2026-10-26T08:00+01:00')).toBe('anna');
  });

  it('passes once where its local time is skipped, or shown twice', () => {
    const daily = { ...ROTA, shiftDays: 1, start: Date.UTC(2026, 2, 28, 2, 30) };
    expect(on(daily, '2026-03-29T01:59:59+01:00')).toBe('anna');
    expect(on(daily, '2026-03-29T03:00+02:00')).toBe('bernd');
    const autumn = { ...ROTA, shiftDays: 1, start: Date.UTC(2026, 9, 24, 2, 30) };
    expect(on(autumn, '2026-10-25T02:29+02:00')).toBe('anna');
    expect(on(autumn, '2026-10-25T02:30+02:00')).toBe('bernd');
    expect(on(autumn, '2026-10-25T02:10+01:00')).toBe('bernd');
    expect(on(autumn, '2026-10-25T02:30+01:00')).toBe('bernd');
  });

  it('lets somebody stand in, and says how long', () => {
    const override = { from: Date.UTC(2026, 0, 14, 8), to: Date.UTC(2026, 0, 16, 8), personId: 'dora' };
    const rota = { ...ROTA, overrides: [override] };

    const duties = dutiesFrom(rota, Date.parse('2026-01-12T12:00+01:00'), 4);

    expect(
      duties.map(({ personId, from, until, isOverride }) => [personId, iso(from), iso(until), isOverride]),
    ).toEqual([
      ['bernd', '2026-01-12T07:00', '2026-01-14T07:00', false],
      ['dora', '2026-01-14T07:00', '2026-01-16T07:00', true],
      ['bernd', '2026-01-16T07:00', '2026-01-19T07:00', false],
      ['clara', '2026-01-19T07:00', '2026-01-26T07:00', false],
    ]);
  });

  it('exchanges two shifts', () => {
    const one = shiftOn(ROTA, Date.UTC(2026, 0, 12))!;
    const other = shiftOn(ROTA, Date.UTC(2026, 0, 19))!;
    const rota = {
      ...ROTA,
      swaps: new Map([
        [one, other],
        [other, one],
      ]),
    };

    expect(['12', '19', '26'].map((day) => on(rota, `2026-01-${day}T12:00+01:00`))).toEqual(['clara', 'bernd', 'anna']);
    expect(shiftOn(ROTA, Date.UTC(2026, 0, 13))).toBeUndefined();
  });

  it('has one person on call at any moment, and shifts without a gap', () => {
    const rota = fc.record({
      zone: fc.constantFrom('Europe/Berlin', 'America/Nuuk', 'Australia/Lord_Howe'),
      hour: fc.integer({ min: 0, max: 47 }),
      shiftDays: fc.integer({ min: 1, max: 10 }),
      gap: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(rota, ({ zone, hour, shiftDays, gap }) => {
        const start = Date.UTC(2026, 0, 5) + (hour * HOUR) / 2;
        const override = { from: start + gap * HOUR, to: start + (gap + 30) * HOUR, personId: 'dora' };
        const some = { ...ROTA, zone, start, shiftDays, overrides: [override] };
        const duties = dutiesFrom(some, Date.UTC(2026, 0, 1), 60);
        for (const [index, { personId, from, until }] of duties.entries()) {
          if (index > 0) expect(from).toBe(duties[index - 1]!.until);
          expect(dutyAt(some, from)).toEqual(duties[index]);
          expect(dutyAt(some, until - 1)?.personId).toBe(personId);
          expect(until - from).toBeLessThanOrEqual(shiftDays * DAY_MS + Math.max(HOUR, 30 * HOUR));
        }
      }),
      { numRuns: 60 },
    );
  });
});

function iso(time: number): string {
  expect(localTime(time, 'Europe/Berlin') % HOUR).toBe(0);
  return new Date(time).toISOString().slice(0, 16);
}
