import type { Values } from '@stadtfunk/readings';
import { describe, expect, it } from 'vitest';
import { RuleBench, rulesOf, subjectOf } from '../testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 0, 15, 11);

function rulesWhen(when: string, more = '') {
  return rulesOf(
    `version: "1"\nrules:\n  - { id: a.b, subject: asset, when: ${JSON.stringify(when)}${more}, severity: minor, title: { de: A, en: A } }\n`,
  );
}

type At = readonly [at: number, values: Values];

/** After each reading `+` or `-`: what the condition says. A reading that it does not answer leaves what was before. */
function verdicts(when: string, readings: readonly At[]): string {
  const bench = new RuleBench(rulesWhen(when), subjectOf('WasteContainer'));
  let open = false;
  const told = readings.map(([at, values]) => {
    for (const { type } of bench.hear(NOON + at, values)) open = type === 'raise';
    return open ? '+' : '-';
  });
  return told.join('');
}

function hourly(...levels: readonly (number | null)[]): readonly At[] {
  return levels.flatMap((level, hour) => (level === null ? [] : [[hour * HOUR, { fillingLevel: level }] as const]));
}

/** A parking spot that is looked at every ten minutes: `x` is occupied. */
function everyTenMinutes(states: string): readonly At[] {
  return [...states].map((state, index) => [index * 10 * MINUTE, { occupancy: state === 'x' }]);
}

describe('a question about the values of a span', () => {
  it('has an answer as soon as the readings reach back over all of it, with those at both ends', () => {
    expect(verdicts("mean(fillingLevel, 'PT3H') >= 0.5", hourly(0.5, 0.5, 0.5, 0.5, 0.1))).toBe('---+-');
    expect(verdicts("min(fillingLevel, 'PT2H') >= 0.5", hourly(0.1, 0.6, 0.6, 0.6, 0.4))).toBe('---+-');
    expect(verdicts("max(fillingLevel, 'PT2H') <= 0.5", hourly(0.1, 0.6, 0.3, 0.3, 0.3))).toBe('----+');
    expect(verdicts("slope(fillingLevel, 'PT2H') > 0.09", hourly(0.1, 0.2, 0.3, 0.4, 0.4))).toBe('--++-');
  });

  it('gives the mean of equal values as that value', () => {
    expect(verdicts("mean(fillingLevel, 'PT6H') == 0.3", hourly(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3))).toBe('------+');
  });

  it('begins anew after a gap as long as the span, because nobody saw what went on', () => {
    const levels = hourly(0.1, 0.1, 0.1, null, null, null, 0.1, 0.1, 0.1);
    expect(verdicts("max(fillingLevel, 'PT2H') < 0.5", levels)).toBe('--++++');
    expect(verdicts("max(fillingLevel, 'PT2H') >= 0.5", hourly(0.9, 0.9, null, null, null, 0.9, 0.9, 0.9))).toBe(
      '----+',
    );
  });

  it('is asked by a reading without the quantity too, if the condition names another that it has', () => {
    const readings: readonly At[] = [
      ...hourly(0.9, 0.9, 0.9),
      [2.5 * HOUR, { tilt: 50 }],
      [2.6 * HOUR, { temperature: 3 }],
      [3 * HOUR, { tilt: 2 }],
    ];
    expect(verdicts("tilt > 45 && mean(fillingLevel, 'PT2H') > 0.5", readings)).toBe('---++-');
  });
});

describe('rise and fall', () => {
  it('need no full span: so much happened within less', () => {
    expect(verdicts("rise(fillingLevel, 'PT2H') >= 0.5", hourly(0.1, 0.6, 0.6, 0.6))).toBe('-++-');
    expect(verdicts("fall(fillingLevel, 'PT1H') >= 0.5", hourly(0.9, 0.3, 0.1))).toBe('-+-');
  });
});

describe('count', () => {
  it('counts readings that have a number, or for which a condition holds', () => {
    expect(verdicts("count(fillingLevel, 'PT2H') >= 3", hourly(0.1, 0.1, 0.1, null, 0.1))).toBe('--+-');
    expect(verdicts("count(fillingLevel > 0.5, 'PT2H') == 2", hourly(0.6, 0.1, 0.6, 0.1, 0.1))).toBe('--+--');
    expect(verdicts("count(occupancy, 'PT1H') >= 3", everyTenMinutes('x-xx----x'))).toBe('---++++-+');
  });
});

describe('changes', () => {
  it('counts how often a condition became another', () => {
    expect(verdicts("changes(occupancy, 'PT1H') >= 3", everyTenMinutes('-x-xxxxxx'))).toBe('---+++++-');
  });
});

