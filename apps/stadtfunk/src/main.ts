import { createRequire } from 'node:module';
import { runProgram } from '@stadtfunk/platform';
import { Command } from 'commander';
import { serveCommands } from './commands/serve.ts';

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
// A process that serves for months needs no memory for what the others bring: some 20 MB.
if (process.argv[2] !== 'serve') {
  const { otherCommands } = await import('./commands/other-commands.ts');
  otherCommands(program);
}

await runProgram(() => program.parseAsync());
