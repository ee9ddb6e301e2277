import type { Command } from 'commander';
import { accountsCommands } from './accounts.ts';
import { backtestCommand } from './backtest.ts';
import { codecCommands } from './codec.ts';
import { doctorCommand } from './doctor.ts';
import { examCommand } from './exam.ts';
import { handoverCommands } from './handover.ts';
import { ledgerCommand } from './ledger.ts';
import { loadCommand } from './load.ts';
import { loginCommand } from './login.ts';
import { organisationCommands } from './organisation.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { rulesCommands } from './rules.ts';
import { scenariosCommand } from './scenarios.ts';
import { simulateCommand } from './simulate.ts';

/** All but those that run the platform. */
export function otherCommands(program: Command): void {
  simulateCommand(program);
  scenariosCommand(program);
  examCommand(program);
  recordCommand(program);
  replayCommand(program);
  loadCommand(program);
  codecCommands(program);
  ledgerCommand(program);
  rulesCommands(program);
  backtestCommand(program);
  handoverCommands(program);
  organisationCommands(program);
  doctorCommand(program);
  loginCommand(program);
  accountsCommands(program);
}
