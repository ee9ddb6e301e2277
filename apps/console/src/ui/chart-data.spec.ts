import { describe, expect, it } from 'vitest';
import { type ChartSeries, csvOf, joinSeries, markOf, panned, tableOf, zoomed } from './chart-data.ts';

const MINUTE = 60_000;
const at = (minute: number) => 1_800_000_000_000 + minute * MINUTE;
const series = (id: string, points: ChartSeries['points'], gapMs?: number): ChartSeries => {
  return { id, label: id, points, ...(gapMs !== undefined && { gapMs }) };
};
const HEADS = { time: 'Zeit', mark: 'Güte', marks: { late: 'verspätet', doubtful: 'zweifelhaft' } };

describe('the data of a chart', () => {
  it('has a gap where nothing is known for too long, and a line where another series says something between', () => {
    const level = series(
      'level',
      [
        { at: at(0), value: 1 },
        { at: at(10), value: 2 },
        { at: at(60), value: 3 },
      ],
      20 * MINUTE,
    );
    const other = series('other', [{ at: at(5), value: true }]);
    const { times, values } = joinSeries([level, other]);

    expect(times.map((seconds) => (seconds * 1000 - at(0)) / MINUTE)).toEqual([0, 5, 10, 35, 60]);
    expect(values).toEqual([
      [1, undefined, 2, null, 3],
      [undefined, 1, undefined, undefined, undefined],
    ]);
  });

  it('is marked where a reading came late or is doubtful, and doubt says more', () => {
    const reading = { observedAt: '2026-11-21T10:00:00Z', receivedAt: '2026-11-21T10:59:00Z', clock: 'ok', quality: 4 };

    expect(markOf(reading)).toBeNull();
    expect(markOf({ ...reading, receivedAt: '2026-11-21T11:01:00Z' })).toBe('late');
    expect(markOf({ ...reading, quality: 3 })).toBe('doubtful');
    expect(markOf({ ...reading, clock: 'repaired', receivedAt: '2026-11-22T10:00:00Z' })).toBe('doubtful');
    expect(markOf({ ...reading, receivedAt: null, clock: null, quality: null })).toBeNull();
  });

  it('becomes the rows of a section', () => {
    const one = series('one', [
      { at: at(0), value: 1 },
      { at: at(5), value: 2, mark: 'late' },
    ]);
    const two = series('two', [
      { at: at(5), value: null },
      { at: at(9), value: 4 },
    ]);

    expect(tableOf([one, two], at(1), at(8))).toEqual([
      {
        at: at(5),
        values: [
          { at: at(5), value: 2, mark: 'late' },
          { at: at(5), value: null },
        ],
      },
    ]);
    expect(tableOf([one, two], at(0), at(9))).toHaveLength(3);
  });

  it('becomes CSV as a spreadsheet expects it, and no formula', () => {
    const one = series('=Füllstand; "innen"', [
      { at: at(0), value: 0.5, mark: 'late' },
      { at: at(1), value: null },
    ]);
    const csv = csvOf([one], HEADS, { separator: ';', decimal: ',' });

    expect(csv.split('\r\n')).toEqual([
      '\uFEFFZeit;"\'=Füllstand; ""innen""";"\'=Füllstand; ""innen"": Güte"',
      '2027-01-15T08:00:00.000Z;0,5;verspätet',
      '2027-01-15T08:01:00.000Z;;',
      '',
    ]);
  });

  it('is looked at closer and moved, and never beyond what there is', () => {
    const whole = { from: at(0), to: at(1000) };
    const half = zoomed(whole, 0.5, whole);

    expect(half).toEqual({ from: at(250), to: at(750) });
    expect(panned(half, 0.2, whole)).toEqual({ from: at(350), to: at(850) });
    expect(panned(half, 5, whole)).toEqual({ from: at(500), to: at(1000) });
    expect(zoomed(half, 4, whole)).toEqual(whole);
    expect(zoomed(whole, 0.5, whole, at(0))).toEqual({ from: at(0), to: at(500) });
    const closest = Array.from({ length: 30 }).reduce<typeof whole>((range) => zoomed(range, 0.5, whole), whole);
    expect(closest.to - closest.from).toBe(10 * MINUTE);
  });
});