describe('share', () => {
  it('is the part of the time in which a condition held, each reading until the next', () => {
    expect(verdicts("share(occupancy, 'PT1H') >= 0.5", everyTenMinutes('xxx----xx'))).toBe('------+--');
    expect(verdicts("share(occupancy, 'PT1H') == 1.0", everyTenMinutes('xxxxxxx--'))).toBe('------++-');
    expect(verdicts("share(occupancy, 'PT1H') == 0.0", everyTenMinutes('x-------x'))).toBe('-------++');
  });

  it('begins anew after a gap longer than the span', () => {
    const readings: readonly At[] = [...everyTenMinutes('xxxxxxx'), [3 * HOUR, { occupancy: true }]];
    expect(verdicts("share(occupancy, 'PT1H') > 0.9", readings)).toBe('------++');
    expect(
      verdicts("share(!occupancy, 'PT1H') < 0.1", [...everyTenMinutes('x'), [3 * HOUR, { occupancy: true }]]),
    ).toBe('--');
  });
});

describe('held', () => {
  it('is true once a condition has held for the time, until a reading shows the contrary', () => {
    expect(verdicts("held(occupancy, 'PT20M')", everyTenMinutes('-xxxx-xxx'))).toBe('---++---+');
  });

  it('is not ended by a reading that does not answer', () => {
    const readings: readonly At[] = [
      [0, { occupancy: true, tilt: 1 }],
      [HOUR, { tilt: 1 }],
      [2 * HOUR, { occupancy: true, tilt: 1 }],
    ];
    expect(verdicts("tilt > 0 && held(occupancy, 'PT1H')", readings)).toBe('-++');
  });
});

describe('previous', () => {
  it('is the newest value before this reading, however old, and hoursSince its age', () => {
    const readings = hourly(0.9, 0.2, null, null, 0.25, 0.9);
    expect(verdicts('previous.fillingLevel - fillingLevel > 0.5', readings)).toBe('-+--');
    expect(verdicts('hoursSince(previous.fillingLevel) >= 3', readings)).toBe('--+-');
  });

  it('has no value at the first reading, which a condition can ask', () => {
    expect(verdicts('fillingLevel > 0.5 && !has(previous.fillingLevel)', hourly(0.9, 0.9))).toBe('+-');
    expect(verdicts('has(previous.tilt) ? previous.tilt > 3 : fillingLevel > 0.5', hourly(0.9, 0.2))).toBe('+-');
  });

  it('can be of another reading than the one that is judged', () => {
    const readings: readonly At[] = [
      [0, { illuminanceLevel: 1 }],
      [HOUR, { activePower: 0.5 }],
      [2 * HOUR, { illuminanceLevel: 0 }],
      [3 * HOUR, { activePower: 0.5 }],
    ];
    expect(verdicts('activePower < 2 && previous.illuminanceLevel > 0.5', readings)).toBe('-++-');
  });
});

describe('a condition inside of a question', () => {
  it('can ask questions itself', () => {
    expect(verdicts("held(slope(fillingLevel, 'PT1H') > 0.0, 'PT2H')", hourly(0.1, 0.2, 0.3, 0.4, 0.4))).toBe('---+-');
    expect(verdicts("count(fillingLevel < previous.fillingLevel, 'P1D') >= 2", hourly(0.5, 0.4, 0.6, 0.1))).toBe(
      '---+',
    );
  });
});

describe('an alert', () => {
  it('says what the answers to its questions were', () => {
    const bench = new RuleBench(
      rulesWhen("mean(fillingLevel, 'PT2H') > 0.5 && fillingLevel - previous.fillingLevel > 0.1"),
      subjectOf('WasteContainer'),
    );
    for (const [at, values] of hourly(0.4, 0.5, 0.75)) bench.hear(NOON + at, values);
    expect(bench.changes).toMatchObject([
      {
        type: 'raise',
        explanation: {
          raised: {
            conditions: [
              {
                terms: [
                  { answer: true, threshold: { value: 0.55, operator: '>', limit: 0.5 } },
                  { answer: true, values: { fillingLevel: 0.75, 'previous.fillingLevel': 0.5 } },
                ],
              },
            ],
          },
        },
      },
    ]);
  });
});

describe('days', () => {
  it('are 24 hours, also when the clocks change', () => {
    // 25 October 2026: the local day has 25 hours.
    const bench = new RuleBench(rulesWhen("mean(fillingLevel, 'P1D') > 0.5"), subjectOf('WasteContainer'));
    const midnight = Date.UTC(2026, 9, 24, 22);
    const raised = Array.from({ length: 26 }, (_, hour) => bench.hear(midnight + hour * HOUR, { fillingLevel: 0.9 }));
    expect(raised.map(({ length }) => length).indexOf(1)).toBe(24);
  });
});
