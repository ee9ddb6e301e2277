import type { Values } from '@stadtfunk/readings';
import { describe, expect, it } from 'vitest';
import { needsAdoption, adopt, newState } from './device-state.ts';
import { advance, applyUplink } from './evaluator.ts';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 9, 20, 9);

function rule(lines: readonly string[], id = 'waste.full', subject = 'asset'): string {
  const common = [
    `  - id: ${id}`,
    `    subject: ${subject}`,
    '    severity: major',
    '    title: { de: Voll, en: Full }',
  ];
  return [...common, ...lines.map((line) => `    ${line}`)].join('\n');
}

function rules(...texts: readonly string[]) {
  return rulesOf(`version: "1"\nrules:\n${texts.join('\n')}`);
}

function benchOf(lines: readonly string[], subject = subjectOf('WasteContainer')) {
  return new RuleBench(rules(rule(lines)), subject);
}

describe('a condition', () => {
  it('raises at the reading that shows it, with evidence and a job, and clears at the one that does not', () => {
    const when = 'when: fillingLevel >= 0.85';
    const job = 'job: { kind: emptying, priority: high, due: PT24H, title: { de: Leeren, en: Empty } }';
    const bench = benchOf([when, job]);
    bench.hear(T0, { fillingLevel: 0.5, rssi: -90 });
    const [raised] = bench.hear(T0 + HOUR, { fillingLevel: 0.9, rssi: -90 });
    expect(raised).toMatchObject({
      type: 'raise',
      ruleId: 'waste.full',
      ruleVersion: rules(rule([when, job])).rules[0]!.version,
      severity: 'major',
      subject: 'asset:asset-1',
      assetId: 'asset-1',
      deviceId: 'device-1',
      raisedAt: T0 + HOUR,
      evidence: { observedAt: T0 + HOUR, receivedAt: T0 + HOUR + 2_000, values: { fillingLevel: 0.9 } },
      job: {
        kind: 'emptying',
        priority: 'high',
        department: 'waste',
        dueAt: T0 + 25 * HOUR + 2_000,
        title: { de: 'Leeren', en: 'Empty' },
      },
    });
    expect(bench.hear(T0 + 2 * HOUR, { fillingLevel: 0.95 })).toEqual([]);
    const [cleared] = bench.hear(T0 + 3 * HOUR, { fillingLevel: 0.1 });
    expect([cleared]).toEqual([
      {
        type: 'clear',
        alertId: raised!.alertId,
        deviceId: 'device-1',
        clearedAt: T0 + 3 * HOUR,
        reason: 'measured',
        evidence: { observedAt: T0 + 3 * HOUR, receivedAt: T0 + 3 * HOUR + 2_000, values: { fillingLevel: 0.1 } },
        explanation: cleared?.type === 'clear' ? cleared.explanation : undefined,
      },
    ]);
    expect([bench.state.s, bench.state.d, bench.state.x]).toEqual([{}, {}, null]);
  });

  it('gets an id of its own in every episode, the same whenever it is decided again', () => {
    const episodes = () => {
      const bench = benchOf(['when: fillingLevel >= 0.85']);
      for (const [hour, fillingLevel] of [0.9, 0.1, 0.9].entries()) bench.hear(T0 + hour * HOUR, { fillingLevel });
      return bench.changes.filter(({ type }) => type === 'raise').map(({ alertId }) => alertId);
    };
    expect(new Set(episodes()).size).toBe(2);
    expect(episodes()).toEqual(episodes());
  });

  it('asks for no job where the rule has none, and for the department that the rule names', () => {
    expect(benchOf(['when: fillingLevel >= 0.85']).hear(T0, { fillingLevel: 1 })[0]).toMatchObject({ job: null });
    const lines = ['when: fillingLevel >= 0.85', 'department: iot', 'job: { kind: check, priority: low }'];
    const [raised] = benchOf(lines).hear(T0, { fillingLevel: 1 });
    expect(raised).toMatchObject({ job: { department: 'iot', dueAt: null, title: { de: 'Voll', en: 'Full' } } });
  });

  it('keeps its alert between the thresholds of `when` and `clear`', () => {
    const bench = benchOf(['when: fillingLevel >= 0.85', 'clear: fillingLevel < 0.5']);
    const levels = [0.9, 0.7, 0.84, 0.5, 0.49, 0.7, 0.84];
    const types = levels.map((fillingLevel, hour) => bench.hear(T0 + hour * HOUR, { fillingLevel })[0]?.type);
    expect(types).toEqual(['raise', undefined, undefined, undefined, 'clear', undefined, undefined]);
  });

  it('waits for as many readings in a row as the rule asks for', () => {
    const bench = benchOf(['when: fillingLevel >= 0.85', 'readings: 3']);
    const levels = [0.9, 0.9, 0.1, 0.9, 0.9, 0.9];
    const counts = levels.map((fillingLevel, hour) => bench.hear(T0 + hour * HOUR, { fillingLevel }).length);
    expect(counts).toEqual([0, 0, 0, 0, 0, 1]);
    expect(bench.changes[0]).toMatchObject({ raisedAt: T0 + 3 * HOUR });
  });

  it('compares with attributes of the asset, and is not judged where the asset lacks them', () => {
    const lines = ['when: activePower < asset.powerRating / 10'];
    const lit = benchOf(lines, subjectOf('Streetlight', { attributes: { powerRating: 60 } }));
    expect(lit.hear(T0, { activePower: 5 })).toHaveLength(1);
    expect(benchOf(lines, subjectOf('Streetlight')).hear(T0, { activePower: 0 })).toEqual([]);
    const wrong = subjectOf('Streetlight', { attributes: { powerRating: 'sixty' } });
    expect(benchOf(lines, wrong).hear(T0, { activePower: 0 })).toEqual([]);
  });

  it('concerns only assets, districts and models that the rule applies to', () => {
    const lines = [
      'when: fillingLevel >= 0.85',
      'appliesTo: { type: [WasteContainer], district: [Nord], model: [stadtfunk-json] }',
    ];
    const asset = { district: 'Nord' };
    expect(benchOf(lines, subjectOf('WasteContainer', { asset })).hear(T0, { fillingLevel: 1 })).toHaveLength(1);
    expect(benchOf(lines, subjectOf('WasteContainer')).hear(T0, { fillingLevel: 1 })).toEqual([]);
    expect(benchOf(lines, subjectOf('ParkingSpot', { asset })).hear(T0, { fillingLevel: 1 })).toEqual([]);
    const other = subjectOf('WasteContainer', { asset, device: { model: 'other' } });
    expect(benchOf(lines, other).hear(T0, { fillingLevel: 1 })).toEqual([]);
  });
});

