import { MemoryDeviceDirectory, type BoundDevice } from '@stadtfunk/devices';
import { ManualClock } from '@stadtfunk/kernel/testing';
import type { Alert } from '@stadtfunk/maintenance';
import {
  DEFAULT_RULES,
  compileRules,
  MemoryAlertSettlement,
  MemoryRulesRecords,
  RulesConsumer,
} from '@stadtfunk/rules';
import { rulesOf, subjectOf } from '@stadtfunk/rules/testing';
import type { Values } from '@stadtfunk/readings';
import type { StoredUplink } from '@stadtfunk/uplinks';
import { describe, expect, it } from 'vitest';
import { CityPlaces } from './city-places.ts';
import { DeviceSubjects } from './device-subjects.ts';
import type { HeardUplink } from './heard-uplink.ts';
import type { BacktestReport } from './report.ts';
import { runBacktest } from './run-backtest.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 20 October 2026, 20:00 in Hanau: the sun is far below the horizon until after 6:00. */
const NIGHT = Date.UTC(2026, 9, 20, 18);

interface Heard {
  readonly lamp: number;
  readonly at: number;
  readonly values: Values;
}

function lamps(count: number): readonly BoundDevice[] {
  return Array.from({ length: count }, (_, number) => {
    const { device, asset } = subjectOf('Streetlight', {
      device: { deviceId: `nb-${number}`, reportingIntervalMs: HOUR / 2 },
      asset: { assetId: `lamp-${number}` },
      attributes: { powerRating: 60, refStreetlightControlCabinet: 'C-12' },
    });
    return { device, asset };
  });
}

/** Every half hour each lamp tells what it draws; each a second after the one before. */
function night(count: number, hours: number, drawn: (lamp: number, at: number) => number): readonly Heard[] {
  const rounds = Array.from({ length: 2 * hours }, (_, round) => NIGHT + round * (HOUR / 2));
  return rounds.flatMap((begin) =>
    Array.from({ length: count }, (_, lamp) => {
      const at = begin + lamp * 1_000;
      return { lamp, at, values: { activePower: drawn(lamp, at) } };
    }),
  );
}

