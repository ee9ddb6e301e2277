import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@stadtfunk/config';
import type { DeviceDirectory } from '@stadtfunk/devices';
import { StoreConsumer } from '@stadtfunk/ingest';
import type { Clock, CodedError } from '@stadtfunk/kernel';
import type { Logger } from '@stadtfunk/observability';
import { RulesConsumer, type RuleSet } from '@stadtfunk/rules';
import { Consumer, type ConsumerGroup, type StoredUplink, type UplinkLog } from '@stadtfunk/uplinks';
import type { Records } from './records.ts';

/** Uplinks interpreted in one go: some 1 ms, in which no acknowledgement leaves. */
const SLICE_SIZE = 50;
const MEMORIES_KEPT = 200_000;
const WAIT_MS = 1_000;
/** A person waits for an alert; nobody waits for history. */
const PACE_MS: Readonly<Record<ConsumerGroup, number>> = { rules: 50, store: 200 };
/** How often the consumers look for what comes from elsewhere than the log: retries, silences. */
const LOOK_EVERY_MS = 1_000;
const RETRIES_AT_ONCE = 200;

export interface ConsumerParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly log: UplinkLog;
  readonly directory: DeviceDirectory;
  readonly records: Records;
  readonly ruleSet: RuleSet;
  readonly onProblem: (group: ConsumerGroup, problem: CodedError, deviceId: string) => void;
  /** Told after every batch that is committed. */
  readonly onBatch: (group: ConsumerGroup, batch: readonly StoredUplink[]) => void;
}

const takeTurns = () => new Promise<void>((turn) => setImmediate(turn));

/** The consumer groups `store` and `rules`, ready to start. */
export function createConsumers(parts: ConsumerParts): readonly Consumer[] {
  const { config, clock, log, directory, records, ruleSet, onProblem } = parts;
  const common = { logId: log.logId, directory, sliceSize: SLICE_SIZE, takeTurns };
  const store = new StoreConsumer({
    ...common,
    records: records.ingest,
    telemetry: records.telemetry,
    memoriesKept: MEMORIES_KEPT,
    onProblem: (problem, deviceId) => onProblem('store', problem, deviceId),
  });
  const rules = new RulesConsumer({
    ...common,
    partitions: log.partitions,
    records: records.rules,
    rules: ruleSet,
    clock,
    listeningSince: clock.now(),
    settleMs: config.LOG_APPEND_TIMEOUT_MS,
    onProblem: (problem, deviceId) => onProblem('rules', problem, deviceId),
  });
  return [
    consumer(parts, 'store', {
      positions: async () => store.resume(await log.floors()),
      process: (batch) => store.process(batch),
      look: async () => {
        // As long as a full round comes back there may be more.
        while ((await store.retry(RETRIES_AT_ONCE)) === RETRIES_AT_ONCE);
      },
    }),
    consumer(parts, 'rules', {
      positions: async (owned) => rules.resume(await log.floors(), owned),
      process: (batch) => rules.process(batch),
      look: () => rules.sweep(),
    }),
  ];
}

interface GroupWork {
  readonly positions: (owned: readonly boolean[]) => Promise<readonly number[]>;
  readonly process: (batch: readonly StoredUplink[]) => Promise<void>;
  readonly look: () => Promise<void>;
}

function consumer(parts: ConsumerParts, group: ConsumerGroup, work: GroupWork): Consumer {
  const { config, log, logger, records, onBatch } = parts;
  let lookedAt = 0;
  return new Consumer({
    log,
    group,
    ownership: records.ownership[group],
    positions: work.positions,
    batchSize: config.BATCH_SIZE,
    waitMs: WAIT_MS,
    paceMs: PACE_MS[group],
    process: async (batch) => {
      await work.process(batch);
      onBatch(group, batch);
    },
    idle: async () => {
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = performance.now();
      await work.look();
    },
    onFault: (fault, attempt) =>
      logger.error({ group, attempt, err: fault }, 'a batch could not be committed; trying again'),
    pause: (ms) => pause(ms, undefined, { ref: false }),
    elapsed: () => performance.now(),
  });
}
