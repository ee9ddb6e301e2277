import type { BoundDevice } from '@stadtfunk/devices';
import { compileRules, DEFAULT_RULES } from '@stadtfunk/rules';
import { describe, expect, it } from 'vitest';
import type { Incident, IncidentKind } from '../truth/incident.ts';
import { coversOf, readCover } from './covers.ts';
import type { Delivery } from './delivery.ts';
import { scoreDevice, type ExamAlert } from './score.ts';
import { SIGNS, signsOf } from './signs.ts';
import { spansOf } from './span-of-truth.ts';
import { addScore, newTally, precisionOf, quantileOf, recallOf } from './tally.ts';
import { unheardSilences } from './unheard-silences.ts';

const compiled = compileRules(DEFAULT_RULES);
if (!compiled.ok) throw new Error('the default rules are broken');
const RULES = compiled.value;
const COVERS = coversOf(RULES);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const END = 20 * DAY;

const bound = (attributes: Record<string, unknown> = {}): BoundDevice => ({
  device: {
    ...{ deviceId: 'nb-1', model: 'dingtek-df702', lifecycle: 'active', imei: null, iccid: null },
    ...{ uplinkTopic: null, reportingIntervalMs: HOUR },
  },
  asset: {
    ...{ assetId: 'a-1', type: 'WasteContainer', name: null, district: null, address: null, department: null },
    location: { type: 'Point', coordinates: [8.9, 50.1] },
    attributes,
  },
});
const delivery = (measuredAt: number, more: Partial<Delivery> = {}): Delivery => ({
  ...{ at: measuredAt + 20_000, measuredAt, observedAt: measuredAt, measuredUntil: measuredAt },
  ...{ isRight: true, isRightInTime: true, isInTime: true, signs: SIGNS.level | SIGNS.heat | SIGNS.tilt },
  ...{ level: 0.9, occupied: undefined },
  ...more,
});
const incident = (kind: IncidentKind, from: number, to: number | null, subject = 'a-1'): Incident => {
  return { kind, subject, from, to };
};
const alert = (ruleId: string, raisedAt: number, clearedAt: number | null = null): ExamAlert => {
  return { ruleId, deviceId: 'nb-1', raisedAt, detectedAt: raisedAt + 20_000, clearedAt };
};

interface Case {
  readonly incidents?: readonly Incident[];
  readonly deliveries?: readonly Delivery[];
  readonly alerts?: readonly ExamAlert[];
  readonly attributes?: Record<string, unknown>;
  /** What the truth names; default: all that was so. */
  readonly faults?: readonly Incident[];
}

function score(ruleId: string, given: Case) {
  const { incidents = [], deliveries = [], alerts = [], attributes = {}, faults = incidents } = given;
  const device = { bound: bound(attributes), intervalMs: HOUR, deliveries, incidents, faults };
  return scoreDevice(RULES.find(ruleId)!, COVERS.get(ruleId)!, device, alerts, { from: 0, end: END });
}

const seenAt = (ruleId: string, given: Case) =>
  score(ruleId, given).incidents.map((each) => each.visibleAt ?? each.unseen);
const verdicts = (ruleId: string, given: Case) => score(ruleId, given).alerts.map(({ verdict }) => verdict);

