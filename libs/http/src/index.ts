export { tokenVerifier } from './access/token-verifier.ts';
export { createHttpApp, type HttpApp } from './http-app.ts';
export { HttpModule } from './http.module.ts';
export {
  HTTP_LIMITS,
  HttpLog,
  ModelCatalogue,
  type HealthCheck,
  type HttpLimits,
  type HttpOptions,
} from './http-options.ts';
