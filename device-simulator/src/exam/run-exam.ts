import { DAY_MS } from '@stadtfunk/kernel';
import type { RuleSet } from '@stadtfunk/rules';
import { ScenarioRun, type ScenarioRunOptions } from '../scenario/scenario-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Covers } from './covers.ts';
import { boundDeviceOf } from './examined-device.ts';
import { Examination, type ExamOutcome } from './examine.ts';

export interface ScenarioExamOptions extends ScenarioRunOptions {
  readonly rules: RuleSet;
  readonly covers: Covers;
  /** Told after each day of the city, with the part of the scenario that is over. Awaited: others have their turn. */
  readonly onProgress?: (part: number) => Promise<void> | void;
}

/** Examines rules on one run of a scenario: through codecs, clock verdicts and the evaluator that runs live, without a network. */
export async function examineScenario(scenario: Scenario, options: ScenarioExamOptions): Promise<ExamOutcome> {
  const { rules, covers, onProgress, ...rest } = options;
  const run = new ScenarioRun(scenario, rest);
  const { from, to, seed, simulation, city } = run;
  const devices = city.devices.map((device) => boundDeviceOf(device, from));
  const exam = new Examination({ scenario: scenario.name, seed, from, to, devices, rules, covers });
  for (let until = from; until < to;) {
    until = Math.min(to, until + DAY_MS);
    simulation.run(until, (arrival) => exam.take(arrival));
    await onProgress?.((until - from) / (to - from));
  }
  simulation.finish();
  return exam.finish(run.incidents, { intervals: run.intervals });
}
