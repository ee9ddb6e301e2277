import { DeviceSubjects, Lane } from '@stadtfunk/backtest';
import { MemoryDeviceDirectory, type BoundDevice } from '@stadtfunk/devices';
import { interpret } from '@stadtfunk/ingest';
import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading } from '@stadtfunk/readings';
import type { RuleSet } from '@stadtfunk/rules';
import type { Arrival } from '../simulation/arrival.ts';
import type { Incident } from '../truth/incident.ts';
import type { Covers } from './covers.ts';
import { deliveryOf, type Delivery } from './delivery.ts';
import type { ExaminedDevice } from './examined-device.ts';
import { unheardSilences } from './unheard-silences.ts';
import { scoreDevice, type DeviceScore, type ExamAlert } from './score.ts';
import { addScore, mistakesOf, newTally, type Mistake, type RuleTally } from './tally.ts';

/** One run of a city under these rules. */
export interface ExamRun {
  readonly scenario: string;
  readonly seed: number;
  /** UTC ms: from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
  readonly devices: readonly BoundDevice[];
  readonly rules: RuleSet;
  readonly covers: Covers;
}

/** What rules made of one run. */
export interface ExamOutcome {
  readonly run: ExamRun;
  readonly tallies: readonly RuleTally[];
  readonly mistakes: readonly Mistake[];
  readonly counts: ExamCounts;
  /** How often each kind of incident was there, of those that no rule is about. */
  readonly uncovered: ReadonlyMap<string, number>;
  readonly devices: readonly ExaminedDevice[];
  readonly scores: ReadonlyMap<string, readonly DeviceScore[]>;
}

export interface ExamCounts {
  devices: number;
  uplinks: number;
  /** Copies of uplinks that had come before. */
  repeats: number;
  /** Nothing of these could be read. */
  rejected: number;
  readings: number;
}

/** Takes what arrives as the platform does, lets its rules judge it, and holds what they said against the truth. */
export class Examination {
  readonly counts: ExamCounts;
  readonly #run: ExamRun;
  readonly #directory = new MemoryDeviceDirectory();
  readonly #subjects: DeviceSubjects;
  readonly #lane: Lane;
  readonly #deliveries = new Map<string, Delivery[]>();
  readonly #detectedAt = new Map<string, number>();

  constructor(run: ExamRun) {
    this.#run = run;
    this.counts = { devices: run.devices.length, uplinks: 0, repeats: 0, rejected: 0, readings: 0 };
    for (const bound of run.devices) {
      this.#directory.put(bound);
      this.#deliveries.set(bound.device.deviceId, []);
    }
    this.#subjects = new DeviceSubjects(run.devices, { isNew: () => true });
    this.#lane = new Lane(run.rules, (changes) => this.#note(changes));
  }

