import type { AlertChange } from '@stadtfunk/maintenance';
import {
  adopt,
  advance,
  applyUplink,
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

/** One rule set at work on what was heard: the evaluator that runs live, with its states in memory. */
export class Lane {
  readonly rules: RuleSet;
  readonly book = new EpisodeBook();
  readonly #devices = new Map<string, HeardDevice>();
  readonly #onChanges: ((changes: readonly AlertChange[]) => void) | undefined;

  /** @param onChanges is told every decision, in order, beside the book */
  constructor(rules: RuleSet, onChanges?: (changes: readonly AlertChange[]) => void) {
    this.rules = rules;
    this.#onChanges = onChanges;
  }

  hear({ deviceId, receivedAt, readings }: HeardUplink, subject: RuleSubject): void {
    let heard = this.#devices.get(deviceId);
    if (heard) heard.subject = subject;
    else this.#devices.set(deviceId, (heard = { state: newState(), subject }));
    if (needsAdoption(heard.state, subject)) {
      adopt(heard.state, subject, subject.asset ? this.book.openAlerts(subject.asset.assetId) : []);
    }
    const changes = applyUplink(this.rules, heard.state, subject, receivedAt, readings);
    if (changes.length > 0) this.#note(changes);
  }

  /** A device that is there and may never be heard. */
  expect(deviceId: string, subject: RuleSubject): void {
    if (!this.#devices.has(deviceId)) this.#devices.set(deviceId, { state: newState(), subject });
  }

  get devices(): IterableIterator<string> {
    return this.#devices.keys();
  }

  /** Time has come to `to` and nothing more was heard of this device. What went out of service is silent from then on by right. */
  end(deviceId: string, to: number, left?: OutOfService): void {
    const { state, subject } = this.#devices.get(deviceId)!;
    const changes = advance(this.rules, state, subject, left ? Math.min(to, left.at) : to);
    if (left) changes.push(...advance(this.rules, state, left.subject, to));
    if (changes.length > 0) this.#note(changes);
  }

  #note(changes: readonly AlertChange[]): void {
    this.book.note(changes);
    this.#onChanges?.(changes);
  }
}
