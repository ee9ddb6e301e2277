import { SignIn } from './access/sign-in.ts';
import { HttpModule } from './http.module.ts';
import { HTTP_LIMITS, type HttpOptions } from './http-options.ts';
import { originOf } from './security-headers.ts';
import { createApp, type SystemApp } from './server-app.ts';
import { EventHub } from './stream/event-hub.ts';

export interface HttpApp extends SystemApp {
  /** A code for one login, for a link `http://host:port/#code=…`. */
  createLoginCode(): Promise<string>;
  /** A code to set the password of an account, for a link `http://host:port/set-password#code=…`; voids the last one. */
  createPasswordCode(accountId: string): Promise<string>;
  /** Tells live pages at once of what was just committed; without it they hear of it at the next poll. */
  nudge(): void;
}

export async function createHttpApp(options: HttpOptions): Promise<HttpApp> {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const { app, system } = await createApp(HttpModule.register(options), options, {
    directory: options.consoleDirectory,
    mapOrigin: originOf(options.console?.mapUrl ?? null),
  });
  return Object.assign(system, {
    createLoginCode: async () => (await app.get(SignIn).issueCode('signIn', null, limits.loginCodeMs)).code,
    createPasswordCode: async (accountId: string) =>
      (await app.get(SignIn).issueCode('setPassword', accountId, limits.passwordLinkMs)).code,
    nudge: () => app.get(EventHub).nudge(),
  });
}