describe('what a rule could have seen', () => {
  const full = [incident('bin.full', 10 * HOUR, 30 * HOUR)];

  it('is what one right measurement of it told in time', () => {
    expect(seenAt('waste.full', { incidents: full, deliveries: [delivery(12 * HOUR)] })).toEqual([12 * HOUR + 20_000]);
  });

  it.each([
    ['nothing measured it', [delivery(5 * HOUR, { signs: SIGNS.heat })], 'notMeasured'],
    ['it measured something else', [delivery(5 * HOUR), delivery(12 * HOUR, { isRight: false })], 'sensorWrong'],
    ['it came too late', [delivery(5 * HOUR), delivery(12 * HOUR, { isInTime: false })], 'radio'],
    ['nothing came of many uplinks', [delivery(5 * HOUR)], 'radio'],
    ['its clock put it elsewhere', [delivery(5 * HOUR), delivery(12 * HOUR, { isRightInTime: false })], 'clockWrong'],
  ])('is nothing if %s', (_name, deliveries, reason) => {
    expect(seenAt('waste.full', { incidents: full, deliveries })).toEqual([reason]);
  });

  it('is nothing of a dead device, and nothing between two measurements', () => {
    const dead = incident('device.silent', 6 * HOUR, null, 'nb-1');
    expect(seenAt('waste.full', { incidents: [...full, dead], deliveries: [delivery(5 * HOUR)] })).toEqual(['dead']);
    const short = [incident('bin.full', 10 * HOUR, 10.5 * HOUR)];
    expect(seenAt('waste.full', { incidents: short, deliveries: [delivery(5 * HOUR)] })).toEqual(['tooShort']);
  });

  it('takes as long as the rule says after the first right measurement', () => {
    const tipped = (to: number) => [incident('bin.tipped', 10 * HOUR, to)];
    const deliveries = [delivery(11 * HOUR)];
    expect(seenAt('waste.tipped', { incidents: tipped(12 * HOUR), deliveries })).toEqual([11 * HOUR + 10 * MINUTE]);
    expect(seenAt('waste.tipped', { incidents: tipped(11 * HOUR + 9 * MINUTE), deliveries })).toEqual(['tooShort']);
  });

  it('takes as many right measurements in a row as the rule says', () => {
    const power = (at: number, more = {}) => delivery(at, { signs: SIGNS.power | SIGNS.toldOn, ...more });
    const incidents = [incident('lamp.dark', 10 * HOUR, 20 * HOUR)];
    const see = (...deliveries: Delivery[]) => seenAt('light.darkAtNight', { incidents, deliveries });
    expect(see(power(11 * HOUR), power(12 * HOUR))).toEqual([12 * HOUR + 20_000]);
    expect(see(power(11 * HOUR))).toEqual(['tooShort']);
    expect(see(power(11 * HOUR), power(12 * HOUR, { isRight: false }), power(13 * HOUR))).toEqual(['sensorWrong']);
  });

  it('is a dark lamp only while it is told to burn', () => {
    const power = (at: number, told: number) => delivery(at, { signs: SIGNS.power | told });
    const incidents = [incident('lamp.dark', 10 * HOUR, 20 * HOUR)];
    const see = (...deliveries: Delivery[]) => seenAt('light.darkAtNight', { incidents, deliveries });
    const { toldOn, toldOff } = SIGNS;
    expect(see(power(11 * HOUR, toldOn), power(11.2 * HOUR, toldOff), power(12 * HOUR, toldOff))).toEqual(['tooShort']);
    expect(see(power(11 * HOUR, toldOff), power(12 * HOUR, toldOff))).toEqual(['tooShort']);
    const night = [power(11 * HOUR, toldOn), power(11.4 * HOUR, toldOn), power(11.6 * HOUR, toldOff)];
    expect(see(...night)).toEqual([11.5 * HOUR]);
  });

  it('is a broken lamp, gear or relay only from when its controller has found it, which by day or by night it cannot', () => {
    const kinds = [
      ['light.lampFailure', 'lamp.failure', 'lampFailure'],
      ['light.controlGear', 'lamp.controlGear', 'controlGearFailure'],
      ['light.relay', 'lamp.relay', 'relayFailure'],
    ] as const;
    for (const [ruleId, kind, flag] of kinds) {
      const told = (at: number, isFound: boolean) =>
        delivery(at, { signs: signsOf({ activePower: 1, [flag]: isFound }) });
      const incidents = [incident(kind, 10 * HOUR, 20 * HOUR)];
      const see = (...deliveries: Delivery[]) => seenAt(ruleId, { incidents, deliveries });
      // Broken and mended between two nights: the controller never switched it meanwhile.
      expect(see(told(11 * HOUR, false), told(19 * HOUR, false))).toEqual(['tooShort']);
      expect(see(told(11 * HOUR, false), told(15 * HOUR, true))).toEqual([15 * HOUR + 20_000]);
      expect(see(told(9 * HOUR, true))).toEqual(['radio']);
      expect(seenAt(ruleId, { incidents, deliveries: [delivery(15 * HOUR, { signs: SIGNS.power })] })).toEqual([
        'notMeasured',
      ]);
    }
  });

  it('is a lid that stands open by its tilt, though no echo is right then', () => {
    const incidents = [incident('bin.lidOpen', 10 * HOUR, 12 * HOUR)];
    const open = (more: Partial<Delivery>) => [delivery(11 * HOUR, { isRight: false, level: undefined, ...more })];
    expect(seenAt('waste.tipped', { incidents, deliveries: open({}) })).toEqual([11 * HOUR + 10 * MINUTE]);
    const swapped = [...incidents, incident('sensor.wrong', 0, null, 'nb-1')];
    expect(seenAt('waste.tipped', { incidents: swapped, deliveries: open({}) })).toEqual(['sensorWrong']);
  });

  it('is a device without measurements so long after the last that came, also if that came as history', () => {
    const incidents = [incident('device.noMeasurement', 10 * HOUR, 90 * HOUR, 'nb-1')];
    const battery = (hour: number, measuredUntil: number) =>
      delivery(hour * HOUR, { at: hour * HOUR, signs: SIGNS.battery, measuredUntil: measuredUntil * HOUR });
    const see = (...untils: number[]) => {
      const before = [8, 9].map((hour) => delivery(hour * HOUR, { at: hour * HOUR }));
      const later = untils.map((until, index) => battery(10 + index, until));
      return seenAt('device.noMeasurement', { incidents, deliveries: [...before, ...later] });
    };
    const hours = Array.from({ length: 70 }, () => NaN);
    expect(see(...hours)).toEqual([57 * HOUR]);
    // The row of half past nine comes at ten, and again until five o'clock.
    expect(see(...hours.map((_, index) => (index < 8 ? 9.5 : NaN)))).toEqual([58 * HOUR]);
  });

  it('begins with the stay where it is about a stay that is too long', () => {
    const incidents = [incident('spot.overstay', 12 * HOUR, 13 * HOUR)];
    const attributes = { maximumParkingDuration: 'PT2H' };
    const taken = (at: number) => delivery(at, { signs: SIGNS.occupancy, occupied: true });
    const see = (at: number) => seenAt('parking.overstay', { incidents, attributes, deliveries: [taken(at)] });
    expect(see(10 * HOUR + MINUTE)).toEqual([12 * HOUR + MINUTE]);
    expect(see(11.5 * HOUR)).toEqual(['tooShort']);
    expect(seenAt('parking.overstay', { incidents, deliveries: [taken(10 * HOUR)] })).toEqual([]);
  });

  it('is a silence that is longer than the rule allows', () => {
    const silent = (to: number) => [incident('device.silent', 10 * HOUR, to, 'nb-1')];
    const heard = (until: number) => [delivery(9 * HOUR), delivery(until)];
    expect(seenAt('device.offline', { incidents: silent(40 * HOUR), deliveries: heard(40 * HOUR) })).toEqual([
      22 * HOUR + 20_000,
    ]);
    expect(seenAt('device.offline', { incidents: silent(20 * HOUR), deliveries: heard(20 * HOUR) })).toEqual([
      'tooShort',
    ]);
  });

  it('is a dark lamp once, though it is day in between', () => {
    const nights = [incident('lamp.dark', 18 * HOUR, 30 * HOUR), incident('lamp.dark', 42 * HOUR, 54 * HOUR)];
    expect(score('light.darkAtNight', { incidents: nights }).incidents).toHaveLength(1);
  });

  it('is a container that fills, for who foretells it', () => {
    const incidents = [incident('bin.full', 80 * HOUR, 100 * HOUR)];
    const filling = [0, 20, 40, 60, 64, 70].map((hour) => delivery(hour * HOUR, { level: hour / 94 }));
    expect(seenAt('waste.fullSoon', { incidents, deliveries: filling })).toEqual([64 * HOUR + 20_000]);
    expect(seenAt('waste.fullSoon', { incidents, deliveries: filling.slice(3) })).toEqual(['tooEarly']);
  });
});

