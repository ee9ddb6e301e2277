import { env } from 'node:process';
import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { interpret } from '@stadtfunk/ingest';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryRulesRecords, RulesConsumer, type RulesCommit } from '@stadtfunk/rules';
import { rulesOf, subjectOf } from '@stadtfunk/rules/testing';
import type { StoredUplink } from '@stadtfunk/uplinks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CityBook } from './city-book.ts';
import { CityPlaces } from './city-places.ts';
import { Decisions } from './decisions.ts';
import { DeviceSubjects } from './device-subjects.ts';
import { Lane } from './lane.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// The night in which clocks go back.
const T0 = Date.UTC(2026, 9, 24, 22);
/** 10,000 histories are the property's promise; the gate tries fewer of them, always the same. */
const HISTORIES = Number(env['DETERMINISM_HISTORIES'] ?? 2_000);

const RULES = rulesOf(`version: "1"
rules:
  - { id: a.now, subject: asset, when: fillingLevel >= 0.5 || containerFull, clear: fillingLevel < 0.3, severity: major, job: { kind: emptying, priority: high, due: PT24H }, title: { de: A, en: A } }
  - { id: a.held, subject: asset, when: occupancy, for: PT1H, clearFor: PT20M, severity: minor, job: { kind: x, priority: low, due: P1D }, title: { de: A, en: A } }
  - { id: a.twice, subject: asset, when: fillingLevel >= 0.5, for: PT30M, readings: 2, severity: minor, title: { de: A, en: A } }
  - { id: a.night, subject: asset, when: occupancy && (localHour < 5.0 || localHour >= 22.0), severity: minor, title: { de: A, en: A } }
  - { id: a.stuck, subject: asset, unchanged: occupancy, for: PT3H, severity: warning, title: { de: A, en: A } }
  - { id: d.offline, subject: device, silent: { intervals: 2, margin: PT10M }, severity: warning, job: { kind: inspection, priority: low }, title: { de: A, en: A } }
  - { id: a.rising, subject: asset, when: fillingLevel >= 0.4, severity: [{ is: minor }, { is: major, after: PT2H, priority: high }, { is: critical, when: fillingLevel >= 0.9 }], job: { kind: y, priority: low, due: P1D }, title: { de: A, en: A } }
  - { id: a.window, subject: asset, when: "mean(fillingLevel, 'PT6H') > 0.5 && count(occupancy, 'PT3H') >= 2", severity: minor, title: { de: A, en: A } }
  - { id: a.forecast, subject: asset, when: hoursUntilFull <= 48 && hoursUntilFullAtLeast >= 0, severity: minor, job: { kind: emptying, priority: low, due: hoursUntilFullAtLeast, joins: a.now }, title: { de: A, en: A } }
  - { id: d.mute, subject: device, silent: { of: measurement, intervals: 2, margin: PT10M }, severity: [{ is: warning }, { is: minor, after: PT1H }], title: { de: A, en: A } }
  - { id: d.battery, subject: device, when: batteryLevel < 0.2, clearFor: PT2H, severity: warning, title: { de: A, en: A } }
`);
/** The third is registered and never heard. */
const DEVICES = ['1', '2', '3'].map((number) => {
  const { device, asset } = subjectOf('ParkingSpot', {
    device: { deviceId: `nb-${number}`, reportingIntervalMs: HOUR },
    asset: { assetId: `spot-${number}` },
  });
  return { device, asset, registeredAt: T0 + Number(number) * HOUR - 3 * HOUR };
});

const values = fc.record(
  {
    fillingLevel: fc.constantFrom(0.1, 0.4, 0.55, 0.9),
    containerFull: fc.boolean(),
    occupancy: fc.boolean(),
    batteryLevel: fc.constantFrom(0.1, 0.9),
  },
  { requiredKeys: [] },
);
const steps = fc.array(
  fc.record({
    device: fc.constantFrom(0, 0, 1),
    gapMs: fc.oneof(fc.integer({ min: 0, max: 10 * MINUTE }), fc.integer({ min: 0, max: 5 * HOUR })),
    ageMs: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: -2 * MINUTE, max: 4 * HOUR })),
    values,
    /** What cannot be read is contact all the same. */
    isBroken: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20 },
);
/** Days in which a bin fills, now and then: without them there are no forecasts. */
const days = fc.constantFrom(0, 0, 0, 32).map((count) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ device: 0, gapMs: 2 * HOUR, ageMs: 2_000, isBroken: false },
    values: { fillingLevel: Math.round(5 + 2 * index) / 100 },
  })),
);
const history = fc.tuple(days, steps).map((parts) => parts.flat());
/** How the live consumer gets along: batches, time that passes in between, crashes before or after a commit. */
const fate = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 6 }),
    crashes: fc.constantFrom('no', 'no', 'before', 'after'),
    sweeps: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const bytes = new TextEncoder();
type Step = (typeof history extends fc.Arbitrary<infer T> ? T : never)[number];

function uplinksOf(steps: readonly Step[]): StoredUplink[] {
  let receivedAt = T0;
  return steps.map(({ device, gapMs, ageMs, values: measured, isBroken }, index) => {
    receivedAt += gapMs;
    const text = JSON.stringify({ observedAt: receivedAt - ageMs, values: measured });
    const payload = bytes.encode(isBroken && index % 5 === 0 ? '{' : text);
    const { deviceId } = DEVICES[device]!.device;
    return { deviceId, topic: 't', receivedAt, qos: 1 as const, payload, partition: 0, sequence: index + 1 };
  });
}

