import { describeProblem } from '@stadtfunk/yaml';
import { describe, expect, it } from 'vitest';
import { compileFaults, type FaultSubject } from './compile-faults.ts';
import { readScenario } from './scenario-reader.ts';
import { ScenarioRun } from './scenario-run.ts';

const HEAD = `version: '1'
name: a-day
title: { de: Ein Tag, en: A day }
description: { de: Nichts, en: Nothing }
start: 2026-10-25T00:00
duration: P1D
fleet: { bins: 3 }
`;
const read = (more: string) => readScenario({ file: 'a.yaml', text: HEAD + more });
const faultsOf = (more: string) => {
  const outcome = read(more);
  if (!outcome.ok) throw new Error(outcome.error.map(describeProblem).join('\n'));
  return outcome.value;
};
const bin = (number: number, district = 'Nord'): FaultSubject => ({
  assetId: `bin-${number}`,
  type: 'WasteContainer',
  district,
  cabinet: null,
  device: { deviceId: `nb-${number}`, model: 'dingtek-df702' },
});
const BINS = Array.from({ length: 200 }, (_, index) => bin(index, index % 2 === 0 ? 'Nord' : 'Süd'));

describe('a scenario file', () => {
  it('begins by the clocks of the city', () => {
    expect(faultsOf('').startAt).toBe(Date.parse('2026-10-24T22:00:00Z'));
    expect(faultsOf('zone: America/New_York').startAt).toBe(Date.parse('2026-10-25T04:00:00Z'));
  });

  it('begins at the moment that it names with an offset', () => {
    const text = HEAD.replace('2026-10-25T00:00', '2026-10-25T02:30:00+01:00');
    const outcome = readScenario({ file: 'a.yaml', text });
    expect(outcome.ok && outcome.value.startAt).toBe(Date.parse('2026-10-25T01:30:00Z'));
  });

  it('tells every problem with its line and column', () => {
    const outcome = read(
      [
        'seed: -1',
        'faults:',
        '  - { kind: bin.fier }',
        '  - { kind: bin.surge, with: { factor: 99 } }',
        '  - { kind: bin.fire, with: { factor: 9 } }',
        '  - { kind: bin.fire, perYear: 3, at: PT1H }',
        '  - { kind: bin.fire, at: 2026-10-24T00:00Z }',
        '  - { kind: bin.fire, for: [PT2H, PT1H] }',
        '  - { kind: bin.fire, target: { on: bin } }',
      ].join('\n'),
    );
    expect(outcome.ok).toBe(false);
    const problems = outcome.ok ? [] : outcome.error;
    expect(problems.map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '8:7 seed',
      '10:13 faults[0].kind',
      '11:40 faults[1].with.factor',
      '12:29 faults[2].with',
      '13:39 faults[3].at',
      '14:27 faults[4].at',
      '15:28 faults[5].for',
      '16:37 faults[6].target.on',
    ]);
    expect(describeProblem(problems[1]!)).toContain("did you mean 'bin.fire'?");
  });

  it('is a city with somebody in it', () => {
    const outcome = readScenario({ file: 'a.yaml', text: HEAD.replace('bins: 3', 'bins: 0') });
    expect(outcome.ok ? [] : outcome.error.map(({ path }) => path)).toEqual(['fleet']);
  });
});

describe('the faults of a scenario', () => {
  const start = Date.parse('2026-10-24T22:00:00Z');
  const plan = (yaml: string, seed = 1, subjects = BINS) => compileFaults(faultsOf(yaml), 86_400_000, seed, subjects);

  it('are the same for the same seed, in whatever order the city stands', () => {
    const yaml =
      'faults: [{ kind: bin.fire, count: 5, at: PT1H, spread: PT2H }, { kind: device.reboot, perYear: 900 }]';
    const sorted = (given: ReturnType<typeof plan>) => [...given].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(sorted(plan(yaml))).toEqual(sorted(plan(yaml, 1, [...BINS].reverse())));
    expect(sorted(plan(yaml))).not.toEqual(sorted(plan(yaml, 2)));
  });

  it('do not change when another fault is added behind them', () => {
    const fire = '{ kind: bin.fire, share: 0.1, at: PT1H, spread: PT2H }';
    const alone = [...plan(`faults: [${fire}]`)];
    const both = [...plan(`faults: [${fire}, { kind: bin.tipped, perYear: 50 }]`)];
    const fires = both.map(([id, list]) => [id, list.filter(({ kind }) => kind === 'bin.fire')] as const);
    expect(fires.filter(([, list]) => list.length > 0).sort()).toEqual(alone.sort());
  });

  it('take hold of as many as are asked for, where they are asked for', () => {
    const some = plan('faults: [{ kind: bin.fire, count: 7, target: { district: Nord }, for: PT1H }]');
    expect(some.size).toBe(7);
    for (const [id, [fire]] of some) {
      expect(BINS.find(({ assetId }) => assetId === id)!.district).toBe('Nord');
      expect(fire).toEqual({ kind: 'bin.fire', from: start, to: start + 3_600_000 });
    }
    expect(plan('faults: [{ kind: sensor.stuck, share: 0.25 }]').size).toBeCloseTo(50, -2);
    expect([...plan('faults: [{ kind: bin.fire, target: { asset: bin-3 } }]').keys()]).toEqual(['bin-3']);
  });

  it('come as often as their rate says', () => {
    const all = [...plan('faults: [{ kind: device.reboot, perYear: 365.25, for: PT1M }]').values()].flat();
    // One a day for each of 200 devices: Poisson, standard deviation 14.
    expect(all.length).toBeGreaterThan(140);
    expect(all.length).toBeLessThan(260);
    expect(all.every(({ from, to }) => from >= start && from < start + 86_400_000 && to > from)).toBe(true);
  });

  it('swap sensors in pairs', () => {
    const swapped = plan('faults: [{ kind: sensor.swapped, count: 4 }]');
    const assetOf = (deviceId: string) => BINS.find(({ device }) => device!.deviceId === deviceId)!.assetId;
    for (const [deviceId, [swap]] of swapped) {
      const [, [back]] = [...swapped].find(([id]) => assetOf(id) === swap!['with'])!;
      expect(back!['with']).toBe(assetOf(deviceId));
    }
    expect(swapped.size).toBe(4);
  });
});

describe('a run of a scenario', () => {
  it('knows which devices have heard on the way that they are to report at another interval, and from when on', () => {
    const orders = [
      '{ kind: device.reconfigured, target: { on: bin }, at: PT2H, with: { minutes: 60 } }',
      '{ kind: device.reconfigured, target: { on: bin }, at: PT9H, with: { minutes: 180 } }',
    ];
    const run = new ScenarioRun(faultsOf(`faults: [${orders.join(', ')}]`), { seed: 1 });
    run.simulation.run(run.to, () => undefined);
    const hour = 3_600_000;
    const of = (model: string) => run.intervals.get(run.city.devices.find((each) => each.model === model)!.deviceId);
    const [first, second] = of('dragino-ndds75')!;
    expect([first!.intervalMs, second!.intervalMs]).toEqual([hour, 3 * hour]);
    // It listens after an uplink, of which there is one in two hours, and then in one.
    expect(first!.from - run.from - 2 * hour).toBeLessThan(2.1 * hour);
    expect(second!.from - run.from - 9 * hour).toBeLessThan(1.1 * hour);
    expect(run.downlinks.heard).toBe([...run.intervals.values()].flat().length);
  });
});
