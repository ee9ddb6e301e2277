import { CityBook, CityPlaces, Decisions, DeviceSubjects, Lane, type Episode } from '@stadtfunk/backtest';
import { MemoryDeviceDirectory, type BoundDevice } from '@stadtfunk/devices';
import { interpret } from '@stadtfunk/ingest';
import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading } from '@stadtfunk/readings';
import type { RuleSet } from '@stadtfunk/rules';
import type { IntervalChange } from '../scenario/scenario-run.ts';
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

/** What is told to an examination at its end. */
export interface ExamEnd {
  /** Up to where it went, where that is not as far as was planned. UTC ms. */
  readonly to?: number;
  /** What somebody else raised by the same rules over the same uplinks, to be judged instead of what was raised here. */
  readonly alerts?: readonly ExamAlert[];
  /** Which devices reported at other intervals on the way, by device id: `ScenarioRun.intervals`. */
  readonly intervals?: ReadonlyMap<string, readonly IntervalChange[]>;
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
  readonly #decisions = new Decisions();

  constructor(run: ExamRun) {
    this.#run = run;
    this.counts = { devices: run.devices.length, uplinks: 0, repeats: 0, rejected: 0, readings: 0 };
    for (const bound of run.devices) {
      this.#directory.put(bound);
      this.#deliveries.set(bound.device.deviceId, []);
    }
    this.#subjects = new DeviceSubjects(run.devices, { isNew: () => true });
    this.#lane = new Lane(run.rules.unexplained, (changes, at) => this.#note(changes, at));
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
  async finish(
    incidents: readonly Incident[],
    { to: end, alerts: given, intervals }: ExamEnd = {},
  ): Promise<ExamOutcome> {
    const run = { ...this.#run, to: end ?? this.#run.to };
    const { rules, covers, from, to, devices } = run;
    for (const { device } of devices) {
      this.#lane.expect(device.deviceId, this.#subjects.at(device.deviceId, to - 1)!);
      this.#lane.end(device.deviceId, to);
    }
    const alerts = byRuleAndDevice(given ?? this.alerts);
    const examined = this.#examined(incidents, to, intervals);
    const work = workByRule(await this.#settled(to));
    const mistakes: Mistake[] = [];
    const scores = new Map<string, DeviceScore[]>();
    const tallies = [...covers].map(([ruleId, cover]) => {
      const rule = rules.find(ruleId)!;
      const tally = newTally(ruleId, cover.kinds, cover.aheadMs !== undefined);
      tally.jobs = work.get(ruleId)?.jobs.size ?? 0;
      tally.groups = work.get(ruleId)?.groups ?? 0;
      const ofRule: DeviceScore[] = [];
      for (const device of examined) {
        const { bound } = device;
        if (!rules.applicableTo(bound.device, bound.asset).byId.has(ruleId)) continue;
        const own = alerts.get(`${ruleId} ${bound.device.deviceId}`) ?? [];
        const score = scoreDevice(rule, cover, device, own, { from, end: to });
        addScore(tally, score);
        tally.deviceMs += to - from;
        mistakes.push(...mistakesOf(ruleId, score, run));
        ofRule.push(score);
      }
      scores.set(ruleId, ofRule);
      return tally;
    });
    const uncovered = uncoveredKinds(incidents, covers);
    return { run, tallies, mistakes, counts: this.counts, uncovered, devices: examined, scores };
  }

  /** What was raised here so far. */
  get alerts(): readonly ExamAlert[] {
    return this.#lane.book.episodes.map(({ alertId, ruleId, deviceId, raisedAt, clearedAt }) => {
      return { ruleId, deviceId, raisedAt, clearedAt, detectedAt: this.#detectedAt.get(alertId) ?? raisedAt };
    });
  }

  #note(changes: readonly AlertChange[], at: number): void {
    this.#decisions.note(changes, at);
    for (const change of changes) {
      if (change.type !== 'raise') continue;
      // A timer waits for readings that are still on their way; they are not many seconds.
      this.#detectedAt.set(change.alertId, Math.max(change.raisedAt, change.evidence.receivedAt));
    }
  }

  /** The alerts and jobs of the city with groups, and with jobs that join others, as live records hold them. */
  async #settled(to: number): Promise<readonly Episode[]> {
    const book = new CityBook(new CityPlaces(this.#lane.subjects));
    for (const { at, changes } of this.#decisions.inOrder()) await book.note(at, changes);
    await book.end(to);
    return book.episodes;
  }

  #examined(incidents: readonly Incident[], to: number, intervals: ExamEnd['intervals']): readonly ExaminedDevice[] {
    const { from } = this.#run;
    const bySubject = new Map<string, Incident[]>();
    for (const incident of incidents) {
      const list = bySubject.get(incident.subject);
      if (list) list.push(incident);
      else bySubject.set(incident.subject, [incident]);
    }
    return this.#run.devices.map((bound) => {
      const { device, asset } = bound;
      const own = [...(bySubject.get(device.deviceId) ?? []), ...((asset && bySubject.get(asset.assetId)) ?? [])];
      const intervalMs = this.#subjects.at(device.deviceId, from)!.reportingIntervalMs;
      const deliveries = this.#deliveries.get(device.deviceId)!;
      const changes = intervals?.get(device.deviceId);
      const unheard = unheardSilences(device.deviceId, deliveries, intervalMs, own, { from, to }, changes);
      const incidents = [...own, ...unheard];
      return { bound, intervalMs, deliveries, incidents: incidents.sort((a, b) => a.from - b.from), faults: own };
    });
  }
}

function byRuleAndDevice(all: readonly ExamAlert[]): ReadonlyMap<string, readonly ExamAlert[]> {
  const alerts = new Map<string, ExamAlert[]>();
  for (const alert of all) {
    const key = `${alert.ruleId} ${alert.deviceId}`;
    const list = alerts.get(key);
    if (list) list.push(alert);
    else alerts.set(key, [alert]);
  }
  return alerts;
}

interface Work {
  readonly jobs: Set<string>;
  groups: number;
}

/** New jobs, and alerts that stand for a group, by rule. */
function workByRule(episodes: readonly Episode[]): ReadonlyMap<string, Work> {
  const work = new Map<string, Work>();
  for (const { ruleId, job, members } of episodes) {
    let own = work.get(ruleId);
    if (!own) work.set(ruleId, (own = { jobs: new Set(), groups: 0 }));
    if (members !== null) own.groups++;
    if (job && !job.isReopened && !job.isJoined) own.jobs.add(job.jobId);
  }
  return work;
}

function uncoveredKinds(incidents: readonly Incident[], covers: Covers): ReadonlyMap<string, number> {
  const covered = new Set<string>([...covers.values()].flatMap(({ kinds }) => kinds));
  const counts = new Map<string, number>();
  for (const { kind } of incidents) if (!covered.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
