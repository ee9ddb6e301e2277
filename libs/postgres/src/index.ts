export {
  openDatabase,
  type Database,
  type DatabaseLocation,
  type DatabaseLog,
  type DatabaseOptions,
  type DatabaseProgress,
} from './database.ts';
