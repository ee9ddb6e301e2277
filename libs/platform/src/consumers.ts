import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@stadtfunk/config';
import type { DeviceDirectory, DirectoryFeed } from '@stadtfunk/devices';
import { StoreConsumer } from '@stadtfunk/ingest';
import { Fault, type Clock, type CodedError } from '@stadtfunk/kernel';
import type { Logger } from '@stadtfunk/observability';
import {
  PostgresIngestRecords,
  PostgresPartitionOwnership,
  PostgresRulesRecords,
  type Database,
} from '@stadtfunk/postgres';
import { OrganisationPlanner, type Organisation } from '@stadtfunk/organisation';
import type { TelemetryStore } from '@stadtfunk/readings';
import { RulesConsumer, type RuleBook } from '@stadtfunk/rules';
import {
  Consumer,
  SoleOwner,
  type ConsumerGroup,
  type PartitionOwnership,
  type StoredUplink,
  type UplinkLog,
} from '@stadtfunk/uplinks';
import type { Measures } from './measures.ts';

/** Uplinks interpreted in one go: some 1 ms, in which no acknowledgement leaves. */
const SLICE_SIZE = 50;
const MEMORIES_KEPT = 200_000;
const WAIT_MS = 1_000;
/** A person waits for an alert; nobody waits for history. */
const PACE_MS: Readonly<Record<ConsumerGroup, number>> = { rules: 50, store: 200 };
/** How often the consumers look for what comes from elsewhere than the log: retries, silences. */
const LOOK_EVERY_MS = 1_000;
const RETRIES_AT_ONCE = 200;

/** A log that came back as another one, or shorter, is opened anew only by a process that starts anew. */
const ENDING = new Set(['log.replaced', 'log.behind']);

export interface ConsumerParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly log: UplinkLog;
  readonly directory: DeviceDirectory;
  readonly feed: DirectoryFeed;
  readonly database: Database;
  readonly measures: Measures;
  /** The process cannot go on, and why. */
  readonly fail: (reason: string) => void;
}

const takeTurns = () => new Promise<void>((turn) => setImmediate(turn));

/** The consumer group `store`, ready to start: readings into the telemetry store. */
export function createStoreConsumer(parts: ConsumerParts, telemetry: TelemetryStore): Consumer {
  const { log, database } = parts;
  const { ownership, sessions } = ownershipOf(parts, 'store');
  const store = new StoreConsumer({
    ...common(parts, 'store'),
    records: new PostgresIngestRecords(database, sessions),
    telemetry,
    zone: parts.config.ZONE,
    memoriesKept: MEMORIES_KEPT,
  });
  return consumer(parts, 'store', ownership, {
    positions: async (owned) => store.resume(await log.floors(), owned),
    process: (batch) => store.process(batch),
    look: async () => {
      // As long as a full round comes back there may be more.
      while ((await store.retry(RETRIES_AT_ONCE)) === RETRIES_AT_ONCE);
    },
  });
}

/** The consumer group `rules`, ready to start: alerts and jobs. */
export function createRulesConsumer(parts: ConsumerParts, book: RuleBook, organisation: Organisation): Consumer {
  const { config, clock, log, database } = parts;
  const { ownership, sessions } = ownershipOf(parts, 'rules');
  const rules = new RulesConsumer({
    ...common(parts, 'rules'),
    partitions: log.partitions,
    records: new PostgresRulesRecords(database, sessions, new OrganisationPlanner(organisation)),
    rules: book.rules,
    clock,
    listeningSince: clock.now(),
    settleMs: config.LOG_APPEND_TIMEOUT_MS,
  });
  book.onChange((changed) => rules.judgeBy(changed));
  return consumer(parts, 'rules', ownership, {
    positions: async (owned) => {
      // Whoever has owned a partition before may have known newer rules: it never goes back to older ones.
      await book.refresh();
      return rules.resume(await log.floors(), owned);
    },
    process: (batch) => rules.process(batch),
    look: () => rules.sweep(),
  });
}

function common({ log, directory, logger, measures }: ConsumerParts, group: ConsumerGroup) {
  const onProblem = (problem: CodedError, deviceId: string) => {
    measures.problem(group, problem);
    logger.debug({ group, deviceId, ...problem }, 'a problem with an uplink');
  };
  return { logId: log.logId, directory, sliceSize: SLICE_SIZE, takeTurns, onProblem };
}

/** Which partitions this process works on: with a server that others use as well, its share of them. */
function ownershipOf({ database, log }: ConsumerParts, group: ConsumerGroup) {
  if (database.kind === 'pglite') return { ownership: new SoleOwner(log.partitions) };
  const ownership = new PostgresPartitionOwnership(database, group, log.logId, log.partitions);
  return { ownership, sessions: ownership };
}

interface GroupWork {
  readonly positions: (owned: readonly boolean[]) => Promise<readonly number[]>;
  readonly process: (batch: readonly StoredUplink[]) => Promise<void>;
  readonly look: () => Promise<void>;
}

function consumer(
  { config, log, logger, directory, feed, measures, fail }: ConsumerParts,
  group: ConsumerGroup,
  ownership: PartitionOwnership,
  work: GroupWork,
): Consumer {
  let lookedAt = 0;
  measures.watchOwned(group, () => ownership.owned);
  return new Consumer({
    log,
    group,
    ownership,
    positions: work.positions,
    batchSize: config.BATCH_SIZE,
    waitMs: WAIT_MS,
    paceMs: PACE_MS[group],
    process: async (batch) => {
      // A device that was registered in another process a moment ago is not unknown.
      if (batch.some(({ deviceId }) => !directory.find(deviceId))) await feed.refresh();
      await work.process(batch);
      measures.batch(group, batch);
    },
    idle: async () => {
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = performance.now();
      await work.look();
    },
    onFault: (fault, attempt) => {
      logger.error({ group, attempt, err: fault }, 'a batch could not be committed; trying again');
      if (fault instanceof Fault && ENDING.has(fault.code)) fail(`${fault.code}: ${fault.message}`);
    },
    pause: (ms) => pause(ms, undefined, { ref: false }),
    elapsed: () => performance.now(),
  });
}
