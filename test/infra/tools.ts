import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT, environmentDefaults } from '@stadtfunk/config';
import { parse } from 'yaml';
// infra/local is no project of the graph, and the only place that knows where programs are installed.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { serverProgram, type ServerName } from '../../infra/local/servers.mjs';

export const repository = join(import.meta.dirname, '../..');

/** Every environment variable that the programs know. */
export const variables: readonly string[] = Object.keys(ENVIRONMENT.shape);

/** The default of a variable, as text; undefined where there is none. */
export function defaultOf(name: string): string | undefined {
  return environmentDefaults()[name] || undefined;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  /** Everything it said. */
  readonly output: string;
}

/** Runs a program of infra/local/servers.mjs to its end; throws where it is not installed. */
export function run(program: ServerName, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Ran {
  const { status, stdout, stderr } = spawnSync(serverProgram(program), args, {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
  });
  return { status, stdout, output: `${stdout}${stderr}` };
}

export function readYaml<T>(path: string): T {
  return parse(readFileSync(join(repository, path), 'utf8'), { merge: true }) as T;
}
