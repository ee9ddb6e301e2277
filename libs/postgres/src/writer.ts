import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

/** A transaction, whoever has begun it. */
export type Writer = Pick<NodePgDatabase, 'select' | 'insert' | 'update' | 'delete' | 'execute' | '$count'>;