async function backtest(fleet: readonly BoundDevice[], heard: readonly Heard[], to: number): Promise<BacktestReport> {
  const rules = compileRules(DEFAULT_RULES);
  if (!rules.ok) throw new Error('the default rules are broken');
  // As history comes: one device after the other.
  async function* uplinks() {
    for (const [number, { device, asset }] of fleet.entries()) {
      yield heard
        .filter(({ lamp }) => lamp === number)
        .map(({ at, values }): HeardUplink => {
          const { deviceId } = device;
          const about = { deviceId, assetId: asset!.assetId, observedAt: at, receivedAt: at };
          return { deviceId, receivedAt: at, readings: [{ ...about, clock: 'ok', quality: 4, values }] };
        });
    }
  }
  const outcome = await runBacktest({
    ...{ rules: rules.value, against: null, uplinks: uplinks(), subjects: new DeviceSubjects(fleet) },
    ...{ from: NIGHT, to, mostAlerts: 1_000, sliceSize: 100 },
    takeTurns: () => Promise.resolve(),
    mayGoOn: () => null,
  });
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

/** The same night live: uplinks in the order of time, and settling every two seconds after what was heard. */
async function live(fleet: readonly BoundDevice[], heard: readonly Heard[], to: number) {
  const rules = compileRules(DEFAULT_RULES);
  if (!rules.ok) throw new Error('the default rules are broken');
  const directory = new MemoryDeviceDirectory();
  for (const bound of fleet) directory.put(bound);
  const clock = new ManualClock(NIGHT - 1);
  const records = new MemoryRulesRecords(undefined, { holds: true });
  const settlement = new MemoryAlertSettlement(records.rows, new CityPlaces(fleet));
  const consumer = new RulesConsumer({
    ...{ logId: 'log', partitions: 1, directory, records, rules: rules.value, clock, listeningSince: 0, settleMs: 0 },
    ...{ sliceSize: 100, takeTurns: () => Promise.resolve() },
    onProblem: ({ detail }) => expect.unreachable(detail),
  });
  await consumer.resume([0], [true]);
  const passTime = async (until: number) => {
    while (clock.now() < until) {
      clock.advance(Math.min(5 * MINUTE, until - clock.now()));
      await consumer.sweep();
      await settlement.settle(clock.now());
    }
  };
  const inOrder = [...heard].sort((a, b) => a.at - b.at);
  for (const [index, { lamp, at, values }] of inOrder.entries()) {
    await passTime(at);
    const payload = new TextEncoder().encode(JSON.stringify({ observedAt: at, values }));
    const uplink = { deviceId: `nb-${lamp}`, topic: 't', receivedAt: at, qos: 1 as const, payload };
    const stored: StoredUplink = { ...uplink, partition: 0, sequence: index + 1 };
    await consumer.process([stored]);
    await settlement.settle(clock.now());
  }
  await passTime(to);
  return records.rows;
}

type Told = Pick<Alert, 'alertId' | 'subject' | 'raisedAt' | 'clearedAt' | 'clearReason' | 'severity'>;

/** What a report and the records both say of alerts. */
function told(alerts: Iterable<Told>): readonly Told[] {
  return [...alerts]
    .map(({ alertId, subject, raisedAt, clearedAt, clearReason, severity }) => {
      return { alertId, subject, raisedAt, clearedAt, clearReason, severity };
    })
    .sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
}

describe('a backtest of rules with groups', () => {
  it('makes one alert and one job of a cabinet that fails, as the city would have had them', async () => {
    const fleet = lamps(20);
    const heard = night(20, 8, (_, at) => (at >= NIGHT + 2 * HOUR && at < NIGHT + 5 * HOUR ? 0.4 : 58));
    const report = await backtest(fleet, heard, NIGHT + 8 * HOUR);

    const dark = report.rules.find(({ ruleId }) => ruleId === 'light.darkAtNight')!.new;
    expect(dark).toMatchObject({ fired: 20, groups: 1, grouped: 20, jobs: 1, reopened: 0, joined: 0, subjects: 20 });
    const [group, ...others] = report.alerts.filter(({ members }) => members !== null);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ subject: 'group:cabinet:C-12', members: 20, severity: 'critical' });
    expect(group!.clearReason).toBe('measured');
    expect(report.notModelled.join()).not.toContain('Groups');

    const rows = await live(fleet, heard, NIGHT + 8 * HOUR);
    expect(told(report.alerts)).toEqual(told(rows.alerts.values()));
    expect([...rows.jobs.keys()]).toEqual([group!.job!.jobId]);
  });

  it('gives lamps that stay too few their own jobs, and one lamp among many that is repaired too', async () => {
    const fleet = lamps(20);
    const heard = night(20, 8, (lamp, at) => (lamp < 3 && at >= NIGHT + 2 * HOUR ? 0.4 : 58));
    const report = await backtest(fleet, heard, NIGHT + 8 * HOUR);

    const dark = report.rules.find(({ ruleId }) => ruleId === 'light.darkAtNight')!.new;
    expect(dark).toMatchObject({ fired: 3, groups: 0, grouped: 0, jobs: 3 });
    const rows = await live(fleet, heard, NIGHT + 8 * HOUR);
    expect([...rows.jobs.keys()].sort()).toEqual(report.alerts.map(({ job }) => job!.jobId).sort());
  });

  it('counts lamps that are still dark when the others burn again with jobs of their own', async () => {
    const fleet = lamps(20);
    const burnsAgain = (lamp: number) => NIGHT + (lamp < 2 ? 99 : 5) * HOUR;
    const heard = night(20, 8, (lamp, at) => (at >= NIGHT + 2 * HOUR && at < burnsAgain(lamp) ? 0.4 : 58));
    const report = await backtest(fleet, heard, NIGHT + 8 * HOUR);

    const dark = report.rules.find(({ ruleId }) => ruleId === 'light.darkAtNight')!.new;
    expect(dark).toMatchObject({ fired: 20, groups: 1, grouped: 20, jobs: 3 });
    expect(report.alerts.filter(({ groupAlertId, job }) => groupAlertId !== null && job !== null)).toHaveLength(2);
    const rows = await live(fleet, heard, NIGHT + 8 * HOUR);
    const jobIds = new Set(report.alerts.flatMap(({ job }) => (job ? [job.jobId] : [])));
    expect([...rows.jobs.keys()].sort()).toEqual([...jobIds].sort());
  });

  it('counts the job of two rules about the same once, where one joins the other', async () => {
    const rules = rulesOf(`version: "1"
rules:
  - { id: a.soon, subject: asset, when: fillingLevel >= 0.5, severity: warning, job: { kind: emptying, priority: low, due: P1D, joins: a.full }, title: { de: A, en: A } }
  - { id: a.full, subject: asset, when: fillingLevel >= 0.8, severity: major, job: { kind: emptying, priority: high, due: P1D, joins: a.soon }, title: { de: A, en: A } }
`);
    const { device, asset } = subjectOf('WasteContainer', { device: { deviceId: 'nb-1', reportingIntervalMs: HOUR } });
    const levels = [0.1, 0.6, 0.9, 0.1].map((fillingLevel, index): HeardUplink => {
      const at = NIGHT + index * HOUR;
      const about = { deviceId: 'nb-1', assetId: asset!.assetId, observedAt: at, receivedAt: at };
      return {
        deviceId: 'nb-1',
        receivedAt: at,
        readings: [{ ...about, clock: 'ok', quality: 4, values: { fillingLevel } }],
      };
    });
    async function* uplinks() {
      yield levels;
    }
    const outcome = await runBacktest({
      ...{ rules, against: null, uplinks: uplinks(), subjects: new DeviceSubjects([{ device, asset }]) },
      ...{ from: NIGHT, to: NIGHT + 9 * HOUR, mostAlerts: 10, sliceSize: 1 },
      takeTurns: () => Promise.resolve(),
      mayGoOn: () => null,
    });
    if (!outcome.ok) throw new Error(outcome.error.code);
    expect(outcome.value.rules.map(({ new: { fired, jobs, joined } }) => ({ fired, jobs, joined }))).toEqual([
      { fired: 1, jobs: 1, joined: 0 },
      { fired: 1, jobs: 0, joined: 1 },
    ]);
    const [soon, full] = outcome.value.alerts;
    expect(full!.job).toMatchObject({ jobId: soon!.job!.jobId, isJoined: true });
  });
});
