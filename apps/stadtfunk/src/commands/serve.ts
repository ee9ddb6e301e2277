import { fork } from 'node:child_process';
import { parseRoles, ROLES, serve, settings, UserError, type Platform } from '@stadtfunk/platform';
import type { Command } from 'commander';

export function serveCommands(program: Command): void {
  program
    .command('serve')
    .description('run the platform until it is told to stop')
    .option('--roles <list>', `what this process does, of ${ROLES.join(', ')}; without: everything`)
    .action(async (options: { roles?: string }) => {
      const config = settings();
      await (config.DEMO
        ? serve(config, parseRoles(options.roles), startCity)
        : serve(config, parseRoles(options.roles)));
    });
  program
    .command('demo')
    .description('run the platform with a simulated city')
    .action(async () => serve(settings(), parseRoles(undefined), startCity));
}

/** The city runs in a process of its own, like any fleet: what it costs is not counted as the platform's. */
function startCity({ api, httpUrl, mqttUrl }: Platform): () => void {
  if (!api || !mqttUrl) throw new UserError('the demo city needs the roles api and broker in one process', 2);
  const program = process.argv[1]!;
  const city = fork(program, ['simulate', '--api', httpUrl, '--mqtt', mqttUrl], {
    env: { ...process.env, STADTFUNK_ADMIN_TOKEN: api.token },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return () => city.kill('SIGTERM');
}
