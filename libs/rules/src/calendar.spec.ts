import fc from 'fast-check';
import { localTime, zoneOffsetMs } from '@stadtfunk/kernel';
import { describe, expect, it } from 'vitest';
import { Calendar, DEFAULT_CALENDAR } from './calendar.ts';
import { compileRules } from './compile-rules.ts';
import { describeProblem } from '@stadtfunk/yaml';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const hanau = new Calendar(DEFAULT_CALENDAR);
const told = (calendar: Calendar, moment: string) => {
  const at = Date.parse(moment);
  return [calendar.localHour(at), Number(calendar.weekday(at)), calendar.holiday(at)];
};

function fileWith(when: string): string {
  const rest = 'subject: asset, severity: major, title: { de: A, en: A }';
  return `version: "1"\nrules:\n  - { id: a.time, when: '${when}', ${rest} }\n`;
}

describe('the calendar of a city', () => {
  it.each([
    ['winter', '2026-01-15T11:30:00Z', [12.5, 4, false]],
    ['summer', '2026-07-15T11:30:00Z', [13.5, 3, false]],
    ['just before midnight', '2026-07-15T21:59:59.999Z', [24 - 1 / HOUR, 3, false]],
    ['midnight', '2026-07-15T22:00:00Z', [0, 4, false]],
    ['a Sunday in UTC that is Monday here', '2026-11-01T23:30:00Z', [0.5, 1, false]],
    ['a holiday that has not begun in UTC', '2026-04-02T22:00:00Z', [0, 5, true]],
    ['the last moment of a holiday', '2026-04-03T21:59:59Z', [24 - 1 / 3_600, 5, true]],
    ['the day after a holiday, still the holiday in UTC', '2026-04-03T22:00:00Z', [0, 6, false]],
    ["New Year's Day that is last year in UTC", '2026-12-31T23:00:00Z', [0, 5, true]],
    ['before the clocks go forward', '2026-03-29T00:59:00Z', [1 + 59 / 60, 7, false]],
    ['after the clocks went forward', '2026-03-29T01:00:00Z', [3, 7, false]],
    ['the first half past two of the autumn night', '2026-10-25T00:30:00Z', [2.5, 7, false]],
    ['the second half past two of the autumn night', '2026-10-25T01:30:00Z', [2.5, 7, false]],
    ['after the autumn night', '2026-10-25T02:00:00Z', [3, 7, false]],
    ['before 1970', '1969-12-31T11:00:00Z', [12, 3, false]],
  ])('tells hour, weekday and holiday: %s', (_what, moment, expected) => {
    expect(told(hanau, moment)).toEqual(expected);
  });

  it('goes by its own zone and federal state', () => {
    const dresden = new Calendar({ zone: 'Europe/Berlin', federalState: 'SN' });
    expect([told(dresden, '2026-11-18T11:00:00Z')[2], told(hanau, '2026-11-18T11:00:00Z')[2]]).toEqual([true, false]);
    const elsewhere = new Calendar({ zone: 'Australia/Lord_Howe', federalState: 'HE' });
    expect(told(elsewhere, '2026-07-15T14:00:00Z')).toEqual([0.5, 4, false]);
  });

  it('gives the same whatever it was asked before, in any order', () => {
    const moments = fc.array(fc.integer({ min: Date.UTC(1996, 0, 1), max: Date.UTC(2040, 0, 1) }), { maxLength: 30 });
    const near = fc.array(fc.integer({ min: Date.UTC(2026, 9, 24, 20), max: Date.UTC(2026, 9, 25, 4) }));
    const zones = fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns');
    fc.assert(
      fc.property(fc.oneof(moments, near), zones, (times, zone) => {
        const options = { zone, federalState: 'SN' } as const;
        const asked = new Calendar(options);
        for (const at of times) {
          const local = new Date(localTime(at, zone));
          expect(asked.localHour(at)).toBe((local.getTime() - Math.floor(local.getTime() / DAY) * DAY) / HOUR);
          expect(Number(asked.weekday(at))).toBe(local.getUTCDay() || 7);
          expect(asked.holiday(at)).toBe(new Calendar(options).holiday(at));
        }
      }),
    );
    expect(zoneOffsetMs(Date.UTC(2026, 9, 25, 1), 'Europe/Berlin')).toBe(HOUR);
  });
});

