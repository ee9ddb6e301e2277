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
  readonly deviceId: string;
  readonly state: DeviceState;
  subject: RuleSubject;
}

/** What a device was at a time; undefined: nobody knew it, or it was of no concern. */
export type WasAt = (deviceId: string, time: number) => RuleSubject | undefined;

/** Is told decisions, and when live evaluation would have made them, UTC ms. */
export type OnChanges = (changes: readonly AlertChange[], at: number) => void;

/** One rule set at work on what was heard: the evaluator that runs live, with its states in memory. */
export class Lane {
  readonly rules: RuleSet;
  readonly book = new EpisodeBook();
  readonly #devices = new Map<string, HeardDevice>();
  /** By asset: the devices that were heard on it last. */
  readonly #sitting = new Map<string, Set<HeardDevice>>();
  readonly #onChanges: OnChanges | undefined;
  /** Who was heard last. */
  #last: HeardDevice | undefined;

  /** @param onChanges is told every decision, in order of each device, beside the book */
  constructor(rules: RuleSet, onChanges?: OnChanges) {
    this.rules = rules;
    this.#onChanges = onChanges;
  }

  /** @param wasAt what the device was at a time, where that is known: until it moved or changed, time passes for what it was before */
  hear({ deviceId, receivedAt, readings }: HeardUplink, subject: RuleSubject, wasAt?: WasAt): void {
    // History comes one device after the other.
    let heard = this.#last?.deviceId === deviceId ? this.#last : this.#devices.get(deviceId);
    this.#last = heard;
    if (heard) {
      const isSame = heard.subject === subject;
      if (isSame || wasAt) this.#passTime(heard, receivedAt, isSame ? undefined : wasAt);
      if (!isSame) this.#seat(heard, subject);
    } else heard = this.#add(deviceId, subject);
    if (needsAdoption(heard.state, subject)) this.#adopt(heard, receivedAt, wasAt);
    const changes = applyUplink(this.rules, heard.state, subject, receivedAt, readings);
    if (changes.length > 0) this.#note(changes, receivedAt);
  }

  /** A device that is there and may never be heard. */
  expect(deviceId: string, subject: RuleSubject): void {
    if (!this.#devices.has(deviceId)) this.#add(deviceId, subject);
  }

  get devices(): IterableIterator<string> {
    return this.#devices.keys();
  }

  /** As they were when they were heard last. */
  get subjects(): readonly RuleSubject[] {
    return [...this.#devices.values()].map(({ subject }) => subject);
  }

  /** Time has come to `to` and nothing more was heard of this device. What went out of service is silent from then on by right. */
  end(deviceId: string, to: number, left?: OutOfService, wasAt?: WasAt): void {
    const heard = this.#devices.get(deviceId)!;
    const { state } = heard;
    const until = left ? Math.min(to, left.at) : to;
    const { registeredAt } = heard.subject;
    // One that was never heard is silent from then on.
    if (state.c === null && registeredAt !== undefined && registeredAt < until) {
      this.#advance(state, heard.subject, registeredAt);
    }
    const last = wasAt ? wasAt(deviceId, until - 1) : heard.subject;
    if (last !== heard.subject) this.#passTime(heard, until, wasAt);
    // Else it may be heard on an asset that nobody asks for.
    if (last) {
      this.#seat(heard, last);
      this.#passTime(heard, until);
      this.#advance(state, last, until);
    }
    if (left) this.#advance(state, left.subject, to);
  }

  /**
   * What is due on the way happens in its time, as it does live: nothing that is heard later has a part in it.
   *
   * @param wasAt for a device that may have moved or changed meanwhile: what is due later than that does not happen
   */
  #passTime({ deviceId, state, subject }: HeardDevice, to: number, wasAt?: WasAt): void {
    for (let due = dueAt(state); due !== null && due < to; due = dueAt(state)) {
      if (wasAt && wasAt(deviceId, due) !== subject) return;
      this.#advance(state, subject, due);
      if (dueAt(state) === due) return;
    }
  }

  #add(deviceId: string, subject: RuleSubject): HeardDevice {
    const added = { deviceId, state: newState(), subject };
    this.#devices.set(deviceId, added);
    this.#seat(added, subject);
    return added;
  }

  #seat(heard: HeardDevice, subject: RuleSubject): void {
    const [before, now] = [heard.subject.asset, subject.asset];
    heard.subject = subject;
    if (before) this.#sitting.get(before.assetId)?.delete(heard);
    if (!now) return;
    const sitting = this.#sitting.get(now.assetId);
    if (sitting) sitting.add(heard);
    else this.#sitting.set(now.assetId, new Set([heard]));
  }

  /** What was due to those that were here before, and have not been heard since, is there to be taken over. */
  #adopt(heard: HeardDevice, receivedAt: number, wasAt: WasAt | undefined): void {
    const { state, subject } = heard;
    const { assetId } = subject.asset!;
    for (const other of this.#sitting.get(assetId)!) {
      if (other !== heard && wasAt) this.#passTime(other, receivedAt, wasAt);
    }
    adopt(state, subject, this.book.openAlerts(assetId));
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
