import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryRulesRecords } from './memory-rules-records.ts';
import type { RuleSet } from './rule-set.ts';
import { RulesConsumer } from './rules-consumer.ts';
import type { RulesCommit } from './rules-records.ts';
import { rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const full = (limit: number, more = '') =>
  `  - { id: waste.full, subject: asset, when: fillingLevel >= ${limit}, severity: minor, ${more}title: { de: V, en: F }, job: { kind: emptying, priority: high } }\n`;
const SILENT = `  - { id: device.silent, subject: device, silent: { intervals: 3 }, severity: minor, title: { de: S, en: S } }\n`;
const rules = (...lines: string[]) => rulesOf(`version: "1"\nrules:\n${lines.join('') || ' []'}`);

class FlakyRecords extends MemoryRulesRecords {
  failures = 0;
  commits = 0;
  override async commit(commit: RulesCommit): Promise<void> {
    if (this.failures-- > 0) throw new Fault('records.unavailable', 'away', true);
    await super.commit(commit);
    this.commits++;
  }
}

describe('other rules while devices are being judged', () => {
  let clock: ManualClock;
  let records: FlakyRecords;
  let directory: MemoryDeviceDirectory;
  let consumer: RulesConsumer;
  let sequence: number;

  const start = async (ruleSet: RuleSet) => {
    consumer = new RulesConsumer({
      logId: 'log',
      partitions: 1,
      directory,
      records,
      rules: ruleSet,
      clock,
      listeningSince: 0,
      settleMs: 0,
      sliceSize: 1,
      takeTurns: () => Promise.resolve(),
      onProblem: ({ detail }) => expect.unreachable(detail),
    });
    await consumer.resume([0], [true]);
  };
  const bind = (deviceId: string, assetId: string) => {
    const { device, asset } = subjectOf('WasteContainer', { asset: { assetId }, device: { deviceId } });
    directory.put({ device: { ...device, reportingIntervalMs: HOUR }, asset });
  };
  const uplink = (fillingLevel: number, deviceId = 'device-1') => {
    const receivedAt = clock.now();
    const payload = new TextEncoder().encode(JSON.stringify({ observedAt: receivedAt, values: { fillingLevel } }));
    return { deviceId, topic: 't', receivedAt, qos: 1 as const, payload, partition: 0, sequence: ++sequence };
  };
  const hear = async (fillingLevel: number, deviceId?: string) => {
    await consumer.process([uplink(fillingLevel, deviceId)]);
    clock.advance(MINUTE);
  };
  const alerts = () =>
    [...records.rows.alerts.values()].map(({ ruleId, ruleVersion, clearedAt, clearReason }) => {
      return [ruleId, ruleVersion, clearedAt === null ? 'open' : clearReason];
    });
  const shadows = () =>
    [...records.rows.shadows.values()].map(({ ruleId, clearedAt, clearReason }) => {
      return [ruleId, clearedAt === null ? 'open' : clearReason];
    });
  const states = () => [...records.rows.jobs.values()].map(({ state }) => state);

  beforeEach(() => {
    clock = new ManualClock();
    records = new FlakyRecords();
    directory = new MemoryDeviceDirectory();
    bind('device-1', 'asset-1');
    sequence = 0;
  });

  it('judge from the next batch on, and an alert names the version that raised it', async () => {
    const [strict, lax] = [rules(full(0.9)), rules(full(0.8))];
    await start(strict);
    await hear(0.85);
    expect(alerts()).toEqual([]);
    consumer.judgeBy(lax);
    await hear(0.86);
    expect(alerts()).toEqual([['waste.full', lax.rules[0]!.version, 'open']]);
  });

  it('never change within a batch', async () => {
    const [strict, lax] = [rules(full(0.9)), rules(full(0.8))];
    bind('device-2', 'asset-2');
    await start(strict);
    const judging = consumer.process([uplink(0.85, 'device-1'), uplink(0.85, 'device-2')]);
    consumer.judgeBy(lax);
    await judging;
    // The first turn of the loop has begun, so the batch belongs to the rules before.
    expect(alerts()).toEqual([]);
    clock.advance(MINUTE);
    await hear(0.85, 'device-2');
    expect(alerts()).toMatchObject([['waste.full', lax.rules[0]!.version, 'open']]);
  });

  it('leave an alert open when its rule changes, and the new version ends it', async () => {
    const [before, after] = [rules(full(0.8)), rules(full(0.9))];
    await start(before);
    await hear(0.85);
    consumer.judgeBy(after);
    await consumer.sweep();
    expect(alerts()).toEqual([['waste.full', before.rules[0]!.version, 'open']]);
    await hear(0.85);
    expect(alerts()).toEqual([['waste.full', before.rules[0]!.version, 'measured']]);
  });

  it('end the alert of a rule that is gone and withdraw its job, without a word from the device', async () => {
    await start(rules(full(0.8), SILENT));
    await hear(0.85);
    consumer.judgeBy(rules(SILENT));
    await consumer.sweep();
    expect(alerts().map(([id, , end]) => [id, end])).toEqual([['waste.full', 'ruleRemoved']]);
    expect(states()).toEqual(['cancelled']);
  });

  it('move open alerts between live and shadow mode without a word from the device', async () => {
    await start(rules(full(0.8)));
    await hear(0.85);
    consumer.judgeBy(rules(full(0.8, 'mode: shadow, ')));
    await consumer.sweep();
    expect(alerts()).toMatchObject([['waste.full', expect.any(String), 'ruleRemoved']]);
    await hear(0.86);
    expect(shadows()).toEqual([['waste.full', 'open']]);
    consumer.judgeBy(rules(full(0.8)));
    await consumer.sweep();
    expect(shadows()).toEqual([['waste.full', 'ruleRemoved']]);
    await hear(0.87);
    expect(alerts().map(([, , end]) => end)).toEqual(['ruleRemoved', 'open']);
  });

  it('find devices that are silent already, live and in shadow mode', async () => {
    await start(rules(full(0.8)));
    await hear(0.1);
    clock.advance(10 * HOUR);
    await consumer.sweep();
    consumer.judgeBy(rules(full(0.8), SILENT.replace('silent, sub', 'silent, mode: shadow, sub')));
    await consumer.sweep();
    expect([alerts(), shadows()]).toEqual([[], [['device.silent', 'open']]]);
    consumer.judgeBy(rules(full(0.8), SILENT));
    await consumer.sweep();
    expect(alerts().map(([id, , end]) => [id, end])).toEqual([['device.silent', 'open']]);
    expect(shadows()).toEqual([['device.silent', 'ruleRemoved']]);
  });

  it('in shadow mode take no device for silent that was heard a while before they began', async () => {
    await start(rules(full(0.8)));
    for (let hour = 0; hour < 5; hour++) {
      await hear(0.1);
      clock.advance(HOUR);
    }
    consumer.judgeBy(rules(full(0.8), SILENT.replace('silent, sub', 'silent, mode: shadow, sub')));
    await consumer.sweep();
    expect(shadows()).toEqual([]);
    clock.advance(4 * HOUR);
    await consumer.sweep();
    expect(shadows()).toEqual([['device.silent', 'open']]);
  });

  it('that come back find again what is still wrong, as another episode', async () => {
    await start(rules(SILENT));
    await hear(0.1);
    clock.advance(10 * HOUR);
    await consumer.sweep();
    for (let time = 0; time < 2; time++) {
      consumer.judgeBy(rules());
      await consumer.sweep();
      if (time === 1) await start(rules());
      clock.advance(MINUTE);
      consumer.judgeBy(rules(SILENT));
      await consumer.sweep();
    }
    expect(alerts().map(([, , end]) => end)).toEqual(['ruleRemoved', 'ruleRemoved', 'open']);
    await hear(0.1);
    expect(alerts().map(([, , end]) => end)).toEqual(['ruleRemoved', 'ruleRemoved', 'measured']);
  });

  it('are not lost in a crash before anything was done because of them', async () => {
    await start(rules(full(0.8), SILENT));
    await hear(0.85);
    // Another process knows the new rules and is the first to look.
    await start(rules(SILENT));
    await consumer.sweep();
    expect(alerts().map(([, , end]) => end)).toEqual(['ruleRemoved']);

    await start(rules(full(0.8)));
    clock.advance(10 * HOUR);
    await consumer.sweep();
    await start(rules(full(0.8), SILENT));
    await consumer.sweep();
    expect(alerts().map(([id, , end]) => [id, end])).toContainEqual(['device.silent', 'open']);
  });

  it('leave the records alone where they change nothing', async () => {
    await start(rules(full(0.8)));
    await hear(0.1);
    const { commits } = records;
    consumer.judgeBy(rules(full(0.9), SILENT));
    await consumer.sweep();
    await consumer.sweep();
    expect(records.commits).toBe(commits);
  });

  it('judge a batch again that could not be committed, as if they had come before it, whatever crashes in between', async () => {
    const sets = [rules(full(0.8)), rules(full(0.5), SILENT), rules(full(0.9, 'mode: shadow, ')), rules(SILENT)];
    const step = fc.oneof(
      fc.record({ level: fc.constantFrom(0.1, 0.6, 0.85, 0.95), device: fc.constantFrom('device-1', 'device-2') }),
      fc.record({ rules: fc.nat({ max: sets.length - 1 }) }),
      fc.record({ sweepAfterMs: fc.constantFrom(MINUTE, 5 * HOUR) }),
    );
    const steps = fc.array(fc.record({ step, crash: fc.constantFrom('none', 'none', 'failure', 'restart') }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const outcomes: unknown[] = [];
        for (const crashes of [false, true]) {
          clock = new ManualClock();
          records = new FlakyRecords();
          bind('device-2', 'asset-2');
          sequence = 0;
          let current = sets[0]!;
          await start(current);
          for (const { step, crash } of history) {
            clock.advance(MINUTE);
            if ('rules' in step) {
              current = sets[step.rules]!;
              consumer.judgeBy(current);
              // Taken at once in both runs, so that what is compared is not when a change of rules was noticed.
              await consumer.sweep();
            } else {
              if ('sweepAfterMs' in step) clock.advance(step.sweepAfterMs);
              const batch = 'level' in step ? [uplink(step.level, step.device)] : [];
              const work = () => ('level' in step ? consumer.process(batch) : consumer.sweep());
              if (crashes && crash === 'failure') {
                records.failures = 1;
                await work().catch(() => undefined);
                records.failures = 0;
                await consumer.resume([0], [true]);
              }
              if (crashes && crash === 'restart') await start(current);
              const position = (await records.positions('log', [0]))[0]!;
              // What a sweep committed that "failed" is not to be done again; a batch is repeated unless it was committed.
              if ('sweepAfterMs' in step || position < sequence) await work();
            }
          }
          const { alerts: raised, shadows: recorded, jobs } = records.rows;
          // By their ids: what one sweep does to several devices has an order among them that nobody promises.
          const alertsOf = (rows: typeof raised | typeof recorded) =>
            [...rows.values()].sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
          const states = [...jobs.values()].map(({ jobId, state }) => [jobId, state]).sort();
          outcomes.push([alertsOf(raised), alertsOf(recorded), states]);
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
      }),
      { numRuns: 150 },
    );
  });
});
