import type { SystemOptions } from '../http-options.ts';
import { createApp, NO_CONSOLE, type SystemApp } from '../server-app.ts';
import { SystemModule } from './system.module.ts';

/** Health, readiness and metrics of a process that does not serve the API. */
export async function createSystemApp(options: SystemOptions): Promise<SystemApp> {
  return (await createApp(SystemModule.register(options), options, NO_CONSOLE)).system;
}
