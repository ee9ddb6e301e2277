export { ENVIRONMENT, parseConfig, type Config } from './config.ts';
export { environmentDefaults } from './defaults.ts';
