import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryRulesRecords } from './memory-rules-records.ts';
import type { RuleSet } from './rule-set.ts';
import { RulesConsumer } from './rules-consumer.ts';
import { rulesOf, subjectOf } from './testing.ts';

const HOUR = 3_600_000;

const rule = (id: string, mode: 'live' | 'shadow' | null) =>
  `  - { id: ${id}, subject: asset, when: fillingLevel >= 0.8, for: PT30M, severity: minor, ${mode ? `mode: ${mode}, ` : ''}title: { de: V, en: F }, job: { kind: emptying, priority: high } }\n`;
const rules = (...lines: string[]) => rulesOf(`version: "1"\nrules:\n${lines.join('') || ' []'}`);

describe('a rule in shadow mode', () => {
  let clock: ManualClock;
  let records: MemoryRulesRecords;
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
      sliceSize: 100,
      takeTurns: () => Promise.resolve(),
      onProblem: ({ detail }) => expect.unreachable(detail),
    });
    await consumer.resume([0], [true]);
  };
  const bind = (deviceId: string, assetId: string) => {
    const { device, asset } = subjectOf('WasteContainer', { asset: { assetId }, device: { deviceId } });
    directory.put({ device, asset });
  };
  const hear = async (fillingLevel: number, deviceId = 'device-1') => {
    const receivedAt = clock.now();
    const payload = new TextEncoder().encode(JSON.stringify({ observedAt: receivedAt, values: { fillingLevel } }));
    await consumer.process([{ deviceId, topic: 't', receivedAt, qos: 1, payload, partition: 0, sequence: ++sequence }]);
  };
  const shadows = () =>
    [...records.rows.shadows.values()].map(({ ruleId, clearedAt, clearReason }) => {
      return [ruleId, clearedAt === null ? 'open' : clearReason];
    });
  const alerts = () =>
    [...records.rows.alerts.values()].map(({ ruleId, clearedAt }) => [ruleId, clearedAt === null ? 'open' : 'over']);

  beforeEach(async () => {
    clock = new ManualClock();
    records = new MemoryRulesRecords();
    directory = new MemoryDeviceDirectory();
    bind('device-1', 'asset-1');
    sequence = 0;
  });

  it('runs live and only records: no alert, no job, nobody is told', async () => {
    await start(rules(rule('waste.live', null), rule('waste.shadow', 'shadow')));
    await hear(0.9);
    clock.advance(HOUR);
    await consumer.sweep();

    expect(shadows()).toEqual([['waste.shadow', 'open']]);
    expect(alerts()).toEqual([['waste.live', 'open']]);
    expect(records.rows.jobs.size).toBe(1);
    expect(records.rows.events.map(({ type }) => type)).toEqual(['alert.raised', 'job.created']);
    expect([...records.rows.shadows.values()][0]).toMatchObject({ job: { kind: 'emptying' } });

    await hear(0.1);
    expect(shadows()).toEqual([['waste.shadow', 'measured']]);
  });

  it('goes on after a restart with what it remembers', async () => {
    const both = rules(rule('waste.live', null), rule('waste.shadow', 'shadow'));
    await start(both);
    await hear(0.9);
    await start(both);
    clock.advance(HOUR);
    await consumer.sweep();
    expect([shadows(), alerts()]).toEqual([[['waste.shadow', 'open']], [['waste.live', 'open']]]);
  });

  it('clears what it recorded when it goes live, and raises anew', async () => {
    await start(rules(rule('waste.full', 'shadow')));
    await hear(0.9);
    clock.advance(HOUR);
    await hear(0.9);
    expect([shadows(), alerts()]).toEqual([[['waste.full', 'open']], []]);

    await start(rules(rule('waste.full', 'live')));
    clock.advance(HOUR);
    await hear(0.9);
    clock.advance(HOUR);
    await hear(0.9);
    expect([shadows(), alerts()]).toEqual([[['waste.full', 'ruleRemoved']], [['waste.full', 'open']]]);
    expect([...records.rows.states.values()].map(({ shadow }) => shadow)).toEqual([undefined]);
  });

  it('ends the alerts of a rule that was live and only records now', async () => {
    await start(rules(rule('waste.full', 'live')));
    await hear(0.9);
    clock.advance(HOUR);
    await hear(0.9);
    await start(rules(rule('waste.full', 'shadow')));
    await hear(0.9);
    clock.advance(HOUR);
    await consumer.sweep();
    expect([shadows(), alerts()]).toEqual([[['waste.full', 'open']], [['waste.full', 'over']]]);
    expect([...records.rows.jobs.values()]).toMatchObject([{ state: 'cancelled' }]);
  });

  it('hands what it recorded over to the sensor that takes the place of another', async () => {
    await start(rules(rule('waste.full', 'shadow')));
    await hear(0.9);
    clock.advance(HOUR);
    await hear(0.9);
    bind('device-2', 'asset-1');
    await hear(0.1, 'device-2');
    expect(shadows()).toEqual([['waste.full', 'measured']]);
  });

  it('has the version that it has live', () => {
    const [shadow, live] = [rules(rule('a.b', 'shadow')), rules(rule('a.b', null))];
    expect([shadow.rules[0]!.mode, live.rules[0]!.mode]).toEqual(['shadow', undefined]);
    expect(shadow.rules[0]!.version).toBe(live.rules[0]!.version);
  });
});