describe('a condition', () => {
  it.each([
    ['localHour >= 22 || localHour < 6', '2026-07-15T20:30:00Z', true],
    ['localHour >= 22 || localHour < 6', '2026-07-15T19:30:00Z', false],
    ['weekday >= 6 || holiday', '2026-04-06T10:00:00Z', true],
    ['weekday in [6, 7]', '2026-04-05T10:00:00Z', true],
    ['weekday in [6, 7]', '2026-04-06T10:00:00Z', false],
    ['occupancy && !holiday && weekday <= 5 && localHour >= 8.5', '2026-04-07T06:30:00Z', true],
    ['occupancy && !holiday && weekday <= 5 && localHour >= 8.5', '2026-04-06T06:30:00Z', false],
  ])('%s at %s is %s', (when, moment, holds) => {
    const bench = new RuleBench(rulesOf(fileWith(when)), subjectOf('ParkingSpot'));
    expect(bench.hear(Date.parse(moment), { occupancy: true })).toHaveLength(holds ? 1 : 0);
  });

  it('goes by the zone and the state that the rules were compiled for, and has a version of its own there', () => {
    const versions = (['HE', 'SN'] as const).map((federalState) => {
      const compiled = compileRules([{ file: 'a.yaml', text: fileWith('occupancy && holiday') }], { federalState });
      if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
      const bench = new RuleBench(compiled.value, subjectOf('ParkingSpot'));
      const changes = bench.hear(Date.parse('2026-11-18T11:00:00Z'), { occupancy: true });
      expect(changes).toHaveLength(federalState === 'SN' ? 1 : 0);
      return compiled.value.version;
    });
    expect(versions[0]).not.toBe(versions[1]);
  });

  it('that names no calendar has one version everywhere, and asks none', () => {
    const text = fileWith('occupancy && sunAltitude > -90');
    const [here, there] = ['Europe/Berlin', 'Nowhere/At_All'].map((zone) => {
      const compiled = compileRules([{ file: 'a.yaml', text }], { zone });
      if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
      // A zone that does not exist throws as soon as it is asked.
      const bench = new RuleBench(compiled.value, subjectOf('ParkingSpot'));
      expect(bench.hear(Date.parse('2026-11-18T11:00:00Z'), { occupancy: true })).toHaveLength(1);
      return compiled.value.version;
    });
    expect(here).toBe(there);
  });

  it('gives the same however often time was let pass, through the night in which the clocks go back', () => {
    const when = 'occupancy && localHour < 2.75 && weekday == 7 && !holiday';
    const rules = rulesOf(fileWith(when).replace('severity', 'for: PT10M, severity'));
    const subject = subjectOf('ParkingSpot');
    const night = Date.UTC(2026, 9, 24, 21);
    const steps = fc.array(fc.record({ gapMs: fc.integer({ min: 1, max: 40 * 60_000 }), occupancy: fc.boolean() }));
    let raised = 0;
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (stream, sweeps) => {
        const [live, replay] = [new RuleBench(rules, subject), new RuleBench(rules, subject)];
        let at = night;
        for (const { gapMs, occupancy } of stream) {
          for (let sweep = 1; sweep <= sweeps; sweep++) live.wait(at + 2_000 + (gapMs * sweep) / sweeps);
          at += gapMs;
          for (const bench of [live, replay]) bench.hear(at, { occupancy });
        }
        expect(live.changes).toEqual(replay.changes);
        raised += live.changes.length;
      }),
    );
    expect(raised).toBeGreaterThan(0);
  });
});