describe('a condition that begins anew', () => {
  const lines = ['when: occupancy', 'for: PT2H', 'restart: occupancyChanged'];
  const spot = (more: readonly string[] = []) => benchOf([...lines, ...more], subjectOf('ParkingSpot'));
  const came = { occupancy: true, occupancyChanged: true };
  const stays = { occupancy: true, occupancyChanged: false };
  const gone = { occupancy: false, occupancyChanged: true };
  const told = (bench: RuleBench) =>
    bench.changes.map((change) => [
      change.type,
      ((change.type === 'raise' ? change.raisedAt : change.type === 'clear' ? change.clearedAt : 0) - T0) / HOUR,
    ]);

  it('counts its time from the reading that says that it is another one', () => {
    const bench = spot();
    bench.hear(T0, came);
    bench.hear(T0 + 1.5 * HOUR, came);
    bench.wait(T0 + 3.5 * HOUR);
    expect(bench.changes).toEqual([]);
    const [raised] = bench.wait(T0 + 3.5 * HOUR + MINUTE);
    expect(raised).toMatchObject({ type: 'raise', raisedAt: T0 + 3.5 * HOUR });
    expect(raised).toMatchObject({ evidence: { observedAt: T0 + 1.5 * HOUR, values: came } });
  });

  it('goes on counting where a reading says that it is the same one, or does not say', () => {
    const bench = spot();
    bench.hear(T0, came);
    bench.hear(T0 + HOUR, stays);
    bench.hear(T0 + 1.5 * HOUR, { occupancy: true });
    bench.wait(T0 + 9 * HOUR);
    expect(told(bench)).toEqual([['raise', 2]]);
  });

  it('ends the alert about the one before, and raises another when its own time is over', () => {
    const bench = spot();
    bench.hear(T0, came);
    bench.wait(T0 + 3 * HOUR);
    const changes = bench.hear(T0 + 3 * HOUR, came);
    expect(changes).toMatchObject([
      { type: 'clear', alertId: bench.changes[0]!.alertId, reason: 'measured', evidence: { values: came } },
    ]);
    bench.wait(T0 + 6 * HOUR);
    bench.hear(T0 + 7 * HOUR, gone);
    expect(told(bench)).toEqual([
      ['raise', 2],
      ['clear', 3],
      ['raise', 5],
      ['clear', 7],
    ]);
    expect(new Set(bench.changes.map(({ alertId }) => alertId)).size).toBe(2);
    expect(bench.state.s).toEqual({});
  });

  it('counts readings in a row anew as well', () => {
    const bench = spot(['readings: 2']);
    bench.hear(T0, came);
    bench.hear(T0 + HOUR, came);
    bench.wait(T0 + 8 * HOUR);
    expect(bench.changes).toEqual([]);
    bench.hear(T0 + 8 * HOUR, stays);
    expect(told(bench)).toEqual([['raise', 3]]);
  });

  it('begins anew by a reading that says nothing but that', () => {
    const bench = spot();
    bench.hear(T0, { occupancy: true });
    bench.hear(T0 + HOUR, { occupancyChanged: true });
    bench.wait(T0 + 9 * HOUR);
    expect(told(bench)).toEqual([['raise', 3]]);
  });

  it('says why: what ended the one alert stands in it, and in what ends the next', () => {
    const bench = spot();
    bench.hear(T0, came);
    bench.wait(T0 + 3 * HOUR);
    bench.hear(T0 + 3 * HOUR, came);
    const [raised, cleared] = bench.changes;
    expect(raised).toMatchObject({ explanation: { clears: { text: '(occupancyChanged) || !(occupancy)' } } });
    expect(cleared).toMatchObject({
      explanation: {
        since: T0 + 3 * HOUR,
        conditions: [{ text: 'occupancyChanged', holds: true, terms: [{ answer: true }] }],
      },
    });
  });

  it('never gives two alerts that were raised at the same moment', () => {
    const bench = benchOf(['when: occupancy', 'for: PT0S', 'restart: occupancyChanged'], subjectOf('ParkingSpot'));
    for (let hour = 0; hour < 4; hour++) bench.hear(T0 + hour * HOUR, came);
    const raised = bench.changes.filter(({ type }) => type === 'raise').map(({ alertId }) => alertId);
    expect([raised.length, new Set(raised).size]).toEqual([4, 4]);
  });
});

