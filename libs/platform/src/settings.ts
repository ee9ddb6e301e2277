import { parseConfig, type Config } from '@stadtfunk/config';
import { UserError } from './user-error.ts';

/** The environment as configuration; a wrong one ends the program with one line. */
export function settings(environment: NodeJS.ProcessEnv = process.env): Config {
  const config = parseConfig(environment);
  if ('problem' in config) throw new UserError(config.problem, 2);
  return config;
}
