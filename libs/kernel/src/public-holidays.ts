import { DAY_MS } from './local-time.ts';

/** The German states by their codes in ISO 3166-2:DE. */
export const FEDERAL_STATES = [
  'BB',
  'BE',
  'BW',
  'BY',
  'HB',
  'HE',
  'HH',
  'MV',
  'NI',
  'NW',
  'RP',
  'SH',
  'SL',
  'SN',
  'ST',
  'TH',
] as const;
export type FederalState = (typeof FEDERAL_STATES)[number];

interface Holiday {
  readonly name: string;
  /** Month and day, days after Easter Sunday, or the Wednesday before 23 November. */
  readonly on: readonly [month: number, day: number] | { readonly easter: number } | 'repentance';
  /** Absent: in all states. */
  readonly states?: readonly FederalState[];
  /** First and last year; absent: always. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * German Unity: Unification Treaty, Art. 2 (2). All others are law of the states: BW FTG § 1; BY FTG Art. 1; BE Gesetz
 * über die Sonn- und Feiertage § 1; BB FTG § 2; HB Gesetz über die Sonn- und Feiertage § 2; HH Feiertagsgesetz § 1; HE
 * HFeiertagsG § 1; MV FTG M-V § 2; NI NFeiertagsG § 2; NW Feiertagsgesetz NW § 2; RP LFtG § 2; SL SFG § 2; SN SächsSFG
 * § 1; ST FeiertG LSA § 2; SH SFTG § 2; TH ThürFtG § 2. As they have been since 1995. What only some municipalities keep
 * (Corpus Christi in SN and TH, Assumption in BY, the Peace Festival of Augsburg) is not in it.
 */
const HOLIDAYS: readonly Holiday[] = [
  { name: 'Neujahr', on: [1, 1] },
  { name: 'Heilige Drei Könige', on: [1, 6], states: ['BW', 'BY', 'ST'] },
  { name: 'Internationaler Frauentag', on: [3, 8], states: ['BE'], from: 2019 },
  { name: 'Internationaler Frauentag', on: [3, 8], states: ['MV'], from: 2023 },
  { name: 'Karfreitag', on: { easter: -2 } },
  { name: 'Ostersonntag', on: { easter: 0 }, states: ['BB'] },
  { name: 'Ostermontag', on: { easter: 1 } },
  { name: 'Tag der Arbeit', on: [5, 1] },
  { name: '75. Jahrestag der Befreiung', on: [5, 8], states: ['BE'], from: 2020, to: 2020 },
  { name: '80. Jahrestag der Befreiung', on: [5, 8], states: ['BE'], from: 2025, to: 2025 },
  { name: 'Christi Himmelfahrt', on: { easter: 39 } },
  { name: 'Pfingstsonntag', on: { easter: 49 }, states: ['BB'] },
  { name: 'Pfingstmontag', on: { easter: 50 } },
  { name: 'Fronleichnam', on: { easter: 60 }, states: ['BW', 'BY', 'HE', 'NW', 'RP', 'SL'] },
  { name: '75. Jahrestag des Volksaufstandes', on: [6, 17], states: ['BE'], from: 2028, to: 2028 },
  { name: 'Mariä Himmelfahrt', on: [8, 15], states: ['SL'] },
  { name: 'Weltkindertag', on: [9, 20], states: ['TH'], from: 2019 },
  { name: 'Tag der Deutschen Einheit', on: [10, 3] },
  { name: 'Reformationstag', on: [10, 31], states: ['BB', 'MV', 'SN', 'ST', 'TH'] },
  { name: 'Reformationstag', on: [10, 31], states: ['HB', 'HH', 'NI', 'SH'], from: 2018 },
  {
    // Its 500th anniversary, once in all other states too.
    name: 'Reformationstag',
    on: [10, 31],
    states: ['BE', 'BW', 'BY', 'HB', 'HE', 'HH', 'NI', 'NW', 'RP', 'SH', 'SL'],
    from: 2017,
    to: 2017,
  },
  { name: 'Allerheiligen', on: [11, 1], states: ['BW', 'BY', 'NW', 'RP', 'SL'] },
  { name: 'Buß- und Bettag', on: 'repentance', states: ['SN'] },
  { name: 'Erster Weihnachtstag', on: [12, 25] },
  { name: 'Zweiter Weihnachtstag', on: [12, 26] },
];

/** The public holidays of a state in a year from 1995 on: UTC ms of the midnight that begins the date, and the name. */
export function publicHolidays(year: number, state: FederalState): ReadonlyMap<number, string> {
  const days = HOLIDAYS.filter(({ states, from = -Infinity, to = Infinity }) => {
    return (states === undefined || states.includes(state)) && from <= year && year <= to;
  });
  return new Map(days.map(({ on, name }): [number, string] => [dateOf(on, year), name]).sort(([a], [b]) => a - b));
}

function dateOf(on: Holiday['on'], year: number): number {
  if (on === 'repentance') {
    // 1 January 1970 was a Thursday, so the days since then are 6 modulo 7 on Wednesdays.
    const latest = Date.UTC(year, 10, 22) / DAY_MS;
    return (latest - ((latest - 6) % 7)) * DAY_MS;
  }
  if ('easter' in on) return easterSunday(year) + on.easter * DAY_MS;
  return Date.UTC(year, on[0] - 1, on[1]);
}

/** Gregorian Easter, UTC ms. Anonymous algorithm: Meeus, Astronomical Algorithms, chapter 8. */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const days = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
}
