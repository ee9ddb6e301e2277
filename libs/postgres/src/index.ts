export {
  openDatabase,
  type Database,
  type DatabaseLocation,
  type DatabaseLog,
  type DatabaseOptions,
  type DatabaseProgress,
} from './database.ts';
export { PostgresDeadLetterOffice } from './postgres-dead-letter-office.ts';
export { PostgresDeviceRegistry } from './postgres-device-registry.ts';
export { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
export { PostgresOutbox } from './postgres-outbox.ts';
