import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { baseMapOf } from '@stadtfunk/device-simulator';
import { parseRoles, ROLES, serve, settings, UserError, type Platform } from '@stadtfunk/platform';
import type { Command } from 'commander';
import { DEMO_SEED } from './simulate.ts';

export function serveCommands(program: Command): void {
  program
    .command('serve')
    .description('run the platform until it is told to stop')
    .option('--roles <list>', `what this process does, of ${ROLES.join(', ')}; without: everything`)
    .action(async (options: { roles?: string }) => {
      const config = settings();
      await (config.DEMO
        ? serve(withCityMap(config), parseRoles(options.roles), startCity)
        : serve(config, parseRoles(options.roles)));
    });
  program
    .command('demo')
    .description('run the platform with a simulated city')
    .action(async () => serve(withCityMap(settings()), parseRoles(undefined), startCity));
}

/** The demo city brings its map along, unless another one is set. */
function withCityMap(config: Config): Config {
  if (config.BASE_MAP_FILE !== undefined) return config;
  const file = join(config.DATA_DIR, 'base-map.geojson');
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(baseMapOf({ seed: DEMO_SEED })));
  return { ...config, BASE_MAP_FILE: file };
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
