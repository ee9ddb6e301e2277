export { tokenVerifier } from './access/token-verifier.ts';
export { createHttpApp, type HttpApp } from './http-app.ts';
export { createSystemApp } from './system/system-app.ts';
export type { SystemApp } from './server-app.ts';
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
