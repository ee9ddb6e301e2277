export { ENVIRONMENT, parseConfig, type Config } from './config.ts';
