import type { BoundDevice } from '@stadtfunk/devices';
import { rulesOf, subjectOf } from '@stadtfunk/rules/testing';
import type { Values } from '@stadtfunk/readings';
import { describe, expect, it } from 'vitest';
import { DeviceSubjects } from './device-subjects.ts';
import type { HeardUplink } from './heard-uplink.ts';
import type { BacktestReport } from './report.ts';
import { runBacktest, type BacktestOptions } from './run-backtest.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Midnight in Berlin. */
const FROM = Date.UTC(2026, 9, 19, 22);

const FULL = 'version: "1"\nrules:\n';
const full = (level: number, more = '') =>
  `  - { id: waste.full, subject: asset, when: fillingLevel >= ${level}, ${more} severity: major, title: { de: V, en: F }, job: { kind: emptying, priority: high, due: P1D } }\n`;
const hot = '  - { id: waste.hot, subject: asset, when: temperature > 60, severity: major, title: { de: H, en: H } }\n';

const bound = (deviceId: string, assetId: string): BoundDevice => {
  const { device, asset } = subjectOf('WasteContainer', {
    device: { deviceId, reportingIntervalMs: HOUR },
    asset: { assetId },
  });
  return { device, asset };
};
const DEVICES = [bound('nb-1', 'bin-1'), bound('nb-2', 'bin-2')];

function heard(deviceId: string, assetId: string, at: number, values: Values): HeardUplink {
  const reading = { deviceId, assetId, observedAt: at, receivedAt: at, clock: 'ok', quality: 4, values } as const;
  return { deviceId, receivedAt: at, readings: [reading] };
}
const levels = (...steps: readonly (readonly [number, number])[]) =>
  steps.map(([at, fillingLevel]) => heard('nb-1', 'bin-1', FROM + at, { fillingLevel }));

async function* batchesOf(uplinks: readonly HeardUplink[], size = 3) {
  for (let from = 0; from < uplinks.length; from += size) yield uplinks.slice(from, from + size);
}

