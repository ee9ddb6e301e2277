export { emptyTables, onEachDatabase, quiet } from './testing/each-database.ts';
export { openInMemory, prepareRecords } from './testing/prepared-records.ts';
export { startPostgres, type PostgresServer } from './testing/postgres-server.ts';
