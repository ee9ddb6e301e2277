import {
  boundDeviceOf,
  Examination,
  provision,
  ScenarioRun,
  type ExamAlert,
  type ExamOutcome,
  type Scenario,
  type ScenarioExamOptions,
} from '@stadtfunk/device-simulator';
import type { RuleSource } from '@stadtfunk/rules';
import { ExamPlatform } from './exam-platform.ts';

/** How the alerts of the platform and those of the same rules without one compare. */
export interface LiveComparison {
  readonly same: number;
  readonly onlyLive: readonly string[];
  readonly onlyWithout: readonly string[];
}

export interface LiveExamOptions extends ScenarioExamOptions {
  readonly ruleFiles: readonly RuleSource[];
}

const STEPS = 200;

/**
 * Examines rules on one run of a scenario through a whole platform: over MQTT into its log, by its consumers into its database, and back
 * over its API. Its clock shows the time of the scenario.
 */
export async function examineLive(
  scenario: Scenario,
  options: LiveExamOptions,
): Promise<{ readonly outcome: ExamOutcome; readonly comparison: LiveComparison }> {
  const { rules, covers, ruleFiles, onProgress, ...rest } = options;
  const run = new ScenarioRun(scenario, rest);
  const { from, to, seed, simulation, city } = run;
  const devices = city.devices.map((device) => boundDeviceOf(device, from));
  const exam = new Examination({ scenario: scenario.name, seed, from, to, devices, rules, covers });
  const platform = await ExamPlatform.start(ruleFiles, from);
  try {
    const registry = {
      cabinets: city.cabinets.map(({ asset }) => asset),
      devices: city.devices.map(({ asset, spec }) => ({ asset, device: spec })),
    };
    const credentials = await provision(registry, platform.target, {}, () => undefined);
    let told = from;
    for (const arrival of simulation.arrivals(to)) {
      exam.take(arrival);
      await platform.publish(credentials[arrival.deviceId]!, arrival.at, arrival.payload);
      if (arrival.at - told < (to - from) / STEPS) continue;
      told = arrival.at;
      await onProgress?.((told - from) / (to - from));
    }
    simulation.finish();
    const alerts = await platform.alertsAt(to);
    const outcome = await exam.finish(run.incidents, { alerts, intervals: run.intervals });
    return { outcome, comparison: compared(alerts, exam.alerts) };
  } finally {
    await platform.stop();
  }
}

function compared(live: readonly ExamAlert[], without: readonly ExamAlert[]): LiveComparison {
  const [here, there] = [new Set(live.map(textOf)), new Set(without.map(textOf))];
  return {
    same: [...here].filter((text) => there.has(text)).length,
    onlyLive: [...here].filter((text) => !there.has(text)).sort(),
    onlyWithout: [...there].filter((text) => !here.has(text)).sort(),
  };
}

function textOf({ ruleId, deviceId, raisedAt, clearedAt }: ExamAlert): string {
  const [raised, cleared] = [raisedAt, clearedAt].map((at) => (at === null ? 'the end' : new Date(at).toISOString()));
  return `${ruleId} ${deviceId} ${raised} to ${cleared}`;
}
