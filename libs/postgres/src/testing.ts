import type { DatabaseLog } from './database.ts';

/** A log for tests that say themselves what they expect. */
export const quiet: DatabaseLog = { info: () => {}, warn: () => {} };