describe('a missing value', () => {
  it('is not zero: a reading that lacks what a rule needs changes nothing', () => {
    const bench = benchOf(['when: fillingLevel < 0.1', 'readings: 2']);
    bench.hear(T0, { temperature: 20 });
    bench.hear(T0 + HOUR, { fillingLevel: 0 });
    bench.hear(T0 + 2 * HOUR, { temperature: 20 });
    expect(bench.changes).toEqual([]);
    expect(bench.hear(T0 + 3 * HOUR, { fillingLevel: 0 })).toHaveLength(1);
    expect(bench.hear(T0 + 4 * HOUR, { temperature: 20 })).toEqual([]);
  });

  it('leaves a condition unanswered even where the other half of it is false', () => {
    const bench = benchOf(['when: fillingLevel > 0.5 && tilt >= 45']);
    expect(bench.hear(T0, { fillingLevel: 0.9, tilt: 80 })).toHaveLength(1);
    expect(bench.hear(T0 + HOUR, { fillingLevel: 0.1 })).toEqual([]);
    expect(bench.hear(T0 + 2 * HOUR, { fillingLevel: 0.1, tilt: 80 })).toHaveLength(1);
  });

  it('passes an alternative over, which keeps its last answer', () => {
    const bench = benchOf(['when: temperature >= 70 || temperatureAlarm']);
    expect(bench.hear(T0, { temperature: 75 })[0]).toMatchObject({ type: 'raise' });
    bench.hear(T0 + HOUR, { temperatureAlarm: true });
    expect(bench.hear(T0 + 2 * HOUR, { temperature: 20 })).toEqual([]);
    expect(bench.hear(T0 + 3 * HOUR, { temperatureAlarm: false })[0]).toMatchObject({ type: 'clear' });
  });

  it('can be asked for with has(reading.…)', () => {
    const bench = benchOf([
      'when: activePower < 2 && (!has(reading.illuminanceLevel) || reading.illuminanceLevel > 0.1)',
    ]);
    expect(bench.hear(T0, { activePower: 1, illuminanceLevel: 0 })).toEqual([]);
    expect(bench.hear(T0 + HOUR, { activePower: 1 })).toHaveLength(1);
  });

  it('is what a reading of quality below 3 is full of', () => {
    const bench = benchOf(['when: fillingLevel >= 0.85']);
    expect(bench.hear(T0, { fillingLevel: 1 }, { quality: 2 })).toEqual([]);
    expect(bench.hear(T0, { fillingLevel: 1 }, { quality: 3 })).toHaveLength(1);
  });
});

