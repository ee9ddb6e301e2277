import type { Config } from '@stadtfunk/config';
import { parseRoles, ROLES, serve, settings, type Roles } from '@stadtfunk/platform';
import type { Command } from 'commander';

export function serveCommands(program: Command): void {
  program
    .command('serve')
    .description('run the platform until it is told to stop')
    .option('--roles <list>', `what this process does, of ${ROLES.join(', ')}; without: everything`)
    .action(async (options: { roles?: string }) => {
      const config = settings();
      const roles = parseRoles(options.roles);
      await (config.DEMO ? serveWithCity(config, roles) : serve(config, roles));
    });
  program
    .command('demo')
    .description('run the platform with a simulated city')
    .action(async () => serveWithCity(settings(), parseRoles(undefined)));
}

/** The simulator is loaded only by who wants it. */
async function serveWithCity(config: Config, roles: Roles): Promise<never> {
  const city = await import('./demo-city.ts');
  return city.serveWithCity(config, roles);
}
