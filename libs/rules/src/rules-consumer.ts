import { findModel } from '@stadtfunk/device-catalog';
import type { BoundDevice, DeviceDirectory } from '@stadtfunk/devices';
import { interpret } from '@stadtfunk/ingest';
import { messageOf, type Clock, type CodedError } from '@stadtfunk/kernel';
import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading } from '@stadtfunk/readings';
import { partitionOf, reachedBy, sliceOf, type Positions, type StoredUplink } from '@stadtfunk/uplinks';
import { DueQueue } from './due-queue.ts';
import {
  adopt,
  decodeState,
  dueAt,
  encodeState,
  needsAdoption,
  newState,
  newStateBeside,
  type DeviceState,
} from './device-state.ts';
import { advance, applyUplink, refit } from './evaluator.ts';
import type { RuleSet } from './rule-set.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { RulesRecords } from './rules-records.ts';

export interface RulesConsumerOptions {
  readonly logId: string;
  readonly partitions: number;
  readonly directory: DeviceDirectory;
  readonly records: RulesRecords;
  /** By which it judges until `judgeBy` is called. */
  readonly rules: RuleSet;
  readonly clock: Clock;
  /** Since when this platform has been listening without a break, UTC ms: silence before that says nothing. */
  readonly listeningSince: number;
  /** An uplink is in the log at the latest this long after it was received, ms: the log's append timeout. */
  readonly settleMs: number;
  /** Uplinks of a small batch evaluated in one go before other work of the process (acknowledging) gets a turn. */
  readonly sliceSize: number;
  readonly takeTurns: () => Promise<void>;
  readonly onProblem: (problem: CodedError, deviceId: string) => void;
}

/** Devices looked at in one sweep; the rest follows in the next. */
const SWEEP_SIZE = 5_000;
/** How often devices are looked for that were registered and never heard, ms. */
const NEWCOMERS_EVERY_MS = 60_000;
/** Devices fitted to other rules in one go, some 5 ms, before other work of the process gets a turn. */
const REFIT_SIZE = 1_000;

/** A device with what the directory last said of it, and the same as the rules see it. */
interface KnownDevice {
  readonly state: DeviceState;
  /** What the rules that only record remember; null: there are none. */
  shadow: DeviceState | null;
  readonly bound: BoundDevice;
  readonly subject: RuleSubject;
}

/** A device that was not heard of since the states were read. */
interface ResumedDevice {
  readonly state: DeviceState;
  shadow: DeviceState | null;
  readonly bound?: undefined;
}

/** What a batch comes to, while it is being worked out. */
interface Work {
  readonly touched: Map<string, KnownDevice>;
  readonly changes: AlertChange[];
  readonly shadowChanges: AlertChange[];
}

/**
 * The consumer group `rules`. Holds the state of every device of its partitions in memory, as their only owner; what a
 * batch changes is committed in one transaction with the position. After a fault everything is read again.
 */
export class RulesConsumer {
  readonly #options: RulesConsumerOptions;
  readonly #devices = new Map<string, KnownDevice | ResumedDevice>();
  readonly #due = new DueQueue();
  #rules: RuleSet;
  #next: RuleSet;
  #owned: readonly boolean[] = [];
  #newcomersAt = 0;

  constructor(options: RulesConsumerOptions) {
    this.#options = options;
    this.#rules = this.#next = options.rules;
  }

  /**
   * From the next batch or sweep on, these rules judge: within a batch it is always the same ones, and a batch that could not
   * be committed was judged by none. What they make of devices that say nothing is found by the next sweep.
   */
  judgeBy(rules: RuleSet): void {
    this.#next = rules;
  }

  /** Reads the states of the partitions that are owned, and the positions: at the start, and whenever they may have changed. */
  async resume(floors: Positions, owned: readonly boolean[]): Promise<Positions> {
    const { records, logId } = this.#options;
    const positions = await records.positions(logId, floors);
    const stored = await records.states(owned.flatMap((isOwned, partition) => (isOwned ? [partition] : [])));
    this.#devices.clear();
    this.#due.clear();
    this.#owned = owned;
    for (const { deviceId, state, shadow } of stored) {
      const resumed = { state: decodeState(state), shadow: shadow === undefined ? null : decodeState(shadow) };
      this.#devices.set(deviceId, resumed);
    }
    // Other rules may have judged them: of a version before this process, or of one that has owned the partition.
    await this.#refit();
    return positions;
  }