describe('a silence', () => {
  const silences = (heard: readonly number[], known: readonly Incident[] = []) => {
    const deliveries = heard.map((hour) => delivery(hour * HOUR, { at: hour * HOUR }));
    const added = unheardSilences('nb-1', deliveries, HOUR, known, { from: 0, to: 40 * HOUR });
    const spans = spansOf([...known, ...added].sort((a, b) => a.from - b.from));
    return spans.map(({ from, to }) => [from / HOUR, to === null ? null : to / HOUR]);
  };
  const silent = (from: number, to: number | null) => incident('device.silent', from * HOUR, to && to * HOUR, 'nb-1');
  const HOURS = Array.from({ length: 40 }, (_, hour) => hour);
  const without = (from: number, to: number) => HOURS.filter((hour) => hour <= from || hour >= to);

  it('that comes of lost uplinks is added where it is longer than three intervals and half an hour', () => {
    expect(silences(HOURS)).toEqual([]);
    expect(silences(without(10, 13))).toEqual([]);
    expect(silences(without(10, 20))).toEqual([[11, 20]]);
  });

  it('that goes on when what the device knows of is over, is one silence', () => {
    expect(silences(without(10, 20), [silent(10.5, 14)])).toEqual([[10.5, 20]]);
    expect(silences(without(10, 20), [silent(13, 15), silent(15, 20)])).toEqual([[11, 20]]);
    expect(silences(without(10, 40), [silent(13, null)])).toEqual([[11, null]]);
  });

  it('is measured by the interval that the device has been told meanwhile, from when it heard of it', () => {
    const changes = (hour: number, every: number) => [{ from: hour * HOUR, intervalMs: every * HOUR }];
    const added = (heard: readonly number[], from: number, every: number) => {
      const deliveries = heard.map((hour) => delivery(hour * HOUR, { at: hour * HOUR }));
      const told = changes(from, every);
      return unheardSilences('nb-1', deliveries, HOUR, [], { from: 0, to: 40 * HOUR }, told).map((each) => [
        each.from / HOUR,
        each.to! / HOUR,
      ]);
    };
    // Every eight hours from ten o'clock on, as it was told then.
    const seldom = [...HOURS.filter((hour) => hour <= 10), 18, 26, 34];
    expect(added(seldom, 10, 8)).toEqual([]);
    expect(silences(seldom)).toHaveLength(4);
    expect(added(seldom, 30, 8)).toHaveLength(2);
    expect(
      added(
        HOURS.filter((hour) => hour <= 10),
        10,
        8,
      ),
    ).toEqual([[18, 40]]);
  });
});