describe('`for`', () => {
  const lines = ['when: tilt >= 45', 'for: PT10M'];

  it('raises at the first reading that still shows the condition after the time, dated when the time was over', () => {
    const bench = benchOf(lines);
    for (const minute of [0, 4, 9]) expect(bench.hear(T0 + minute * MINUTE, { tilt: 80 })).toEqual([]);
    // Within the minute that an uplink may be on its way.
    const [raised] = bench.hear(T0 + 10.5 * MINUTE, { tilt: 80 });
    expect(raised).toMatchObject({ type: 'raise', raisedAt: T0 + 10 * MINUTE });
    expect(raised).toMatchObject({ evidence: { observedAt: T0 + 10.5 * MINUTE } });
  });

  it('raises as log time passes, one minute later for what may be on its way, with the same date and id', () => {
    const bench = benchOf(lines);
    bench.hear(T0, { tilt: 80 });
    expect(bench.state.x).toBe(T0 + 11 * MINUTE);
    expect(bench.wait(T0 + 11 * MINUTE - 1)).toEqual([]);
    const [raised] = bench.wait(T0 + 11 * MINUTE);
    expect(raised).toMatchObject({ type: 'raise', raisedAt: T0 + 10 * MINUTE, evidence: { observedAt: T0 } });
    expect(bench.state.x).toBeNull();
    const other = benchOf(lines);
    other.hear(T0, { tilt: 80 });
    expect(other.hear(T0 + 10.5 * MINUTE, { tilt: 80 })[0]?.alertId).toBe(raised!.alertId);
  });

  it('starts again after a reading that shows the contrary', () => {
    const bench = benchOf(lines);
    bench.hear(T0, { tilt: 80 });
    bench.hear(T0 + 5 * MINUTE, { tilt: 0 });
    bench.hear(T0 + 8 * MINUTE, { tilt: 80 });
    expect(bench.wait(T0 + 18 * MINUTE)).toEqual([]);
    expect(bench.wait(T0 + 19 * MINUTE)[0]).toMatchObject({ raisedAt: T0 + 18 * MINUTE });
  });

  it('is the duration that the asset has; an asset without one is not judged', () => {
    const overstay = ['when: occupancy', 'for: asset.maximumParkingDuration'];
    const limited = benchOf(overstay, subjectOf('ParkingSpot', { attributes: { maximumParkingDuration: 'PT2H' } }));
    limited.hear(T0, { occupancy: true });
    expect(limited.wait(T0 + 2 * HOUR + MINUTE)[0]).toMatchObject({ raisedAt: T0 + 2 * HOUR });
    const free = benchOf(overstay, subjectOf('ParkingSpot'));
    free.hear(T0, { occupancy: true });
    expect(free.state).toMatchObject({ x: null });
    expect(free.hear(T0 + 90 * HOUR, { occupancy: true })).toEqual([]);
  });

  it('needs its number of readings besides', () => {
    const bench = benchOf([...lines, 'readings: 2']);
    bench.hear(T0, { tilt: 80 });
    expect(bench.wait(T0 + HOUR - 1)).toEqual([]);
    expect(bench.hear(T0 + HOUR, { tilt: 80 })[0]).toMatchObject({ raisedAt: T0 + 10 * MINUTE });
  });

  it('raises in the order in which times ran out, however late that is noticed', () => {
    const bench = new RuleBench(
      rules(rule(['when: tilt >= 45', 'for: PT20M'], 'a.later'), rule(['when: tilt >= 45', 'for: PT10M'], 'z.sooner')),
      subjectOf('WasteContainer'),
    );
    bench.hear(T0, { tilt: 80 });
    expect(bench.wait(T0 + HOUR)).toMatchObject([{ ruleId: 'z.sooner' }, { ruleId: 'a.later' }]);
  });

  it('has a counterpart `clearFor`, by readings and as log time passes', () => {
    const slow = ['when: tilt >= 45', 'clearFor: PT30M'];
    const bench = benchOf(slow);
    bench.hear(T0, { tilt: 80 });
    bench.hear(T0 + MINUTE, { tilt: 0 });
    bench.hear(T0 + 20 * MINUTE, { tilt: 80 });
    bench.hear(T0 + 30 * MINUTE, { tilt: 0 });
    expect(bench.wait(T0 + 61 * MINUTE - 1)).toEqual([]);
    expect(bench.wait(T0 + 61 * MINUTE)[0]).toMatchObject({ type: 'clear', clearedAt: T0 + 60 * MINUTE });
    const heard = benchOf(slow);
    for (const [minute, tilt] of [
      [0, 80],
      [10, 0],
    ] as const)
      heard.hear(T0 + minute * MINUTE, { tilt });
    expect(heard.hear(T0 + 40 * MINUTE + 1, { tilt: 0 })[0]).toMatchObject({ clearedAt: T0 + 40 * MINUTE });
  });

  it('never ends an episode before it began, however long a contrary reading was on its way', () => {
    const bench = benchOf(lines);
    bench.hear(T0, { tilt: 80 });
    bench.wait(T0 + 12 * MINUTE);
    expect(bench.hear(T0 + 5 * MINUTE, { tilt: 0 }, { receivedAt: T0 + 13 * MINUTE })[0]).toMatchObject({
      type: 'clear',
      clearedAt: T0 + 10 * MINUTE,
    });
  });
});

