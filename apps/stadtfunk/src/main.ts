import { Command } from 'commander';

const program = new Command('stadtfunk')
  .description('Turns NB-IoT sensor readings of a city into repaired lamps and emptied bins.')
  .showHelpAfterError();

await program.parseAsync();
