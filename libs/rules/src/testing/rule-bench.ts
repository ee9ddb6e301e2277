import type { Asset, AssetType, Device } from '@stadtfunk/devices';
import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading, Values } from '@stadtfunk/readings';
import { compileRules } from '../compile-rules.ts';
import { newState, type DeviceState } from '../device-state.ts';
import { advance, applyUplink } from '../evaluator.ts';
import { describeProblem } from '@stadtfunk/yaml';
import type { RuleSet } from '../rule-set.ts';
import type { RuleSubject } from '../rule-subject.ts';

/** The rules of a text; throws what is wrong with it. */
export function rulesOf(text: string): RuleSet {
  const compiled = compileRules([{ file: 'test.yaml', text }]);
  if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
  return compiled.value;
}

/** A device on an asset in Hanau. */
export function subjectOf(
  type: AssetType,
  {
    attributes = {},
    asset = {},
    device = {},
    reportingIntervalMs = 3_600_000,
    listeningSince,
    registeredAt,
    activeSince,
  }: {
    attributes?: Readonly<Record<string, unknown>>;
    asset?: Partial<Asset>;
    device?: Partial<Device>;
    reportingIntervalMs?: number;
    listeningSince?: number;
    registeredAt?: number;
    activeSince?: number;
  } = {},
): RuleSubject {
  const bound = {
    device: {
      deviceId: 'device-1',
      model: 'stadtfunk-json',
      lifecycle: 'active',
      imei: null,
      iccid: null,
      uplinkTopic: null,
      reportingIntervalMs: null,
      ...device,
    },
    asset: {
      assetId: 'asset-1',
      type,
      name: null,
      location: { type: 'Point', coordinates: [8.917, 50.133] },
      district: null,
      address: null,
      department: null,
      attributes,
      ...asset,
    },
    reportingIntervalMs,
  } as const;
  return {
    ...bound,
    ...(listeningSince !== undefined && { listeningSince }),
    ...(registeredAt !== undefined && { registeredAt }),
    ...(activeSince !== undefined && { activeSince }),
  };
}

/** One device under some rules, fed by hand. Keeps its state as JSON between any two steps, as the records do. */
export class RuleBench {
  readonly changes: AlertChange[] = [];
  #state = JSON.stringify(newState());
  readonly #rules: RuleSet;
  readonly #subject: RuleSubject;

  constructor(rules: RuleSet, subject: RuleSubject) {
    this.#rules = rules;
    this.#subject = subject;
  }

  get state(): DeviceState {
    return JSON.parse(this.#state) as DeviceState;
  }

  /** An uplink with one reading, received two seconds after it was observed unless said otherwise. */
  hear(
    observedAt: number,
    values: Values,
    { receivedAt = observedAt + 2_000, quality = 4 } = {},
  ): readonly AlertChange[] {
    return this.uplink(receivedAt, [this.reading(observedAt, values, quality)]);
  }

  uplink(
    receivedAt: number,
    readings: readonly Reading[],
    subject = this.#subject,
    rules = this.#rules,
  ): readonly AlertChange[] {
    return this.#step((state) => applyUplink(rules, state, subject, receivedAt, readings));
  }

  wait(to: number, subject = this.#subject, rules = this.#rules): readonly AlertChange[] {
    return this.#step((state) => advance(rules, state, subject, to));
  }

  reading(observedAt: number, values: Values, quality = 4): Reading {
    return {
      deviceId: this.#subject.device.deviceId,
      assetId: this.#subject.asset?.assetId ?? null,
      observedAt,
      receivedAt: observedAt,
      clock: 'ok',
      quality: quality as Reading['quality'],
      values,
    };
  }

  #step(work: (state: DeviceState) => readonly AlertChange[]): readonly AlertChange[] {
    const state = this.state;
    const changes = work(state);
    this.#state = JSON.stringify(state);
    this.changes.push(...changes);
    return changes;
  }
}