/** Loses a commit when told to, and keeps no wall time: that is when something was decided, and not what. */
class CrashingRecords extends MemoryRulesRecords {
  isCrashing = false;
  override async commit(commit: RulesCommit): Promise<void> {
    if (this.isCrashing) throw new Error('killed');
    await super.commit({ ...commit, at: 0 });
  }
}

const directory = new MemoryDeviceDirectory();
for (const bound of DEVICES) directory.put(bound);

async function live(uplinks: readonly StoredUplink[], end: number, fates: readonly FateStep[]): Promise<string> {
  const clock = new ManualClock(T0 - 1);
  const records = new CrashingRecords();
  const start = async () => {
    const consumer = new RulesConsumer({
      ...{ logId: 'log', partitions: 1, directory, records, rules: RULES, clock, listeningSince: 0, settleMs: 0 },
      ...{ sliceSize: 3, takeTurns: () => Promise.resolve() },
      onProblem: ({ detail }) => expect.unreachable(detail),
    });
    const [position] = await consumer.resume([0], [true]);
    return { consumer, position: position! };
  };
  let { consumer, position } = await start();
  for (let turn = 0; position < uplinks.length; turn++) {
    const { size, crashes, sweeps } = fates[turn % fates.length]!;
    const batch = uplinks.slice(position, position + size);
    // A crash each time would be no progress.
    records.isCrashing = crashes === 'before' && turn % 3 !== 2;
    const done = await consumer.process(batch).then(
      () => true,
      () => false,
    );
    records.isCrashing = false;
    if (done) position += batch.length;
    if (!done || crashes === 'after') ({ consumer, position } = await start());
    const next = uplinks[position]?.receivedAt ?? end;
    if (sweeps && next > clock.now()) {
      clock.advance(Math.ceil((next - clock.now()) * 0.7));
      await consumer.sweep();
    }
  }
  clock.advance(Math.max(0, end - clock.now()));
  // Devices that were never due before a restart are looked at in the first sweep.
  await consumer.sweep();
  return kept(records);
}
type FateStep = (typeof fate extends fc.Arbitrary<infer T> ? T : never)[number];

/** The alerts and jobs as text. Which of two devices was first in a batch is no difference. */
function kept({ rows: { alerts, jobs } }: MemoryRulesRecords): string {
  const ofJobs = [...jobs.values()].map(({ number: _number, ...job }) => job);
  const sorted = <T>(items: Iterable<T>, key: (item: T) => string) =>
    [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return JSON.stringify([sorted(alerts.values(), (a) => a.alertId), sorted(ofJobs, (j) => j.jobId)]);
}

/** The same through what a backtest and a replay run. */
async function backtest(uplinks: readonly StoredUplink[], end: number): Promise<string> {
  const records = new MemoryRulesRecords();
  const subjects = new DeviceSubjects(DEVICES, { isNew: () => true });
  const decided: RulesCommit['changes'][number][] = [];
  const decisions = new Decisions();
  const lane = new Lane(RULES, (changes, at) => {
    decided.push(...changes);
    decisions.note(changes, at);
  });
  for (const uplink of uplinks) {
    const { deviceId, receivedAt } = uplink;
    const outcome = interpret(uplink, directory);
    const readings = outcome.ok ? outcome.value.samples.flatMap(({ reading }) => reading ?? []) : [];
    lane.hear({ deviceId, receivedAt, readings }, subjects.at(deviceId, receivedAt)!);
  }
  for (const { device } of DEVICES) lane.expect(device.deviceId, subjects.at(device.deviceId, end)!);
  for (const deviceId of lane.devices) lane.end(deviceId, end);
  await records.positions('log', [0]);
  await records.commit({ logId: 'log', reached: [], states: [], changes: decided, at: 0 });
  const episodes = lane.book.episodes.map(({ alertId, raisedAt, clearedAt }) => [alertId, raisedAt, clearedAt]);
  const alerts = [...records.rows.alerts.values()].map(({ alertId, raisedAt, clearedAt }) => [
    alertId,
    raisedAt,
    clearedAt,
  ]);
  // What the report counts is what would have been kept.
  expect(episodes).toEqual(alerts);
  const city = new CityBook(new CityPlaces(DEVICES));
  for (const { at, changes } of decisions.inOrder()) await city.note(at, changes);
  await city.end(end);
  const jobIds = new Set(city.episodes.map(({ job }) => job?.jobId).filter((jobId) => jobId !== undefined));
  expect([...jobIds].sort()).toEqual([...records.rows.jobs.keys()].sort());
  return kept(records);
}

describe('live, replay and backtest', () => {
  it(
    `give the same alerts and jobs byte for byte, in any batches and with crashes in between (${HISTORIES} histories)`,
    async () => {
      let alerts = 0;
      const fired = new Set<string>();
      await fc.assert(
        fc.asyncProperty(history, fate, fc.integer({ min: 0, max: 9 * HOUR }), async (steps, fates, restMs) => {
          const uplinks = uplinksOf(steps);
          const end = uplinks.at(-1)!.receivedAt + restMs;
          const expected = await backtest(uplinks, end);
          expect(await live(uplinks, end, fates)).toBe(expected);
          alerts += expected.split('"raisedAt"').length - 1;
          for (const [, ruleId] of expected.matchAll(/"ruleId":"([^"]+)"/g)) fired.add(ruleId!);
        }),
        { numRuns: HISTORIES, seed: 20_261_024 },
      );
      expect([...fired].sort()).toEqual(RULES.rules.map(({ id }) => id).sort());
      // Histories in which nothing happens would show nothing.
      expect(alerts).toBeGreaterThan(3 * HISTORIES);
      // Ten times what a core of its own takes.
    },
    Math.max(300_000, HISTORIES * 60),
  );
});