  /** Takes the rules that are to judge from now on, and what has to be looked at because of them. */
  async #takeRules(): Promise<void> {
    if (this.#next !== this.#rules) await this.#refit();
  }

  async #refit(): Promise<void> {
    const { directory, takeTurns } = this.#options;
    this.#rules = this.#next;
    this.#newcomersAt = 0;
    let count = 0;
    for (const [deviceId, known] of this.#devices) {
      if (count++ % REFIT_SIZE === REFIT_SIZE - 1) await takeTurns();
      const bound = directory.find(deviceId);
      if (bound) this.#refitDevice(known, this.#subjectOf(bound));
      this.#watch(deviceId, known);
    }
  }

  #refitDevice(known: KnownDevice | ResumedDevice, subject: RuleSubject): void {
    const { live, shadow } = this.#rules;
    refit(live, known.state, subject);
    const records = shadow.applicableTo(subject.device, subject.asset).rules.length > 0;
    if (records) known.shadow ??= newStateBeside(known.state);
    if (known.shadow) refit(shadow, known.shadow, subject);
  }

  async process(batch: readonly StoredUplink[]): Promise<void> {
    const { directory, sliceSize, takeTurns } = this.#options;
    await this.#takeRules();
    const work: Work = { touched: new Map(), changes: [], shadowChanges: [] };
    const slice = sliceOf(batch.length, sliceSize);
    for (let index = 0; index < batch.length; index++) {
      if (index > 0 && index % slice === 0) await takeTurns();
      const uplink = batch[index]!;
      const bound = directory.find(uplink.deviceId);
      if (!bound) continue;
      const known = this.#known(bound);
      await this.#adopt(known);
      const readings = this.#readings(uplink);
      this.#guard(work, uplink.deviceId, known, (rules, state) =>
        applyUplink(rules, state, known.subject, uplink.receivedAt, readings),
      );
    }
    await this.#commit(work, reachedBy(batch));
  }

  /** Lets time pass for devices that are due: silences and durations. Only when nothing waits in the log. */
  async sweep(): Promise<void> {
    const { clock, directory, settleMs } = this.#options;
    await this.#takeRules();
    this.#watchNewcomers();
    const to = clock.now() - settleMs;
    const work: Work = { touched: new Map(), changes: [], shadowChanges: [] };
    for (const deviceId of this.#due.take(to, SWEEP_SIZE)) {
      const bound = directory.find(deviceId);
      if (!bound || !this.#devices.has(deviceId)) continue;
      const known = this.#known(bound);
      const { state, subject } = known;
      const due = dueOf(known);
      // What was never judged is not known to be due or not.
      const isNew = due === null && (state.c === null || isActivated(bound, state));
      if (isNew || (due !== null && due <= to)) {
        this.#guard(work, deviceId, known, (rules, judged) => advance(rules, judged, subject, to));
      } else {
        this.#watch(deviceId, known);
      }
    }
    if (work.touched.size > 0) await this.#commit(work, []);
  }

  /** Devices that were never heard have no state yet, and may have to be reported all the same. */
  #watchNewcomers(): void {
    const { clock, directory, partitions } = this.#options;
    const now = clock.now();
    if (now < this.#newcomersAt) return;
    this.#newcomersAt = now + NEWCOMERS_EVERY_MS;
    for (const bound of directory.entries()) {
      const { deviceId } = bound.device;
      const before = this.#devices.get(deviceId);
      const isHeard = before !== undefined && before.state.c !== null && !isActivated(bound, before.state);
      const isWatched = isHeard || (before !== undefined && before.bound === bound);
      if (isWatched || !this.#owned[partitionOf(deviceId, partitions)]) continue;
      this.#known(bound);
      this.#due.put(deviceId, bound.activeSince ?? bound.registeredAt ?? now);
    }
  }

  /** What the uplink says; a rejected one says only that the device is there. */
  #readings(uplink: StoredUplink): readonly Reading[] {
    const outcome = interpret(uplink, this.#options.directory);
    if (!outcome.ok) return [];
    const readings: Reading[] = [];
    const assetId = outcome.value.bound.asset?.assetId ?? null;
    // A sensor that moved may still tell of the asset before: that is history, and of another asset.
    for (const { reading } of outcome.value.samples) if (reading?.assetId === assetId) readings.push(reading);
    return readings;
  }

  #known(bound: BoundDevice): KnownDevice {
    const { deviceId } = bound.device;
    const before = this.#devices.get(deviceId);
    if (before?.bound && before.bound === bound) return before;
    const isRecording = this.#rules.shadow.rules.length > 0;
    const shadow = before?.shadow ?? (isRecording ? newState() : null);
    const known = { state: before?.state ?? newState(), shadow, bound, subject: this.#subjectOf(bound) };
    this.#devices.set(deviceId, known);
    return known;
  }

  /** The alerts that are open about its new asset, if it has one. */
  async #adopt({ state, shadow, subject }: KnownDevice): Promise<void> {
    const { records } = this.#options;
    const assetId = subject.asset?.assetId;
    if (needsAdoption(state, subject)) adopt(state, subject, assetId ? await records.openAlerts(assetId) : []);
    if (shadow && needsAdoption(shadow, subject)) {
      adopt(shadow, subject, assetId ? await records.openShadowAlerts(assetId) : []);
    }
  }

  #subjectOf({ device, asset, registeredAt, activeSince }: BoundDevice): RuleSubject {
    const reportingIntervalMs = device.reportingIntervalMs ?? findModel(device.model)?.reportingIntervalMs ?? 0;
    const since = {
      ...(registeredAt !== undefined && { registeredAt }),
      ...(activeSince !== undefined && { activeSince }),
    };
    return { device, asset, reportingIntervalMs, listeningSince: this.#options.listeningSince, ...since };
  }

  /** A defect in a rule or in the evaluator costs this one uplink, not the whole partition. */
  #guard(
    work: Work,
    deviceId: string,
    known: KnownDevice,
    evaluate: (rules: RuleSet, state: DeviceState) => readonly AlertChange[],
  ): void {
    const { onProblem } = this.#options;
    const rules = this.#rules;
    try {
      work.changes.push(...evaluate(rules.live, known.state));
    } catch (thrown) {
      onProblem({ code: 'rules.defect', detail: messageOf(thrown) }, deviceId);
    }
    if (known.shadow) {
      try {
        work.shadowChanges.push(...evaluate(rules.shadow, known.shadow));
      } catch (thrown) {
        onProblem({ code: 'rules.defect', detail: messageOf(thrown) }, deviceId);
      }
      // The last rule that only records has gone, and with it what it had open.
      if (rules.shadow.rules.length === 0) known.shadow = null;
    }
    work.touched.set(deviceId, known);
    this.#watch(deviceId, known);
  }

  #watch(deviceId: string, known: KnownDevice | ResumedDevice): void {
    const due = dueOf(known);
    if (due !== null) this.#due.put(deviceId, due);
  }

  async #commit(
    { touched, changes, shadowChanges }: Work,
    reached: readonly (readonly [number, number])[],
  ): Promise<void> {
    const { records, logId, partitions, clock } = this.#options;
    const states = [...touched].map(([deviceId, { state, shadow }]) => {
      const stored = { deviceId, partition: partitionOf(deviceId, partitions), state: encodeState(state) };
      return shadow ? { ...stored, shadow: encodeState(shadow) } : stored;
    });
    await records.commit({ logId, reached, states, changes, shadowChanges, at: clock.now() });
  }
}

/** It was put into service since it was heard last: on the bench nobody waited for it. */
function isActivated({ device, activeSince }: BoundDevice, { c: heardAt }: DeviceState): boolean {
  return device.lifecycle === 'active' && activeSince !== undefined && heardAt !== null && heardAt < activeSince;
}

/** When time does something to a device next. */
function dueOf({ state, shadow }: KnownDevice | ResumedDevice): number | null {
  const live = dueAt(state);
  const recorded = shadow && dueAt(shadow);
  return live === null || recorded === null ? (live ?? recorded) : Math.min(live, recorded);
}
