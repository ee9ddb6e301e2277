import { describe, expect, it } from 'vitest';
import { FEDERAL_STATES, publicHolidays, type FederalState } from './public-holidays.ts';

function dates(year: number, state: FederalState): string[] {
  return [...publicHolidays(year, state).keys()].map((day) => new Date(day).toISOString().slice(5, 10));
}

function statesWith(date: string): readonly FederalState[] {
  const [year, rest] = [Number(date.slice(0, 4)), date.slice(5)];
  return FEDERAL_STATES.filter((state) => dates(year, state).includes(rest));
}

describe('public holidays', () => {
  it('of Hesse in 2026 are ten', () => {
    const year = ['01-01', '04-03', '04-06', '05-01', '05-14', '05-25', '06-04', '10-03', '12-25', '12-26'];
    expect(dates(2026, 'HE')).toEqual(year);
  });

  it.each([
    [2000, '04-24'],
    [2008, '03-24'],
    [2011, '04-25'],
    [2019, '04-22'],
    [2024, '04-01'],
    [2025, '04-21'],
    [2026, '04-06'],
    [2027, '03-29'],
    [2038, '04-26'],
  ])('of %i have Easter Monday on %s', (year, monday) => {
    expect(dates(year, 'HH')).toContain(monday);
  });

  it.each([1995, 2017, 2020, 2026])('of %i are kept by every state, at least nine', (year) => {
    for (const state of FEDERAL_STATES) expect(dates(year, state).length, state).toBeGreaterThanOrEqual(9);
  });

  it.each<[string, string, readonly FederalState[]]>([
    ['Epiphany', '2026-01-06', ['BW', 'BY', 'ST']],
    ["Women's Day, before it was one", '2018-03-08', []],
    ["Women's Day in Berlin", '2019-03-08', ['BE']],
    ["Women's Day in Berlin only", '2022-03-08', ['BE']],
    ["Women's Day in Mecklenburg too", '2023-03-08', ['BE', 'MV']],
    ['Easter Sunday', '2026-04-05', ['BB']],
    ['the day of liberation', '2020-05-08', ['BE']],
    ['an ordinary 8 May', '2026-05-08', []],
    ['the day of liberation again', '2025-05-08', ['BE']],
    ['Whit Sunday', '2026-05-24', ['BB']],
    ['Corpus Christi', '2026-06-04', ['BW', 'BY', 'HE', 'NW', 'RP', 'SL']],
    ['Corpus Christi, another year', '2025-06-19', ['BW', 'BY', 'HE', 'NW', 'RP', 'SL']],
    ['the uprising', '2028-06-17', ['BE']],
    ['Assumption', '2026-08-15', ['SL']],
    ["World Children's Day, before it was one", '2018-09-20', []],
    ["World Children's Day", '2019-09-20', ['TH']],
    ['Reformation Day in the east', '2016-10-31', ['BB', 'MV', 'SN', 'ST', 'TH']],
    ['Reformation Day everywhere', '2017-10-31', FEDERAL_STATES],
    ['Reformation Day in the north too', '2018-10-31', ['BB', 'HB', 'HH', 'MV', 'NI', 'SH', 'SN', 'ST', 'TH']],
    ['All Saints', '2026-11-01', ['BW', 'BY', 'NW', 'RP', 'SL']],
    ['Repentance on 16 November', '2022-11-16', ['SN']],
    ['Repentance on 22 November', '2023-11-22', ['SN']],
    ['Repentance on 20 November', '2024-11-20', ['SN']],
    ['Repentance on 18 November', '2026-11-18', ['SN']],
  ])('include %s (%s) in the states that keep it', (_name, date, states) => {
    expect(statesWith(date)).toEqual(states);
  });
});
