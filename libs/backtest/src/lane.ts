import type { AlertChange } from '@stadtfunk/maintenance';
import {
  adopt,
  advance,
  applyUplink,
  dueAt,
  needsAdoption,
  newState,
  type DeviceState,
  type RuleSet,
  type RuleSubject,
} from '@stadtfunk/rules';
import type { OutOfService } from './device-subjects.ts';
import { EpisodeBook } from './episode-book.ts';
import type { HeardUplink } from './heard-uplink.ts';

interface HeardDevice {
  readonly state: DeviceState;
  subject: RuleSubject;
}

/** Is told decisions, and when live evaluation would have made them, UTC ms. */
export type OnChanges = (changes: readonly AlertChange[], at: number) => void;

/** One rule set at work on what was heard: the evaluator that runs live, with its states in memory. */
export class Lane {
  readonly rules: RuleSet;
  readonly book = new EpisodeBook();
  readonly #devices = new Map<string, HeardDevice>();
  readonly #onChanges: OnChanges | undefined;

  /** @param onChanges is told every decision, in order of each device, beside the book */
  constructor(rules: RuleSet, onChanges?: OnChanges) {
    this.rules = rules;
    this.#onChanges = onChanges;
  }

  /** @param wasAt what the device was at a time, where that is known: until it moved or changed, time passes for what it was before */
  hear(
    { deviceId, receivedAt, readings }: HeardUplink,
    subject: RuleSubject,
    wasAt?: (deviceId: string, time: number) => RuleSubject | undefined,
  ): void {
    let heard = this.#devices.get(deviceId);
    if (heard) {
      const { state, subject: before } = heard;
      const isSame = before === subject;
      if (isSame || wasAt)
        this.#passTime(state, before, receivedAt, isSame ? undefined : (due) => wasAt!(deviceId, due) === before);
      heard.subject = subject;
    } else this.#devices.set(deviceId, (heard = { state: newState(), subject }));
    if (needsAdoption(heard.state, subject)) {
      adopt(heard.state, subject, subject.asset ? this.book.openAlerts(subject.asset.assetId) : []);
    }
    const changes = applyUplink(this.rules, heard.state, subject, receivedAt, readings);
    if (changes.length > 0) this.#note(changes, receivedAt);
  }

  /** A device that is there and may never be heard. */
  expect(deviceId: string, subject: RuleSubject): void {
    if (!this.#devices.has(deviceId)) this.#devices.set(deviceId, { state: newState(), subject });
  }

  get devices(): IterableIterator<string> {
    return this.#devices.keys();
  }

  /** As they were when they were heard last. */
  get subjects(): readonly RuleSubject[] {
    return [...this.#devices.values()].map(({ subject }) => subject);
  }

  /** Time has come to `to` and nothing more was heard of this device. What went out of service is silent from then on by right. */
  end(deviceId: string, to: number, left?: OutOfService): void {
    const { state, subject } = this.#devices.get(deviceId)!;
    const until = left ? Math.min(to, left.at) : to;
    const { registeredAt } = subject;
    // One that was never heard is silent from then on.
    if (state.c === null && registeredAt !== undefined && registeredAt < until) {
      this.#advance(state, subject, registeredAt);
    }
    this.#passTime(state, subject, until);
    this.#advance(state, subject, until);
    if (left) this.#advance(state, left.subject, to);
  }

  /** What is due on the way happens in its time, as it does live: nothing that is heard later has a part in it. */
  #passTime(state: DeviceState, subject: RuleSubject, to: number, isStill?: (due: number) => boolean): void {
    for (let due = dueAt(state); due !== null && due < to; due = dueAt(state)) {
      if (isStill?.(due) === false) return;
      this.#advance(state, subject, due);
      if (dueAt(state) === due) return;
    }
  }

  #advance(state: DeviceState, subject: RuleSubject, to: number): void {
    const changes = advance(this.rules, state, subject, to);
    if (changes.length > 0) this.#note(changes, to);
  }

  #note(changes: readonly AlertChange[], at: number): void {
    this.book.note(changes);
    this.#onChanges?.(changes, at);
  }
}
