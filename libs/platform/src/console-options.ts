import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Config } from '@stadtfunk/config';
import type { ConsoleOptions } from '@stadtfunk/http';
import { UserError } from './user-error.ts';

/** What this installation wants of its console. */
export function consoleOptions(config: Config): ConsoleOptions {
  const file = config.BASE_MAP_FILE;
  if (file !== undefined && !existsSync(file)) throw new UserError('BASE_MAP_FILE: there is no such file', 2);
  return {
    mapUrl: config.BASE_MAP_URL ?? null,
    mapAttribution: config.BASE_MAP_ATTRIBUTION ?? null,
    // Read anew each time: a city that draws its map anew need not restart for it.
    schematicMap: async () => (file === undefined ? undefined : readFile(file, 'utf8')),
    accessibilityFeedbackUrl: config.ACCESSIBILITY_FEEDBACK_URL ?? null,
    legalNoticeUrl: config.LEGAL_NOTICE_URL ?? null,
    privacyUrl: config.PRIVACY_URL ?? null,
  };
}
