import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@stadtfunk/config';
import { baseMapOf } from '@stadtfunk/device-simulator';
import { serve, UserError, type Platform, type Roles } from '@stadtfunk/platform';
import { DEMO_SEED } from './simulate.ts';

/** Runs these roles with a simulated city beside them. */
export function serveWithCity(config: Config, roles: Roles): Promise<never> {
  return serve(withCityMap(config), roles, startCity);
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