async function run(
  uplinks: readonly HeardUplink[],
  rules: string,
  { against, ...options }: Omit<Partial<BacktestOptions>, 'against'> & { readonly against?: string } = {},
): Promise<BacktestReport> {
  const outcome = await runBacktest({
    rules: rulesOf(FULL + rules),
    against: against === undefined ? null : rulesOf(FULL + against),
    uplinks: batchesOf(uplinks),
    subjects: new DeviceSubjects(DEVICES),
    from: FROM,
    to: FROM + 3 * DAY,
    mostAlerts: 100,
    sliceSize: 2,
    takeTurns: () => Promise.resolve(),
    mayGoOn: () => null,
    ...options,
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

describe('a backtest', () => {
  it('says how often a rule would have fired, for how long, on which days, and what jobs it would have made', async () => {
    const report = await run(
      levels([HOUR, 0.9], [3 * HOUR, 0.1], [DAY + HOUR, 0.9], [DAY + 2 * HOUR, 0.1], [3 * DAY - HOUR, 0.95]),
      full(0.8),
    );
    expect(report).toMatchObject({ devices: 1, uplinks: 5, readings: 5, alertCount: 3, notCompared: [] });
    const [rule] = report.rules;
    expect(rule).toMatchObject({ ruleId: 'waste.full', old: null, onlyNew: null, onlyOld: null, both: null });
    expect(rule!.new).toMatchObject({
      fired: 3,
      openBefore: 0,
      openAtEnd: 1,
      subjects: 1,
      alarmMs: 2 * HOUR + HOUR + HOUR,
      // The second time it is full 22 hours after it was emptied: that is the same job again.
      jobs: 2,
      reopened: 1,
      failures: 0,
    });
    expect(report.days).toEqual([
      { day: '2026-10-20', new: 1, old: null },
      { day: '2026-10-21', new: 1, old: null },
      { day: '2026-10-22', new: 1, old: null },
    ]);
    expect(report.alerts.map(({ raisedAt, clearedAt, assetId }) => [raisedAt, clearedAt, assetId])).toEqual([
      [FROM + HOUR, FROM + 3 * HOUR, 'bin-1'],
      [FROM + DAY + HOUR, FROM + DAY + 2 * HOUR, 'bin-1'],
      [FROM + 3 * DAY - HOUR, null, 'bin-1'],
    ]);
    expect(report.alerts[1]!.job).toMatchObject({ isReopened: true, jobId: report.alerts[0]!.job!.jobId });
  });

  it('tells alerts of only one of two versions from those that both have at the same time', async () => {
    const report = await run(
      levels([HOUR, 0.85], [2 * HOUR, 0.1], [5 * HOUR, 0.85], [6 * HOUR, 0.95], [7 * HOUR, 0.1]),
      full(0.9) + hot,
      { against: full(0.8) + hot.replace('waste.hot', 'waste.other') },
    );
    expect(report.rules).toMatchObject([
      { ruleId: 'waste.full', onlyNew: 0, onlyOld: 1, both: 1, new: { fired: 1 }, old: { fired: 2 } },
      { ruleId: 'waste.hot', onlyNew: 0, onlyOld: 0, both: 0, old: null },
    ]);
    expect(report.notCompared).toEqual(['waste.other']);
    expect(report.alerts.map(({ in: where, raisedAt }) => [where, raisedAt])).toEqual([
      ['old', FROM + HOUR],
      ['both', FROM + 6 * HOUR],
    ]);
    expect(report.days).toEqual([{ day: '2026-10-20', new: 1, old: 2 }]);
  });

  it('judges what was heard before the period, and does not count what was over by then', async () => {
    const report = await run(
      levels([-5 * HOUR, 0.9], [-4 * HOUR, 0.1], [-2 * HOUR, 0.9], [HOUR, 0.9], [2 * HOUR, 0.1]),
      full(0.8),
    );
    expect(report.alertCount).toBe(1);
    expect(report.rules[0]!.new).toMatchObject({ fired: 0, openBefore: 1, alarmMs: 2 * HOUR, jobs: 0 });
  });

  it('does not judge what was heard after the period', async () => {
    const report = await run(levels([3 * DAY, 0.9]), full(0.8));
    expect(report).toMatchObject({ uplinks: 0, alertCount: 0 });
  });

  it('lets time go on to the end: silences and durations run out', async () => {
    const silent =
      '  - { id: device.silent, subject: device, silent: { intervals: 3, margin: PT0S, atLeast: PT5H }, severity: minor, title: { de: S, en: S } }\n';
    const report = await run(levels([HOUR, 0.9]), full(0.8, 'for: PT2H,') + silent);
    expect(report.alerts.map(({ ruleId, raisedAt }) => [ruleId, raisedAt])).toEqual([
      ['waste.full', FROM + 3 * HOUR],
      ['device.silent', FROM + 6 * HOUR],
    ]);
  });

  const SILENT =
    '  - { id: device.silent, subject: device, silent: { intervals: 3, margin: PT0S, atLeast: PT5H }, severity: minor, title: { de: S, en: S } }\n';

  it('reports devices that were registered and never heard, where nobody can have heard them before', async () => {
    const devices = DEVICES.map((device) => ({ ...device, registeredAt: FROM + HOUR }));
    const raised = async (isNew: (deviceId: string) => boolean) => {
      const subjects = new DeviceSubjects(devices, { isNew });
      const report = await run(levels([HOUR, 0.5]), SILENT, {
        subjects,
        expected: ['nb-1', 'nb-2'],
        to: FROM + 7 * HOUR,
      });
      expect(report.devices).toBe(1);
      return report.alerts.map(({ deviceId, raisedAt }) => [deviceId, raisedAt]);
    };
    expect(await raised(() => true)).toEqual([
      ['nb-1', FROM + 6 * HOUR],
      ['nb-2', FROM + 6 * HOUR],
    ]);
    expect(await raised(() => false)).toEqual([['nb-1', FROM + 6 * HOUR]]);
  });

  it('takes a retired device as in service until it was changed, and its silence as right from then on', async () => {
    const retired = (at: number) => {
      const [{ device, asset }] = DEVICES as [BoundDevice];
      return new DeviceSubjects([{ device: { ...device, lifecycle: 'retired' }, asset, registeredAt: FROM + at }]);
    };
    const alertsOf = async (subjects: DeviceSubjects) =>
      (await run(levels([HOUR, 0.9]), full(0.8) + SILENT, { subjects })).alerts.map(({ ruleId, clearReason }) => [
        ruleId,
        clearReason,
      ]);
    expect(await alertsOf(retired(4 * HOUR))).toEqual([['waste.full', null]]);
    expect(await alertsOf(retired(20 * HOUR))).toEqual([
      ['waste.full', null],
      ['device.silent', 'ruleRemoved'],
    ]);
    expect(await alertsOf(retired(0))).toEqual([]);
  });

  it('says in plain words what it could not know of these rules', async () => {
    const silences = (await run([], SILENT)).notModelled;
    expect(silences).toContain('Our own outages: devices look silent in them.');
    const hots = (await run([], hot)).notModelled;
    expect(hots.length).toBeLessThan(silences.length);
    expect(hots.join()).not.toMatch(/outages|People/);
    expect((await run([], full(0.8))).notModelled.join()).toMatch(/People: /);
  });

  it('gives the alert of an asset over to the sensor that takes its place', async () => {
    const moved = DEVICES.map((device) => ({ ...device, asset: DEVICES[0]!.asset }));
    const uplinks = [
      heard('nb-1', 'bin-1', FROM + HOUR, { fillingLevel: 0.9 }),
      heard('nb-2', 'bin-1', FROM + 2 * HOUR, { fillingLevel: 0.92 }),
      heard('nb-2', 'bin-1', FROM + 3 * HOUR, { fillingLevel: 0.1 }),
    ];
    const report = await run(uplinks, full(0.8), { subjects: new DeviceSubjects(moved) });
    expect(report.alerts).toMatchObject([{ deviceId: 'nb-1', raisedAt: FROM + HOUR, clearedAt: FROM + 3 * HOUR }]);
  });

  it('lets what was due on the asset before happen before the sensor moves', async () => {
    const [moved] = DEVICES;
    const former = [{ assetId: 'bin-2', from: FROM, until: FROM + 4 * HOUR }];
    const subjects = new DeviceSubjects([{ ...moved!, former }, DEVICES[1]!]);
    const uplinks = [
      heard('nb-1', 'bin-2', FROM + HOUR, { fillingLevel: 0.9 }),
      heard('nb-1', 'bin-1', FROM + 5 * HOUR, { fillingLevel: 0.1 }),
    ];
    const due = (hours: number) => run(uplinks, full(0.8, `for: PT${hours}H,`), { subjects });
    expect((await due(2)).alerts).toMatchObject([{ assetId: 'bin-2', raisedAt: FROM + 3 * HOUR, clearedAt: null }]);
    expect((await due(3)).alerts).toEqual([]);
  });

  it('lets the sensor that takes its place take over what became due before it moved, whoever reports first', async () => {
    const [moved] = DEVICES;
    const former = [{ assetId: 'bin-2', from: FROM, until: FROM + 4 * HOUR }];
    const subjects = new DeviceSubjects([{ ...moved!, former }, DEVICES[1]!]);
    const uplinks = [
      heard('nb-1', 'bin-2', FROM + HOUR, { fillingLevel: 0.9 }),
      heard('nb-2', 'bin-2', FROM + 5 * HOUR, { fillingLevel: 0.9 }),
      heard('nb-2', 'bin-2', FROM + 6 * HOUR, { fillingLevel: 0.1 }),
      heard('nb-1', 'bin-1', FROM + 9 * HOUR, { fillingLevel: 0.1 }),
    ];
    const alerts = async (hours: number) =>
      (await run(uplinks, full(0.8, `for: PT${hours}H,`), { subjects })).alerts.map(
        ({ assetId, deviceId, raisedAt, clearedAt }) => [assetId, deviceId, raisedAt - FROM, clearedAt],
      );
    expect(await alerts(2)).toEqual([['bin-2', 'nb-1', 3 * HOUR, FROM + 6 * HOUR]]);
    // By then it had moved.
    expect(await alerts(4)).toEqual([]);
  });

  it('lets nothing become due on the asset before after the sensor has moved, though it is never heard again', async () => {
    const [moved] = DEVICES;
    const former = [{ assetId: 'bin-2', from: FROM, until: FROM + 4 * HOUR }];
    const subjects = new DeviceSubjects([{ ...moved!, former }, DEVICES[1]!]);
    const uplinks = [heard('nb-1', 'bin-2', FROM + HOUR, { fillingLevel: 0.9 })];
    const alerts = async (hours: number) =>
      (await run(uplinks, full(0.8, `for: PT${hours}H,`) + SILENT, { subjects })).alerts.map(
        ({ ruleId, assetId, raisedAt }) => [ruleId, assetId, raisedAt - FROM],
      );
    expect(await alerts(2)).toEqual([
      ['waste.full', 'bin-2', 3 * HOUR],
      ['device.silent', 'bin-1', 6 * HOUR],
    ]);
    expect(await alerts(4)).toEqual([['device.silent', 'bin-1', 6 * HOUR]]);
  });

  it('is about a part of the fleet where one is asked for, and passes over devices that nobody knows', async () => {
    const uplinks = [
      heard('nb-1', 'bin-1', FROM + HOUR, { fillingLevel: 0.9 }),
      heard('nb-2', 'bin-2', FROM + HOUR, { fillingLevel: 0.9 }),
      heard('nb-9', 'bin-9', FROM + HOUR, { fillingLevel: 0.9 }),
    ];
    const report = await run(uplinks, full(0.8), { concerns: ({ asset }) => asset?.assetId === 'bin-2' });
    expect(report.alerts.map(({ assetId }) => assetId)).toEqual(['bin-2']);
    expect(report.uplinks).toBe(1);
  });

  it('takes no sensor for silent that was heard on an asset that it is not about', async () => {
    const [moved] = DEVICES;
    const former = [{ assetId: 'bin-2', from: FROM, until: FROM + 4 * HOUR }];
    const subjects = new DeviceSubjects([{ ...moved!, former }, DEVICES[1]!]);
    const hours = [1, 5, 8, 11].map((hour) =>
      heard('nb-1', hour < 4 ? 'bin-2' : 'bin-1', FROM + hour * HOUR, { fillingLevel: 0.9 }),
    );
    const alerts = async (assetId: string) =>
      (
        await run(hours, full(0.8, 'for: PT2H,') + SILENT, {
          ...{ subjects, to: FROM + 12 * HOUR, concerns: ({ asset }) => asset?.assetId === assetId },
        })
      ).alerts.map(({ ruleId, raisedAt }) => [ruleId, raisedAt - FROM]);
    expect(await alerts('bin-2')).toEqual([['waste.full', 3 * HOUR]]);
    expect(await alerts('bin-1')).toEqual([['waste.full', 7 * HOUR]]);
  });

  it('lists so many alerts as were asked for and says how many there are', async () => {
    const report = await run(levels([HOUR, 0.9], [2 * HOUR, 0.1], [3 * HOUR, 0.9]), full(0.8), { mostAlerts: 1 });
    expect(report.alerts).toHaveLength(1);
    expect(report).toMatchObject({ alertCount: 2, rules: [{ new: { fired: 2 } }] });
  });

  it('lets others have their turn after each slice, and ends when it may not go on', async () => {
    let turns = 0;
    const asked: number[] = [];
    const outcome = await runBacktest({
      rules: rulesOf(FULL + full(0.8)),
      against: null,
      uplinks: batchesOf(levels([1, 0.1], [2, 0.1], [3, 0.1], [4, 0.1], [5, 0.1], [6, 0.1])),
      subjects: new DeviceSubjects(DEVICES),
      from: FROM,
      to: FROM + DAY,
      mostAlerts: 1,
      sliceSize: 2,
      takeTurns: async () => void turns++,
      mayGoOn: (readings) => {
        asked.push(readings);
        return readings >= 4 ? { code: 'backtest.tooLong', detail: 'enough' } : null;
      },
    });
    expect(outcome).toEqual({ ok: false, error: { code: 'backtest.tooLong', detail: 'enough' } });
    expect(asked).toEqual([0, 2, 3, 4]);
    expect(turns).toBe(1);
  });

  it('tells how many alerts there were so far, of both rule sets, so that a rule that fires all the time does not fill the memory', async () => {
    const asked: number[] = [];
    await run(levels([HOUR, 0.9], [2 * HOUR, 0.1], [3 * HOUR, 0.9], [4 * HOUR, 0.1]), full(0.8), {
      against: full(0.85),
      mayGoOn: (_readings, alerts) => {
        asked.push(alerts);
        return null;
      },
    });
    expect(asked[0]).toBe(0);
    expect(asked.at(-1)).toBe(4);
  });
});
