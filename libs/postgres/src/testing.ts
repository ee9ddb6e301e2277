export { emptyTables, onEachDatabase, quiet } from './testing/each-database.ts';
export { startPostgres, type PostgresServer } from './testing/postgres-server.ts';
