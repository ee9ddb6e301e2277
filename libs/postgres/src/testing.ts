import type { DatabaseLog } from './database.ts';

/** A log for tests that say themselves what they expect. */
export const quiet: DatabaseLog = { info: () => {}, warn: () => {} };
export { emptyTables, onEachDatabase } from './each-database.ts';