describe('a late reading', () => {
  const lines = ['when: tilt >= 45', 'for: PT10M'];

  it('at or before the last evaluated one is history and never evaluated', () => {
    const bench = benchOf(['when: tilt >= 45']);
    bench.hear(T0, { tilt: 0 });
    expect(bench.hear(T0, { tilt: 80 }, { receivedAt: T0 + MINUTE })).toEqual([]);
    expect(bench.hear(T0 - MINUTE, { tilt: 80 }, { receivedAt: T0 + MINUTE })).toEqual([]);
    expect(bench.hear(T0 + 1, { tilt: 80 })).toHaveLength(1);
    expect(bench.hear(T0, { tilt: 0 }, { receivedAt: T0 + MINUTE })).toEqual([]);
  });

  it('older than half an hour raises nothing, neither at once nor by its timer', () => {
    const bench = benchOf(lines);
    bench.hear(T0, { tilt: 0 });
    expect(bench.hear(T0 + HOUR, { tilt: 80 }, { receivedAt: T0 + 3 * HOUR })).toEqual([]);
    expect(bench.hear(T0 + 2 * HOUR, { tilt: 80 }, { receivedAt: T0 + 3 * HOUR })).toEqual([]);
    expect(bench.wait(T0 + 9 * HOUR)).toEqual([]);
  });

  it('tells a current reading since when the condition holds', () => {
    const bench = benchOf([...lines, 'job: { kind: check, priority: low, due: PT24H }']);
    bench.hear(T0, { tilt: 0 });
    const received = T0 + 6 * HOUR;
    const history = [1, 2, 3].map((hour) => bench.reading(T0 + hour * HOUR, { tilt: 80 }));
    const [raised] = bench.uplink(received, [bench.reading(received - 5_000, { tilt: 81 }), ...history]);
    expect(raised).toMatchObject({ raisedAt: T0 + HOUR + 10 * MINUTE, evidence: { values: { tilt: 81 } } });
    // Work is due from when anybody could know of it.
    expect(raised).toMatchObject({ job: { dueAt: received + 24 * HOUR } });
  });

  it('may clear', () => {
    const bench = benchOf(['when: tilt >= 45']);
    bench.hear(T0, { tilt: 80 });
    expect(bench.hear(T0 + HOUR, { tilt: 0 }, { receivedAt: T0 + 5 * HOUR })[0]).toMatchObject({
      type: 'clear',
      clearedAt: T0 + HOUR,
    });
  });

  it('does not take away the timer that a current reading has set', () => {
    const bench = benchOf(['when: tilt >= 45', 'for: PT5H']);
    bench.hear(T0, { tilt: 80 });
    bench.hear(T0 + HOUR, { tilt: 80 }, { receivedAt: T0 + 2 * HOUR });
    expect(bench.wait(T0 + 6 * HOUR)[0]).toMatchObject({ raisedAt: T0 + 5 * HOUR });
  });

  it('counts at the first contact as far back as a day: what is older is from the shelf', () => {
    const bench = benchOf(lines);
    const history = [2, 20, 25, 2_000].map((hours) => bench.reading(T0 - hours * HOUR, { tilt: 80 }));
    const [raised] = bench.uplink(T0 + 1_000, [bench.reading(T0, { tilt: 80 }), ...history]);
    expect(raised).toMatchObject({ raisedAt: T0 - 20 * HOUR + 10 * MINUTE });
  });

  it('has an opposite: one from far in the future is not evaluated, and does not make all others late', () => {
    const bench = benchOf(['when: tilt >= 45']);
    expect(bench.hear(T0 + 48 * HOUR, { tilt: 80 }, { receivedAt: T0 })).toEqual([]);
    expect(bench.hear(T0 + MINUTE, { tilt: 80 })).toHaveLength(1);
  });
});

