import { runForwardStage } from './forward-stage.ts';
import { runIntakeStage } from './intake-stage.ts';
import { runRulesStage } from './rules-stage.ts';
import type { StageName, StageTask } from './stage.ts';
import { runStoreStage } from './store-stage.ts';

const RUN: Readonly<Record<StageName, (task: StageTask) => Promise<void>>> = {
  intake: runIntakeStage,
  forward: runForwardStage,
  store: runStoreStage,
  rules: runRulesStage,
};

/** One measurement, in the process that it is about. */
export function runStage(task: StageTask): Promise<void> {
  return RUN[task.stage](task);
}
