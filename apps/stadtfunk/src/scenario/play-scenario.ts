import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import {
  boundDeviceOf,
  coversOf,
  ExamBook,
  Examination,
  examHtml,
  RecordingWriter,
  ReplayPublisher,
  ScenarioRun,
  targetOf,
  truthLines,
  truthUntil,
  type Arrival,
  type DownlinkCounts,
  type Language,
  type Publishers,
  type ReplayDownlinks,
} from '@stadtfunk/device-simulator';
import { UserError } from '@stadtfunk/platform';
import { compileRules, DEFAULT_RULES } from '@stadtfunk/rules';
import { bar, ProgressLine } from '../commands/progress-line.ts';
import { NewRecordingFile } from '../recording/recording-file.ts';

export interface PlayOptions {
  readonly mqttUrl: string;
  readonly publishers: Publishers;
  /** Times faster than life; Infinity: as fast as the broker acknowledges. */
  readonly speed: number;
  readonly connectsPerSecond: number;
  readonly caFile?: string;
  /** Files to write; absent: not wanted. */
  readonly truth?: string;
  readonly record?: string;
  readonly force: boolean;
  readonly report?: string;
  readonly language: Language;
  /** Where downlinks come from the broker; absent: nobody listens. */
  readonly downlinks?: Omit<ReplayDownlinks, 'take'>;
  readonly signal: AbortSignal;
}

/** What is told at the end. */
export interface Played {
  readonly scenario: string;
  readonly seed: number;
  readonly from: string;
  /** Up to where it was played. */
  readonly to: string;
  readonly isWhole: boolean;
  readonly devices: number;
  readonly uplinks: number;
  readonly acknowledged: number;
  readonly unacknowledged: number;
  readonly withoutLogin: number;
  readonly incidents: number;
  readonly downlinks: DownlinkCounts;
  readonly seconds: number;
  /** Over time, device and bytes of every uplink: the same as of `scenarios run`. */
  readonly sha256: string;
}

const MOST_IN_FLIGHT = 2_000;
const DRAIN_MS = 30_000;
/** At full speed others have their turn after so many uplinks. */
const TURN_AFTER = 500;

/** Takes arrivals along the way, beside the broker. */
interface Beside {
  take(arrival: Arrival): Promise<void> | undefined | void;
  /** @param to up to where it was played, UTC ms */
  end(to: number): Promise<void>;
  abandon?(): Promise<void>;
}

/** Publishes a scenario in step with the clock on the wall, with the bytes that it has at any speed. */
export async function playScenario(run: ScenarioRun, options: PlayOptions): Promise<Played> {
  const { speed, signal, connectsPerSecond, publishers } = options;
  const { from, to, simulation } = run;
  const ca = options.caFile === undefined ? null : await readFile(options.caFile, 'utf8');
  const target = targetOf(options.mqttUrl, ca);
  const besides = await besidesOf(run, options);
  const downlinks = options.downlinks && {
    ...options.downlinks,
    take: (deviceId: string, payload: Uint8Array) => void run.send(deviceId, payload),
  };
  const publisher = new ReplayPublisher({
    ...{ target, publishers, speed, signal, connectsPerSecond, mostInFlight: MOST_IN_FLIGHT },
    ...(downlinks && { downlinks }),
  });
  const bytes = createHash('sha256');
  const begun = performance.now();
  let uplinks = 0;
  let now = from;
  const progress = new ProgressLine(() => {
    const { sent, acknowledged } = publisher.counts;
    const behindMs = speed === Infinity ? 0 : performance.now() - begun - (now - from) / speed;
    const behind = behindMs > 2_000 ? `, ${Math.round(behindMs / 1_000)} s behind` : '';
    const moment = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
    return `${bar((now - from) / (to - from))} ${moment}Z ${sent} sent, ${acknowledged} acknowledged${behind}`;
  });
  try {
    for (const arrival of simulation.arrivals(to)) {
      const { deviceId, at, payload } = arrival;
      await publisher.publish({ deviceId, receivedAt: at, payload });
      if (signal.aborted) break;
      now = at;
      bytes.update(`${at} ${deviceId} `).update(payload);
      for (const beside of besides) await beside.take(arrival);
      if (++uplinks % TURN_AFTER === 0) await turn();
    }
    await publisher.end(DRAIN_MS);
    simulation.finish();
    const end = signal.aborted ? now : to;
    for (const beside of besides) await beside.end(end);
    const { sent, acknowledged, withoutLogin } = publisher.counts;
    const truth = truthUntil(run, end);
    if (options.truth !== undefined) await writeFile(options.truth, [...truthLines(truth)].join(''));
    const { scenario, seed, devices } = run.header;
    const [first, last] = [from, end].map((time) => new Date(time).toISOString()) as [string, string];
    return {
      ...{ scenario, seed, from: first, to: last, isWhole: end === to, devices, uplinks },
      ...{ acknowledged, unacknowledged: sent - acknowledged, withoutLogin, incidents: truth.incidents.length },
      downlinks: run.downlinks,
      seconds: Math.round((performance.now() - begun) / 100) / 10,
      sha256: bytes.digest('hex'),
    };
  } catch (thrown) {
    await publisher.end(0).catch(() => undefined);
    for (const beside of besides) await beside.abandon?.();
    throw thrown;
  } finally {
    progress.end();
  }
}

async function besidesOf(run: ScenarioRun, options: PlayOptions): Promise<readonly Beside[]> {
  const { record, force, report, language } = options;
  return [
    ...(record === undefined ? [] : [await recordingOf(run, record, force)]),
    ...(report === undefined ? [] : [reportOf(run, report, language)]),
  ];
}

async function recordingOf(run: ScenarioRun, path: string, force: boolean): Promise<Beside> {
  const file = await NewRecordingFile.create(path, force);
  const writer = await RecordingWriter.begin(file, {
    // Not when it was played: the same scenario gives the same file.
    ...{ zone: run.scenario.zone, origin: 'simulation', recordedAt: null, anonymised: false, shiftedMs: 0 },
  });
  for (const device of run.city.devices) await writer.add({ type: 'device', bound: boundDeviceOf(device, run.from) });
  return {
    take: ({ deviceId, at: receivedAt, payload }) => {
      const topic = `stadtfunk/v1/${deviceId}/up`;
      return writer.add({ type: 'uplink', uplink: { deviceId, topic, receivedAt, qos: 1, payload } });
    },
    end: async () => {
      await writer.end();
      await file.close();
    },
    abandon: async () => {
      await writer.flush();
      await file.close();
    },
  };
}

/** What the bundled rules make of it, and what was so. */
function reportOf(run: ScenarioRun, path: string, language: Language): Beside {
  const { scenario, seed, from, to, city } = run;
  const rules = compileRules(DEFAULT_RULES);
  if (!rules.ok) throw new UserError('the bundled rules are broken');
  const devices = city.devices.map((device) => boundDeviceOf(device, from));
  const covers = coversOf(rules.value);
  const exam = new Examination({ scenario: scenario.name, seed, from, to, devices, rules: rules.value, covers });
  return {
    take: (arrival) => exam.take(arrival),
    end: async (until) => {
      const outcome = await exam.finish(run.incidents, { to: until, intervals: run.intervals });
      const book = new ExamBook(100);
      book.add(outcome);
      await writeFile(path, examHtml(book.document, outcome, language));
    },
  };
}
