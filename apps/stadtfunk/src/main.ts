import { createRequire } from 'node:module';
import { runProgram } from '@stadtfunk/platform';
import { Command } from 'commander';
import { accountsCommands } from './commands/accounts.ts';
import { backtestCommand } from './commands/backtest.ts';
import { codecCommands } from './commands/codec.ts';
import { doctorCommand } from './commands/doctor.ts';
import { examCommand } from './commands/exam.ts';
import { handoverCommands } from './commands/handover.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { loadCommand } from './commands/load.ts';
import { loginCommand } from './commands/login.ts';
import { organisationCommands } from './commands/organisation.ts';
import { recordCommand } from './commands/record.ts';
import { replayCommand } from './commands/replay.ts';
import { rulesCommands } from './commands/rules.ts';
import { scenariosCommand } from './commands/scenarios.ts';
import { serveCommands } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

// Whoever reads our output may have read enough (`| head`, `| grep -q`): then there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command('stadtfunk')
  .description('Turns NB-IoT sensor readings of a city into repaired lamps and emptied bins.')
  .version(version)
  .showHelpAfterError();

serveCommands(program);
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

await runProgram(() => program.parseAsync());
