import type { Command } from 'commander';
import { apiUrlOf, askApi } from '../api-client.ts';
import { settings } from '../settings.ts';
import { printLine } from './output.ts';

export function loginCommand(program: Command): void {
  program
    .command('login')
    .description('print a link that logs a person into the console, once')
    .action(async () => {
      const config = settings();
      const { code } = (await askApi(config, 'POST', '/api/v1/login-codes', {})) as { code: string };
      printLine(`${config.PUBLIC_URL ?? apiUrlOf(config)}/#code=${code}`);
    });
}
