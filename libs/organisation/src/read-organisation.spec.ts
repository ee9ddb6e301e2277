import { describe, expect, it } from 'vitest';
import { describeProblem } from '@stadtfunk/yaml';
import { DEFAULT_ORGANISATION } from './default-organisation.ts';
import { readOrganisation } from './read-organisation.ts';

const PLACE = { zone: 'Europe/Berlin', federalState: 'HE' } as const;
const read = (text: string) => readOrganisation({ file: 'o.yaml', text }, PLACE);
const problemsOf = (text: string) => {
  const result = read(text);
  return result.ok ? [] : result.error.map(describeProblem);
};

/** As little as there can be of everything that others refer to. */
const BASE = `version: '1'
people: [{ id: anna, name: Anna }, { id: bernd, name: Bernd, mail: b@city.example }]
rotas: [{ id: weeks, start: 2026-01-05T08:00, shiftDays: 7, people: [anna, bernd] }]
departments:
  - { id: waste, name: { de: A, en: B }, crews: [{ id: one, name: { de: A, en: B } }], onCall: weeks, lead: anna }
  - { id: lighting, name: { de: A, en: B } }
`;

describe('the file of an organisation', () => {
  it('is fine as it is bundled', () => {
    const result = readOrganisation(DEFAULT_ORGANISATION, PLACE);

    expect(result.ok ? [] : result.error.map(describeProblem)).toEqual([]);
    expect(result.ok && [...result.value.departments.keys()]).toEqual(['waste', 'parking', 'lighting', 'iot']);
  });

  it('may say nothing but its version', () => {
    expect(read("version: '1'")).toMatchObject({
      ok: true,
      value: { zone: 'Europe/Berlin', routing: [], hours: null },
    });
  });

  it('is read whole', () => {
    const result = read(`${BASE}zone: Europe/Lisbon
federalState: BY
hours: { weekly: [{ days: [mon-wed, fri], from: '22:00', to: '06:00' }], holidays: open, closed: [2026-12-24] }
quietHours: [{ days: sun, from: '00:00', to: '24:00' }]
routing: [{ for: { type: Streetlight, district: [Nord, Süd], severity: major, kind: repair, priority: high }, department: waste, crew: one }]
sla: [{ for: { department: waste }, within: PT16H, counting: working }, { workingDays: 3 }, { within: P1D }]
escalation: [{ for: { severity: [critical], department: waste }, steps: [{ after: PT15M, to: onCall }, { after: PT1H, to: [lead, bernd] }] }]
overdue: [{ for: { priority: [urgent], department: waste }, counting: working, steps: [{ after: PT0S, to: lead }, { after: PT16H, to: bernd }] }, { steps: [{ after: P1D, to: lead }] }]
`);

    expect(result).toMatchObject({
      ok: true,
      value: {
        zone: 'Europe/Lisbon',
        hours: {
          zone: 'Europe/Lisbon',
          holidaysOf: null,
          closed: new Set([Date.UTC(2026, 11, 24)]),
          weekly: [1, 2, 3, 5].map((weekday) => ({ weekday, fromMs: 22 * 3_600_000, toMs: 30 * 3_600_000 })),
        },
        quietHours: { holidaysOf: null, weekly: [{ weekday: 7, fromMs: 0, toMs: 24 * 3_600_000 }] },
        routing: [
          { department: 'waste', crew: 'one', line: 11, match: { districts: ['Nord', 'Süd'], departments: null } },
        ],
        serviceLevels: [
          { deadline: { kind: 'working', withinMs: 16 * 3_600_000 } },
          { deadline: { kind: 'workingDays', days: 3 } },
          { deadline: { kind: 'calendar', withinMs: 24 * 3_600_000 } },
        ],
        escalation: [
          {
            steps: [
              { afterMs: 900_000, to: ['onCall'] },
              { afterMs: 3_600_000, to: ['lead', 'bernd'] },
            ],
          },
        ],
        overdue: [
          {
            match: { priorities: ['urgent'], departments: ['waste'] },
            counting: 'working',
            steps: [
              { afterMs: 0, to: ['lead'] },
              { afterMs: 16 * 3_600_000, to: ['bernd'] },
            ],
          },
          { match: { priorities: null, departments: null }, counting: 'calendar', steps: [{ to: ['lead'] }] },
        ],
      },
    });
  });

  it('says when and from where tours go', () => {
    const result = read(
      BASE.replace(
        'lead: anna',
        'depot: { latitude: 50.12, longitude: -8 }, serviceDays: [{ days: [tue, fri] }, { days: mon-wed, district: Nord }]',
      ),
    );

    expect(result.ok && [...result.value.departments.values()]).toMatchObject([
      {
        depot: { latitude: 50.12, longitude: -8 },
        serviceDays: [
          { weekdays: [2, 5], districts: null },
          { weekdays: [1, 2, 3], districts: ['Nord'] },
        ],
      },
      { depot: null, serviceDays: [] },
    ]);
  });

  it.each([
    ['depatments: []', "o.yaml:7: depatments: expected 'departments', found the unknown key 'depatments'"],
    ['zone: Berlin', 'o.yaml:7: zone: expected a time zone such as Europe/Berlin, found "Berlin"'],
    ['federalState: XX', /o\.yaml:7: federalState: expected one of .*HE/],
    ["hours: { weekly: [{ days: fri-mon, from: '07:00', to: '15:00' }] }", /weekly\[0\]\.days: expected mon, tue/],
    ["hours: { weekly: [{ days: mon, from: '7:00', to: '15:00' }] }", /from: expected a time from '00:00' to '24:00'/],
    ["hours: { weekly: [{ days: mon, from: '07:00', to: '07:00' }] }", /to: expected another time/],
    ['hours: { weekly: [] }', /weekly: expected at least one/],
    [
      "hours: { weekly: [{ days: mon, from: '07:00', to: '15:00' }], closed: [2026-02-30] }",
      /closed\[0\]: expected a date/,
    ],
    ["quietHours: [{ days: mon-sun, from: '00:00', to: '24:00' }]", /expected quiet hours that leave some time/],
    ['routing: [{ for: { type: Streetligt }, department: waste }]', /did you mean 'Streetlight'/],
    ['routing: [{ department: wast }]', /department: expected one of waste, lighting \(did you mean 'waste'\?\)/],
    ['routing: [{ for: { kind: repair }, crew: one }]', /crew: expected a crew only where/],
    ['routing: [{ department: waste, crew: two }]', /crew: expected one of one/],
    ['routing: [{ for: { kind: repair } }]', /expected a 'department', or a 'crew'/],
    ['sla: [{ within: P2D, counting: working }]', /within: expected hours and minutes of working time/],
    ['sla: [{ within: P2D, workingDays: 2 }]', /expected no 'within' beside 'workingDays'/],
    ['sla: [{ for: { kind: repair } }]', /expected 'within'/],
    ['sla: [{ within: PT0S }]', /expected a duration that is not zero/],
    ['escalation: [{ steps: [] }]', /steps: expected one or more steps/],
    [
      'escalation: [{ steps: [{ after: PT1H, to: anja }] }]',
      /to: expected one of onCall, lead, anna, bernd \(did you mean 'anna'/,
    ],
    [
      'escalation: [{ steps: [{ after: PT1H, to: lead }, { after: PT1H, to: lead }] }]',
      /steps\[1\]: expected a later time/,
    ],
    ['overdue: [{ for: { severity: major }, steps: [{ after: PT1H, to: lead }] }]', /unknown key 'severity'/],
    ['overdue: [{ counting: working, steps: [{ after: P1D, to: lead }] }]', /after: expected hours and minutes/],
    ['overdue: [{ counting: hours, steps: [{ after: PT1H, to: lead }] }]', /counting: expected one of working/],
    ['overdue: [{ steps: [] }]', /steps: expected one or more steps/],
  ])('says where it is wrong: %s', (line, expected) => {
    const [problem, ...more] = problemsOf(BASE + line);

    expect(more).toEqual([]);
    if (typeof expected === 'string') expect(problem).toBe(expected);
    else expect(problem).toMatch(expected);
  });

  it.each([
    ['start: 2026-01-05T08:00', 'start: 2026-01-05T08:00+01:00', /start: expected a local time/],
    ['shiftDays: 7', 'shiftDays: 0', /shiftDays: expected a whole number from 1/],
    ['people: [anna, bernd]', 'people: []', /people: expected the ids of one or more people/],
    ['people: [anna, bernd]', 'people: [anna, carla]', /people\[1\]: expected one of anna, bernd/],
    ['shiftDays: 7', 'shiftDays: 7, swaps: [[2026-01-12, 2026-01-20]]', /a shift begins, such as 2026-01-19/],
    ['shiftDays: 7', 'shiftDays: 7, swaps: [[2026-01-12]]', /swaps\[0\]: expected two dates/],
    [
      'shiftDays: 7',
      'shiftDays: 7, overrides: [{ from: 2026-01-06T08:00, to: 2026-01-06T08:00, person: anna }]',
      /to: expected a time after 'from'/,
    ],
    ['lead: anna', 'lead: nobody', /lead: expected one of anna, bernd/],
    ['onCall: weeks', 'onCall: days', /onCall: expected one of weeks/],
    ['id: lighting', 'id: waste', /expected an id that nothing else has, found 'waste', as in line 5/],
    ['id: one', 'id: o ne', /id: expected an id of 1 to 64/],
    ['mail: b@city.example', 'mail: nobody', /mail: expected an address/],
    ['lead: anna', 'serviceDays: [{ days: tue-mon }]', /serviceDays\[0\]\.days: expected mon, tue/],
    ['lead: anna', 'serviceDays: [tue]', /serviceDays\[0\]: expected/],
    ['lead: anna', 'serviceDays: [{ day: tue, days: tue }]', /day: expected 'days', found the unknown key 'day'/],
    [
      'lead: anna',
      'serviceDays: [{ days: tue }, { days: fri }]',
      /serviceDays\[1\]: expected one rule without a district, found another, as in line 5/,
    ],
    [
      'lead: anna',
      'serviceDays: [{ days: tue, district: [Nord, Süd] }, { days: fri, district: Süd }]',
      /serviceDays\[1\]: expected a district that no other rule names, found 'Süd', as in line 5/,
    ],
    ['lead: anna', 'depot: { latitude: 91, longitude: 8 }', /depot\.latitude: expected degrees from -90 to 90/],
    ['lead: anna', "depot: { latitude: 50, longitude: '8,9' }", /depot\.longitude: expected degrees from -180/],
    ['lead: anna', 'depot: { latitude: 50 }', /longitude/],
  ])('says what is wrong in what others refer to, and only that: %s -> %s', (good, bad, expected) => {
    const problems = problemsOf(BASE.replace(good, bad));

    expect(problems).toEqual([expect.stringMatching(expected)]);
  });

  it('names all mistakes at once, in the order of the lines', () => {
    const problems = problemsOf(
      `${BASE.replace('mail: b@city.example', 'mail: b')}routing: [{ department: x }]\nsla: [{ workingDays: 0 }]`,
    );

    expect(problems.map((problem) => problem.slice(0, 9))).toEqual(['o.yaml:2:', 'o.yaml:7:', 'o.yaml:8:']);
  });

  it('refuses what is no such file', () => {
    for (const text of ['', '[]', 'x', 'version: 2', `a: &a [${'*a,'.repeat(3)}]`, `version: '1'\npeople: 7`]) {
      expect(problemsOf(text), text).not.toEqual([]);
    }
  });
});