describe('an uplink', () => {
  it('is judged in the order of observation, whatever order its rows have', () => {
    const bench = benchOf(['when: tilt >= 45']);
    const rows = (
      [
        [3, 0],
        [1, 80],
        [2, 80],
      ] as const
    ).map(([minute, tilt]) => bench.reading(T0 + minute * MINUTE, { tilt }));
    expect(bench.uplink(T0 + 4 * MINUTE, rows).map(({ type }) => type)).toEqual(['raise', 'clear']);
  });

  it('that speaks of one moment in several parts is one reading', () => {
    const bench = benchOf(['when: tilt >= 45 && fillingLevel > 0.5', 'readings: 2']);
    const parts = [{ tilt: 80 }, { fillingLevel: 0.9 }, { tilt: 80 }].map((values: Values) =>
      bench.reading(T0, values),
    );
    expect(bench.uplink(T0 + 1, parts)).toEqual([]);
    expect(bench.hear(T0 + HOUR, { tilt: 80, fillingLevel: 0.9 })).toHaveLength(1);
  });
});

describe('`unchanged`', () => {
  const text = rule(['unchanged: occupancy', 'for: P7D'], 'parking.stuck');
  const day = 24 * HOUR;
  const bench = () => new RuleBench(rules(text), subjectOf('ParkingSpot', { reportingIntervalMs: 4 * HOUR }));

  function feed(on: RuleBench, from: number, to: number, occupancy: boolean) {
    for (let at = from; at < to; at += 4 * HOUR) on.hear(at, { occupancy });
  }

  it('raises when a value has been the same for too long, and clears when it changes', () => {
    const spot = bench();
    feed(spot, T0, T0 + 3 * day, true);
    feed(spot, T0 + 3 * day, T0 + 10 * day, false);
    expect(spot.changes).toEqual([]);
    expect(spot.hear(T0 + 10 * day, { occupancy: false })[0]).toMatchObject({
      type: 'raise',
      raisedAt: T0 + 10 * day,
      evidence: { values: { occupancy: false } },
    });
    feed(spot, T0 + 10 * day + HOUR, T0 + 12 * day, false);
    expect(spot.hear(T0 + 12 * day, { occupancy: true })[0]).toMatchObject({ type: 'clear', clearedAt: T0 + 12 * day });
    expect(spot.changes).toHaveLength(2);
  });

  it('does not hold for a device that said nothing: things may have changed unseen', () => {
    const spot = bench();
    feed(spot, T0, T0 + day, true);
    expect(spot.wait(T0 + 30 * day)).toEqual([]);
    expect(spot.hear(T0 + 30 * day, { occupancy: true })).toEqual([]);
    feed(spot, T0 + 30 * day + HOUR, T0 + 37 * day, true);
    expect(spot.changes).toEqual([]);
    expect(spot.hear(T0 + 37 * day, { occupancy: true })).toHaveLength(1);
  });
});

