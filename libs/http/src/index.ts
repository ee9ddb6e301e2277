export { tokenVerifier } from './access/token-verifier.ts';
export { createHttpApp, createSystemApp, type HttpApp, type SystemApp } from './http-app.ts';
export { runCheck } from './system/run-check.ts';
export { type ConsoleOptions } from './console/console-options.ts';
export { HttpModule } from './http.module.ts';
export {
  HTTP_LIMITS,
  type AccountsOptions,
  HttpLog,
  ModelCatalogue,
  type HealthCheck,
  type HttpLimits,
  type HttpOptions,
  type SystemOptions,
} from './http-options.ts';
export type * from './bodies.ts';
