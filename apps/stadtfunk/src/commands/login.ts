import type { Command } from 'commander';
import { askApi } from '../api-client.ts';
import { httpUrlOf, settings } from '@stadtfunk/platform';
import { printLine } from './output.ts';

export function loginCommand(program: Command): void {
  program
    .command('login')
    .description('print a link that logs a person into the console, once')
    .action(async () => {
      const config = settings();
      const { code } = (await askApi(config, 'POST', '/api/v1/login-codes', {})) as { code: string };
      printLine(`${config.PUBLIC_URL ?? httpUrlOf(config)}/#code=${code}`);
    });
}