  /** One after the other, as they arrive. */
  take(arrival: Arrival): void {
    const { deviceId, at, payload, isRepeat } = arrival;
    if (at >= this.#run.to) return;
    const subject = this.#subjects.at(deviceId, at);
    const deliveries = this.#deliveries.get(deviceId);
    if (!subject || !deliveries) throw new RangeError(`nobody registered the device ${deviceId}`);
    this.counts.uplinks++;
    if (isRepeat) this.counts.repeats++;
    // The rules know their own repeats, as they do live: by what was observed when.
    const meaning = interpret({ deviceId, topic: '', receivedAt: at, qos: 1, payload }, this.#directory);
    if (!meaning.ok) this.counts.rejected++;
    const readings: Reading[] = [];
    for (const { reading } of meaning.ok ? meaning.value.samples : []) if (reading) readings.push(reading);
    this.counts.readings += readings.length;
    if (!isRepeat) deliveries.push(deliveryOf(arrival, meaning.ok ? meaning.value : null));
    this.#lane.hear({ deviceId, receivedAt: at, readings }, subject);
  }

  /** Time has come to the end: judges. */
  finish(incidents: readonly Incident[]): ExamOutcome {
    const { rules, covers, from, to, devices } = this.#run;
    for (const { device } of devices) {
      this.#lane.expect(device.deviceId, this.#subjects.at(device.deviceId, to - 1)!);
      this.#lane.end(device.deviceId, to);
    }
    const alerts = this.#alertsByRuleAndDevice();
    const examined = this.#examined(incidents);
    const jobs = this.#jobsByRule();
    const mistakes: Mistake[] = [];
    const scores = new Map<string, DeviceScore[]>();
    const tallies = [...covers].map(([ruleId, cover]) => {
      const rule = rules.find(ruleId)!;
      const tally = newTally(ruleId, cover.kinds, cover.aheadMs !== undefined);
      tally.jobs = jobs.get(ruleId)?.size ?? 0;
      const ofRule: DeviceScore[] = [];
      for (const device of examined) {
        const { bound } = device;
        if (!rules.applicableTo(bound.device, bound.asset).byId.has(ruleId)) continue;
        const own = alerts.get(`${ruleId} ${bound.device.deviceId}`) ?? [];
        const score = scoreDevice(rule, cover, device, own, { from, end: to });
        addScore(tally, score);
        tally.deviceMs += to - from;
        mistakes.push(...mistakesOf(ruleId, score, this.#run));
        ofRule.push(score);
      }
      scores.set(ruleId, ofRule);
      return tally;
    });
    const uncovered = uncoveredKinds(incidents, covers);
    return { run: this.#run, tallies, mistakes, counts: this.counts, uncovered, devices: examined, scores };
  }

  #note(changes: readonly AlertChange[]): void {
    for (const change of changes) {
      if (change.type !== 'raise') continue;
      // A timer waits for readings that are still on their way; they are not many seconds.
      this.#detectedAt.set(change.alertId, Math.max(change.raisedAt, change.evidence.receivedAt));
    }
  }

  #alertsByRuleAndDevice(): ReadonlyMap<string, readonly ExamAlert[]> {
    const alerts = new Map<string, ExamAlert[]>();
    for (const { alertId, ruleId, deviceId, raisedAt, clearedAt } of this.#lane.book.episodes) {
      const alert = { ruleId, deviceId, raisedAt, clearedAt, detectedAt: this.#detectedAt.get(alertId) ?? raisedAt };
      const key = `${ruleId} ${deviceId}`;
      const list = alerts.get(key);
      if (list) list.push(alert);
      else alerts.set(key, [alert]);
    }
    return alerts;
  }

  #jobsByRule(): ReadonlyMap<string, ReadonlySet<string>> {
    const jobs = new Map<string, Set<string>>();
    for (const { ruleId, job } of this.#lane.book.episodes) {
      if (!job || job.isReopened) continue;
      const ids = jobs.get(ruleId);
      if (ids) ids.add(job.jobId);
      else jobs.set(ruleId, new Set([job.jobId]));
    }
    return jobs;
  }

  #examined(incidents: readonly Incident[]): readonly ExaminedDevice[] {
    const bySubject = new Map<string, Incident[]>();
    for (const incident of incidents) {
      const list = bySubject.get(incident.subject);
      if (list) list.push(incident);
      else bySubject.set(incident.subject, [incident]);
    }
    return this.#run.devices.map((bound) => {
      const { device, asset } = bound;
      const own = [...(bySubject.get(device.deviceId) ?? []), ...((asset && bySubject.get(asset.assetId)) ?? [])];
      const intervalMs = this.#subjects.at(device.deviceId, this.#run.from)!.reportingIntervalMs;
      const deliveries = this.#deliveries.get(device.deviceId)!;
      const incidents = [...own, ...unheardSilences(device.deviceId, deliveries, intervalMs, own, this.#run)];
      return { bound, intervalMs, deliveries, incidents: incidents.sort((a, b) => a.from - b.from) };
    });
  }
}

function uncoveredKinds(incidents: readonly Incident[], covers: Covers): ReadonlyMap<string, number> {
  const covered = new Set<string>([...covers.values()].flatMap(({ kinds }) => kinds));
  const counts = new Map<string, number>();
  for (const { kind } of incidents) if (!covered.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