describe('what a rule found', () => {
  it('is right while it is so, or little later or earlier', () => {
    const incidents = [incident('bin.fire', 10 * HOUR, 12 * HOUR)];
    const judge = (...at: number[]) =>
      verdicts('waste.fire', { incidents, alerts: at.map((each) => alert('waste.fire', each)) });
    expect(judge(11 * HOUR, 10 * HOUR - 9 * MINUTE, 12 * HOUR + 29 * MINUTE)).toEqual(['right', 'right', 'right']);
    expect(judge(9 * HOUR, 13 * HOUR)).toEqual(['false', 'false']);
  });

  it('is found by the first alert about it, and by one that was open before', () => {
    const incidents = [incident('bin.full', 40 * HOUR, 50 * HOUR)];
    const found = (...alerts: ExamAlert[]) => score('waste.full', { incidents, alerts }).incidents[0]!.foundAt;
    expect(found(alert('waste.full', 43 * HOUR), alert('waste.full', 42 * HOUR))).toBe(42 * HOUR + 20_000);
    expect(found(alert('waste.full', HOUR))).toBe(HOUR + 20_000);
    expect(found(alert('waste.full', HOUR, 30 * HOUR))).toBeNull();
    expect(verdicts('waste.full', { incidents, alerts: [alert('waste.full', HOUR)] })).toEqual(['false']);
  });

  it('is told apart where what was heard last was wrong, because sensor or clock lied', () => {
    const alerts = [alert('waste.fire', 11 * HOUR), alert('waste.fire', 14 * HOUR)];
    const judge = (kind: IncidentKind, at11: Partial<Delivery>) => {
      const incidents = [incident(kind, 10 * HOUR, 12 * HOUR, 'nb-1')];
      return verdicts('waste.fire', {
        incidents,
        alerts,
        deliveries: [delivery(11 * HOUR, at11), delivery(14 * HOUR)],
      });
    };
    expect(judge('sensor.wrong', { isRight: false })).toEqual(['misled', 'false']);
    expect(judge('clock.wrong', { isRightInTime: false })).toEqual(['misled', 'false']);
    // What was heard was right: that the sensor lies now and then excuses nothing.
    expect(judge('sensor.wrong', {})).toEqual(['false', 'false']);
  });

  it('is no excuse that a single echo was wrong', () => {
    const deliveries = [delivery(11 * HOUR, { isRight: false })];
    expect(verdicts('waste.fire', { alerts: [alert('waste.fire', 11 * HOUR)], deliveries })).toEqual(['false']);
  });

  it('is told apart where the lid with the sensor in it stood open and no tilt switch could say so', () => {
    const incidents = [incident('bin.lidOpen', 10 * HOUR, 12 * HOUR)];
    const alerts = [alert('waste.full', 11 * HOUR)];
    const deliveries = [delivery(11 * HOUR, { isRight: false, signs: SIGNS.level })];
    expect(verdicts('waste.full', { incidents, alerts, deliveries })).toEqual(['misled']);
    expect(verdicts('waste.full', { incidents, alerts, deliveries: [delivery(11 * HOUR)] })).toEqual(['false']);
  });

  it('is told apart where a fault that the truth names kept the news from coming, and not where it was lost, late or never measured', () => {
    const attributes = { maximumParkingDuration: 'PT2H' };
    const spot = (at: number, occupied: boolean, more = {}) =>
      delivery(at, { signs: SIGNS.occupancy, occupied, ...more });
    const alerts = [{ ...alert('parking.overstay', 12 * HOUR), detectedAt: 12 * HOUR }];
    const judge = (faults: readonly Incident[], ...between: Delivery[]) =>
      verdicts('parking.overstay', { attributes, alerts, faults, deliveries: [spot(10 * HOUR, true), ...between] });
    const silent = (from: number, to: number) => [incident('device.silent', from * HOUR, to * HOUR, 'nb-1')];
    expect(judge([])).toEqual(['false']);
    expect(judge([], spot(11 * HOUR, false, { at: 13 * HOUR, isInTime: false }))).toEqual(['false']);
    expect(judge(silent(11, 23))).toEqual(['misled']);
    expect(judge(silent(11, 11.2))).toEqual(['misled']);
    // It was heard since then, and began only later.
    expect(judge(silent(11, 11.2), spot(11.5 * HOUR, true))).toEqual(['false']);
    expect(judge(silent(12.1, 23))).toEqual(['false']);
    // A silence that comes of lost uplinks alone is not in what the truth names.
    const incidents = silent(11, 13);
    const given = { attributes, alerts, incidents, faults: [], deliveries: [spot(10 * HOUR, true)] };
    expect(verdicts('parking.overstay', given)).toEqual(['false']);
  });

  it('is undecided where what was foretold was prevented', () => {
    const alerts = [alert('waste.fullSoon', 50 * HOUR, 60 * HOUR)];
    const levels = (last: number) => [delivery(49 * HOUR, { level: 0.7 }), delivery(60 * HOUR, { level: last })];
    expect(verdicts('waste.fullSoon', { alerts, deliveries: levels(0.05) })).toEqual(['undecided']);
    expect(verdicts('waste.fullSoon', { alerts, deliveries: levels(0.75) })).toEqual(['false']);
    const incidents = [incident('bin.full', 80 * HOUR, 90 * HOUR)];
    expect(verdicts('waste.fullSoon', { incidents, alerts, deliveries: levels(0.75) })).toEqual(['right']);
  });
});

