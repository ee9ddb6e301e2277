import type { AssetType } from '@stadtfunk/devices';
import type { AlertChange } from '@stadtfunk/maintenance';
import { isQuantityName, type Values } from '@stadtfunk/readings';
import { beforeEach, describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { describeProblem } from '@stadtfunk/yaml';
import type { RuleSet } from './rule-set.ts';
import { RuleBench, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 20 October 2026, 09:00 in Hanau: sunrise 07:55, sunset 18:20 local time. */
const MORNING = Date.UTC(2026, 9, 20, 7);
/** The sun is 6 degrees below the horizon from 18:52 local time on, and 6 above from about 08:40. */
const NIGHT = Date.UTC(2026, 9, 20, 18);

function defaultRules(): RuleSet {
  const compiled = compileRules(DEFAULT_RULES);
  if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
  return compiled.value;
}

const RULES = defaultRules();

/** Feeds one reading at a time and tells what each did, as `+rule` and `-rule`. */
class Series {
  readonly bench: RuleBench;
  readonly #names = new Map<string, string>();

  constructor(type: AssetType, attributes: Readonly<Record<string, unknown>> = {}, reportingIntervalMs = HOUR) {
    this.bench = new RuleBench(RULES, subjectOf(type, { attributes, reportingIntervalMs }));
  }

  hear(at: number, values: Values): string {
    return this.#told(this.bench.hear(at, values));
  }

  wait(to: number): string {
    return this.#told(this.bench.wait(to));
  }

  #told(changes: readonly AlertChange[]): string {
    return changes
      .map((change) => {
        if (change.type === 'clear') return `-${this.#names.get(change.alertId)}`;
        this.#names.set(change.alertId, change.ruleId);
        return `+${change.ruleId}`;
      })
      .join(' ');
  }
}

describe('the default rules', () => {
  it('are the ones that the documentation names, with a job where somebody can do something', () => {
    const table = RULES.rules.map(({ id, severity, department, job }) => [id, severity, department, job?.kind ?? null]);
    expect(table).toEqual([
      ['waste.full', 'major', null, 'emptying'],
      ['waste.fullSoon', 'warning', null, 'emptying'],
      ['waste.fire', 'critical', null, 'fireCheck'],
      ['waste.tipped', 'minor', null, 'inspection'],
      ['parking.stuck', 'warning', 'iot', 'inspection'],
      ['parking.overstay', 'warning', null, null],
      ['light.darkAtNight', 'major', null, 'repair'],
      ['light.dayBurner', 'minor', null, 'repair'],
      ['light.lampFailure', 'major', null, 'repair'],
      ['light.controlGear', 'major', null, 'repair'],
      ['light.relay', 'major', null, 'repair'],
      ['device.offline', 'warning', null, 'inspection'],
      ['device.noMeasurement', 'warning', null, 'inspection'],
      ['device.batterySoon', 'warning', null, 'battery'],
      ['device.batteryLow', 'warning', null, 'battery'],
    ]);
  });

  it('use quantities that exist', () => {
    for (const rule of RULES.rules) expect(rule.quantities.every(isQuantityName)).toBe(true);
  });
});

describe('a bin', () => {
  let bin: Series;
  beforeEach(() => {
    bin = new Series('WasteContainer', { containerHeight: 1.2 }, 2 * HOUR);
  });

  it('that fills up is full at 85 percent and stays so until it is emptied', () => {
    const levels = [0.6, 0.72, 0.84, 0.86, 0.8, 0.91, 0.55, 0.04, 0.1];
    const told = levels.map((fillingLevel, step) =>
      bin.hear(MORNING + step * 2 * HOUR, { fillingLevel, temperature: 12 }),
    );
    expect(told).toEqual(['', '', '', '+waste.full', '', '', '', '-waste.full', '']);
    expect(bin.bench.changes[0]).toMatchObject({ job: { department: 'waste', priority: 'high' } });
  });

  it('whose sensor only says full or not is full too', () => {
    expect(bin.hear(MORNING, { containerFull: true })).toBe('+waste.full');
    expect(bin.hear(MORNING + HOUR, { containerFull: false })).toBe('-waste.full');
  });

  it('burns at 70 degrees or by alarm, until it has cooled down', () => {
    const series: Values[] = [
      { temperature: 58 },
      { temperature: 74, fillingLevel: 0.3 },
      { temperature: 60 },
      { temperatureAlarm: true },
      { temperature: 30 },
      { temperature: 30, temperatureAlarm: false },
    ];
    const told = series.map((values, step) => bin.hear(MORNING + step * MINUTE, values));
    expect(told).toEqual(['', '+waste.fire', '', '', '', '-waste.fire']);
    expect(bin.bench.changes[0]).toMatchObject({ severity: 'critical', job: { priority: 'urgent' } });
  });

  it('that lies on its side for ten minutes is tipped; one that is just being emptied is not', () => {
    expect(bin.hear(MORNING, { tilt: 100, outOfPosition: true })).toBe('');
    expect(bin.hear(MORNING + 2 * MINUTE, { tilt: 2, outOfPosition: false })).toBe('');
    expect(bin.wait(MORNING + HOUR)).toBe('');
    expect(bin.hear(MORNING + HOUR, { tilt: 88 })).toBe('');
    expect(bin.wait(MORNING + HOUR + 11 * MINUTE)).toBe('+waste.tipped');
    expect(bin.hear(MORNING + 2 * HOUR, { tilt: 40 })).toBe('');
    expect(bin.hear(MORNING + 3 * HOUR, { tilt: 3 })).toBe('-waste.tipped');
  });
});

describe('a parking spot', () => {
  it('is overstayed after the time that it allows, for the patrol to see', () => {
    const spot = new Series('ParkingSpot', { maximumParkingDuration: 'PT2H' }, 4 * HOUR);
    expect(spot.hear(MORNING, { occupancy: true })).toBe('');
    expect(spot.wait(MORNING + 2 * HOUR)).toBe('');
    expect(spot.wait(MORNING + 2 * HOUR + MINUTE)).toBe('+parking.overstay');
    expect(spot.hear(MORNING + 3 * HOUR, { occupancy: false })).toBe('-parking.overstay');
    expect(spot.bench.changes[0]).toMatchObject({ job: null, severity: 'warning', raisedAt: MORNING + 2 * HOUR });
  });

  it('without a limit is never overstayed, but its sensor is stuck after two weeks of the same', () => {
    const spot = new Series('ParkingSpot', {}, 4 * HOUR);
    const told: string[] = [];
    for (let at = MORNING; at < MORNING + 16 * DAY; at += 4 * HOUR) told.push(spot.hear(at, { occupancy: true }));
    expect(told.filter((text) => text !== '')).toEqual(['+parking.stuck']);
    expect(told.indexOf('+parking.stuck')).toBe((15 * DAY) / (4 * HOUR));
    expect(spot.hear(MORNING + 16 * DAY, { occupancy: false })).toBe('-parking.stuck');
  });
});

describe('a street light', () => {
  let lamp: Series;
  beforeEach(() => {
    lamp = new Series('Streetlight', { powerRating: 60 }, 30 * MINUTE);
  });

  it('that stays dark at night is reported after half an hour, and only a night on which it burns ends that', () => {
    expect(lamp.hear(NIGHT - 4 * HOUR, { activePower: 0.6 })).toBe('');
    expect(lamp.hear(NIGHT, { activePower: 0.6 })).toBe('');
    expect(lamp.hear(NIGHT + 30 * MINUTE, { activePower: 0.5 })).toBe('+light.darkAtNight');
    expect(lamp.hear(NIGHT + 60 * MINUTE, { activePower: 0.5 })).toBe('');
    expect(lamp.hear(NIGHT + 12 * HOUR, { activePower: 0.5 })).toBe('');
    expect(lamp.hear(NIGHT + 22.5 * HOUR, { activePower: 58 })).toBe('');
    expect(lamp.hear(NIGHT + DAY, { activePower: 58 })).toBe('-light.darkAtNight');
    expect(lamp.bench.changes[0]).toMatchObject({ job: { department: 'lighting', kind: 'repair' } });
  });

  it('that draws less than a tenth of what its dimming asks for is dark', () => {
    for (const step of [0, 1]) lamp.hear(NIGHT + step * HOUR, { activePower: 2.5, illuminanceLevel: 0.5 });
    expect(lamp.bench.changes).toHaveLength(1);
  });

  it('that is dimmed down or off by command is not dark', () => {
    const dimmed = [
      { activePower: 0.6, illuminanceLevel: 0 },
      { activePower: 8, illuminanceLevel: 0.1 },
      { activePower: 20, illuminanceLevel: 0.3 },
    ];
    for (const [step, values] of [...dimmed, ...dimmed].entries()) {
      expect(lamp.hear(NIGHT + step * 30 * MINUTE, values)).toBe('');
    }
    expect(lamp.wait(NIGHT + 5 * HOUR)).toBe('');
  });

  it('that is off at dusk or by day is not dark', () => {
    // The sun is between the horizon and -6 degrees from 18:20 to 18:52 local time, that is from 16:20Z.
    for (let at = MORNING; at < Date.UTC(2026, 9, 20, 16, 45); at += 30 * MINUTE) {
      expect(lamp.hear(at, { activePower: 0 })).toBe('');
    }
  });

  it('that burns by day is reported after half an hour, and only a day on which it is off ends that', () => {
    const day = MORNING + 3 * HOUR;
    expect(lamp.hear(day, { activePower: 57 })).toBe('');
    expect(lamp.hear(day + 30 * MINUTE, { activePower: 57 })).toBe('+light.dayBurner');
    expect(lamp.hear(NIGHT, { activePower: 57 })).toBe('');
    expect(lamp.hear(NIGHT + 8 * HOUR, { activePower: 1 })).toBe('');
    expect(lamp.hear(day + DAY, { activePower: 0.5 })).toBe('-light.dayBurner');
  });

  it('that a crew switches on for a test does not burn by day', () => {
    const day = MORNING + 3 * HOUR;
    expect(lamp.hear(day, { activePower: 57 })).toBe('');
    expect(lamp.hear(day + 10 * MINUTE, { activePower: 57 })).toBe('');
    expect(lamp.hear(day + 20 * MINUTE, { activePower: 0 })).toBe('');
    expect(lamp.wait(day + 5 * HOUR)).toBe('');
  });

  it.each([
    ['lampFailure', 'light.lampFailure'],
    ['controlGearFailure', 'light.controlGear'],
    ['relayFailure', 'light.relay'],
  ] as const)('that reports %s is believed', (flag, ruleId) => {
    expect(lamp.hear(MORNING, { [flag]: false })).toBe('');
    expect(lamp.hear(MORNING + HOUR, { [flag]: true })).toBe(`+${ruleId}`);
    expect(lamp.hear(MORNING + 2 * HOUR, { activePower: 0 })).toBe('');
    expect(lamp.hear(MORNING + 3 * HOUR, { [flag]: false })).toBe(`-${ruleId}`);
  });
});

describe('a device', () => {
  it('that the network holds back for twelve hours is not silent; after thirteen it is', () => {
    const bin = new Series('WasteContainer', {}, 2 * HOUR);
    for (let step = 0; step < 4; step++) bin.hear(MORNING + step * 2 * HOUR, { fillingLevel: 0.2 });
    const last = MORNING + 6 * HOUR + 2_000;
    expect(bin.wait(last + 12 * HOUR + 2 * MINUTE)).toBe('');
    expect(bin.wait(last + 13 * HOUR)).toBe('+device.offline');
    expect(bin.hear(last + 170 * HOUR, { fillingLevel: 0.3 })).toBe('-device.offline');
    expect(bin.bench.changes[0]).toMatchObject({ subject: 'device:device-1', job: { department: 'iot' } });
  });

  it.each([
    [{ batteryVoltage: 3.6 }, { batteryVoltage: 3.19 }, { batteryVoltage: 3.3 }, { batteryVoltage: 3.6 }],
    [{ batteryLevel: 0.5 }, { batteryLevel: 0.14 }, { batteryLevel: 0.2 }, { batteryLevel: 1 }],
    [{ batteryTooLow: false }, { batteryTooLow: true }, { fillingLevel: 0.1 }, { batteryTooLow: false }],
  ] satisfies Values[][])('with a low battery is reported until it has a new one (%o, %o)', (...series) => {
    const bin = new Series('WasteContainer');
    const told = series.map((values, step) => bin.hear(MORNING + step * HOUR, values));
    expect(told).toEqual(['', '+device.batteryLow', '', '-device.batteryLow']);
  });

  it('on the mains, that shows no battery voltage, has no low battery', () => {
    expect(new Series('Streetlight').hear(MORNING, { batteryVoltage: 0 })).toBe('');
  });
});
