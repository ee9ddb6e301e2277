import { Clock } from '@stadtfunk/kernel';
import { openDatabase, PostgresPartitionOwnership, PostgresRulesRecords } from '@stadtfunk/postgres';
import { RedisUplinkLog } from '@stadtfunk/redis';
import { compileRules, describeProblem, RulesConsumer } from '@stadtfunk/rules';
import { measureConsumption } from './consume.ts';
import { fleetDirectory, rulesText } from './fleet.ts';
import { type StageTask } from './stage.ts';

const nobody = () => undefined;

class WallClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

/** From Redis through the rules into PostgreSQL. */
export async function runRulesStage(task: StageTask): Promise<void> {
  const { servers, devices } = task;
  const compiled = compileRules([{ file: 'bench.yaml', text: rulesText(task.rules) }]);
  if (!compiled.ok) throw new Error(compiled.error.map(describeProblem).join('\n'));
  const log = await RedisUplinkLog.open({ url: servers.redis });
  const database = await openDatabase({ url: servers.postgres }, { info: nobody, warn: nobody });
  const ownership = new PostgresPartitionOwnership(database, 'rules', log.logId, log.partitions);
  const clock = new WallClock();
  const rules = new RulesConsumer({
    logId: log.logId,
    partitions: log.partitions,
    directory: fleetDirectory(devices),
    records: new PostgresRulesRecords(database, ownership),
    rules: compiled.value,
    clock,
    listeningSince: clock.now(),
    settleMs: 30_000,
    sliceSize: 50,
    takeTurns: () => new Promise((turn) => setImmediate(turn)),
    onProblem: (problem) => {
      throw new Error(problem.detail);
    },
  });
  await measureConsumption(task, {
    log,
    group: 'rules',
    ownership,
    resume: async (owned) => rules.resume(await log.floors(), owned),
    process: (batch) => rules.process(batch),
  });
  await database.close();
}