describe('the figures of a rule', () => {
  it('add up', () => {
    const incidents = [
      incident('bin.fire', 10 * HOUR, 12 * HOUR),
      incident('bin.fire', 20 * HOUR, 22 * HOUR),
      incident('bin.fire', 30 * HOUR, 30 * HOUR + MINUTE),
    ];
    const alerts = [alert('waste.fire', 10.5 * HOUR, 12 * HOUR), alert('waste.fire', 50 * HOUR)];
    const deliveries = [delivery(10.5 * HOUR), delivery(20.5 * HOUR), delivery(25 * HOUR)];
    const tally = newTally('waste.fire', ['bin.fire'], false);
    addScore(tally, score('waste.fire', { incidents, alerts, deliveries }));
    expect(tally).toMatchObject({ incidents: 3, visible: 2, found: 1, missed: 1, alerts: 2, right: 1, false: 1 });
    expect(tally.unseen.tooShort).toBe(1);
    expect([recallOf(tally), precisionOf(tally)]).toEqual([0.5, 0.5]);
    expect([tally.sinceVisibleMs, tally.sinceBeginMs]).toEqual([[0], [30 * MINUTE + 20_000]]);
  });

  it('have quantiles by rank', () => {
    expect([quantileOf([3, 1, 2], 0.5), quantileOf([3, 1, 2], 0.95), quantileOf([], 0.5)]).toEqual([2, 3, null]);
  });
});

describe('what a rule is about', () => {
  it('is known of every default rule', () => {
    expect([...COVERS.keys()].sort()).toEqual(RULES.rules.map(({ id }) => id).sort());
  });

  it('is said of any other', () => {
    expect(readCover('my.rule=bin.full,bin.fire')).toEqual({
      ok: true,
      value: ['my.rule', { kinds: ['bin.full', 'bin.fire'] }],
    });
    expect(readCover('my.rule=bin.full@12h')).toMatchObject({ value: ['my.rule', { aheadMs: 12 * HOUR }] });
    expect([readCover('my.rule'), readCover('my.rule=bin.lost')].map(({ ok }) => ok)).toEqual([false, false]);
  });
});
