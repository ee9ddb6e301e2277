import { checkRoles } from './roles.ts';
import type { serve as Serve } from './serve.ts';
import type { Platform, startPlatform as StartPlatform } from './start-platform.ts';

/*
 * All adapters, the web framework and the embedded database take longer to load than most commands to run: only who starts a
 * platform waits for them.
 */

/** See start-platform.ts. */
export async function startPlatform(...parts: Parameters<typeof StartPlatform>): Promise<Platform> {
  const loaded = await import('./start-platform.ts');
  return loaded.startPlatform(...parts);
}

/** See serve.ts. */
export async function serve(...parts: Parameters<typeof Serve>): Promise<never> {
  const [config, roles] = parts;
  checkRoles(roles, config);
  const loaded = await import('./serve.ts');
  return loaded.serve(...parts);
}