describe('what comes from outside', () => {
  const text = rule(['when: fillingLevel >= 0.85', 'for: PT10M']);
  const subject = subjectOf('WasteContainer');

  it('raises nothing while the device is planned, in maintenance or retired', () => {
    for (const lifecycle of ['planned', 'maintenance', 'retired'] as const) {
      const bench = new RuleBench(rules(text), subjectOf('WasteContainer', { device: { lifecycle } }));
      bench.hear(T0, { fillingLevel: 1 });
      bench.hear(T0 + HOUR, { fillingLevel: 1 });
      expect(bench.wait(T0 + 9 * HOUR)).toEqual([]);
      expect(bench.state.x).toBeNull();
    }
  });

  it('still clears while the device is in maintenance', () => {
    const bench = new RuleBench(rules(rule(['when: fillingLevel >= 0.85'])), subject);
    bench.hear(T0, { fillingLevel: 1 });
    const service = subjectOf('WasteContainer', { device: { lifecycle: 'maintenance' } });
    expect(bench.uplink(T0 + HOUR, [bench.reading(T0 + HOUR, { fillingLevel: 0 })], service)[0]?.type).toBe('clear');
  });

  it('clears the alert of a rule that is gone or no longer applies', () => {
    const elsewhere = rules(rule(['when: fillingLevel >= 0.85', 'appliesTo: { district: Sued }']));
    for (const changed of [rules(rule(['when: tilt > 3'], 'waste.tipped')), elsewhere]) {
      const bench = new RuleBench(rules(rule(['when: fillingLevel >= 0.85'])), subject);
      const [raised] = bench.hear(T0, { fillingLevel: 1 });
      expect(bench.wait(T0 + HOUR, subject, changed)).toEqual([
        {
          type: 'clear',
          alertId: raised!.alertId,
          deviceId: 'device-1',
          clearedAt: T0 + HOUR,
          reason: 'ruleRemoved',
          evidence: null,
        },
      ]);
      // Nothing but when that was: should the rule come back, nothing begins before.
      expect(Object.values(bench.state.s)).toEqual([
        { w: expect.any(String) as string, z: expect.any(Number) as number },
      ]);
    }
  });

  it('lets a new version of a rule judge the alert that an old one raised', () => {
    const bench = new RuleBench(rules(rule(['when: fillingLevel >= 0.85'])), subject);
    const [raised] = bench.hear(T0, { fillingLevel: 0.9 });
    const stricter = rules(rule(['when: fillingLevel >= 0.95']));
    expect(bench.wait(T0 + HOUR, subject, stricter)).toEqual([]);
    const cleared = bench.uplink(T0 + HOUR, [bench.reading(T0 + HOUR, { fillingLevel: 0.9 })], subject, stricter);
    expect(cleared[0]).toMatchObject({ type: 'clear', alertId: raised!.alertId, reason: 'measured' });
  });

  it('leaves the alerts of an asset open when its sensor moves away, and lets the next one judge them', () => {
    const set = rules(
      rule(['when: fillingLevel >= 0.85']),
      rule(['when: batteryTooLow'], 'device.batteryLow', 'device'),
    );
    const first = newState();
    const raised = applyUplink(set, first, subject, T0, [
      { ...reading(T0, { fillingLevel: 1, batteryTooLow: true }), deviceId: 'device-1' },
    ]);
    expect(raised.map(({ type }) => type)).toEqual(['raise', 'raise']);
    const away = subjectOf('WasteContainer', { asset: { assetId: 'asset-2' } });
    expect(needsAdoption(first, away)).toBe(true);
    expect(advance(set, first, away, T0 + HOUR)).toEqual([]);
    expect(needsAdoption(first, away)).toBe(true);
    expect(applyUplink(set, first, away, T0 + HOUR, [reading(T0 + HOUR, { fillingLevel: 0 })])).toEqual([]);
    expect(needsAdoption(first, away)).toBe(false);
    expect(Object.keys(first.d)).toEqual(['device.batteryLow']);

    const second = newState();
    const next = subjectOf('WasteContainer', { device: { deviceId: 'device-2' } });
    expect(needsAdoption(second, next)).toBe(true);
    adopt(second, next, [{ alertId: raised[0]!.alertId, ruleId: 'waste.full', raisedAt: T0 }]);
    expect(needsAdoption(second, next)).toBe(false);
    // What the new sensor saw in the workshop says nothing about this asset.
    const uplink = [reading(T0 - HOUR, { fillingLevel: 0 }), reading(T0 + 2 * HOUR, { fillingLevel: 0.9 })];
    expect(applyUplink(set, second, next, T0 + 2 * HOUR, uplink)).toEqual([]);
    const cleared = applyUplink(set, second, next, T0 + 3 * HOUR, [reading(T0 + 3 * HOUR, { fillingLevel: 0.1 })]);
    expect(cleared).toMatchObject([{ type: 'clear', alertId: raised[0]!.alertId, deviceId: 'device-2' }]);
  });

  it('judges a device without an asset by the rules about devices only', () => {
    const set = rules(
      rule(['when: fillingLevel >= 0.85']),
      rule(['when: batteryTooLow'], 'device.batteryLow', 'device'),
    );
    const bench = new RuleBench(set, { ...subject, asset: null });
    const changes = bench.hear(T0, { fillingLevel: 1, batteryTooLow: true });
    expect(changes).toMatchObject([{ ruleId: 'device.batteryLow', subject: 'device:device-1', assetId: null }]);
  });

  function reading(observedAt: number, values: Values) {
    return new RuleBench(rules(text), subject).reading(observedAt, values);
  }
});

describe('a state that stays in memory', () => {
  const set = rules(rule(['when: fillingLevel >= 0.85', 'for: asset.maximumParkingDuration']));
  const limited = subjectOf('WasteContainer', { attributes: { maximumParkingDuration: 'PT1H' } });

  function pending() {
    const state = newState();
    const reading = new RuleBench(set, limited).reading(T0, { fillingLevel: 0.9 });
    applyUplink(set, state, limited, T0 + 2_000, [reading]);
    expect(Object.keys(state.s)).toEqual(['waste.full']);
    return state;
  }

  it('is fitted to an asset that has changed', () => {
    const state = pending();
    applyUplink(set, state, subjectOf('WasteContainer'), T0 + MINUTE, []);
    expect(state.s).toEqual({});
  });

  it('is fitted to rules that have changed', () => {
    const state = pending();
    applyUplink(rules(rule(['when: fillingLevel >= 0.95'])), state, limited, T0 + MINUTE, []);
    expect(state.s).toEqual({});
  });
});
