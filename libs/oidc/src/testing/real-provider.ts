import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { freePort } from '@stadtfunk/kernel/testing';
import { Provider, type Configuration } from 'oidc-provider';

export interface RealProvider {
  readonly issuer: string;
  /** Ends it, as an outage does; `resume` starts it at the same address, with new keys. */
  interrupt(): Promise<void>;
  resume(): Promise<void>;
  /** Signs somebody in as a browser would; gives the address that the browser is sent back to. */
  signIn(url: string, person: string): Promise<URL>;
  stop(): Promise<void>;
}

export interface RealProviderOptions {
  readonly redirectUri: string;
  readonly afterSignOutUri: string;
  /** Groups of people by their names, as they are whenever the provider is asked. Who has none (`null`) is gone. */
  readonly groups: Readonly<Record<string, readonly string[] | null>>;
  /** Seconds that a code is good. */
  readonly codeSeconds?: number;
}

export const CLIENT = { id: 'stadtfunk', secret: 'a secret of the client, for tests' };

/** node-oidc-provider on a free port of this machine: a certified provider with people who sign in with any password. */
export async function startRealProvider(options: RealProviderOptions): Promise<RealProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  let server = await listen(issuer, port, options);
  return {
    issuer,
    interrupt: () => close(server),
    resume: async () => {
      server = await listen(issuer, port, options);
    },
    signIn: (url, person) => signIn(url, person, options.redirectUri),
    stop: () => close(server),
  };
}

async function listen(issuer: string, port: number, options: RealProviderOptions): Promise<Server> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [options.redirectUri],
        post_logout_redirect_uris: [options.afterSignOutUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    issueRefreshToken: () => Promise.resolve(true),
    rotateRefreshToken: true,
    ttl: {
      AuthorizationCode: options.codeSeconds ?? 60,
      Session: 600,
      Grant: 600,
      Interaction: 600,
      IdToken: 600,
      RefreshToken: 600,
    },
    findAccount: (_context, person) => {
      const groups = options.groups[person];
      if (groups === null) return undefined;
      return {
        accountId: person,
        claims: () => ({
          sub: person,
          ...{ preferred_username: person, name: `Name of ${person}`, groups: [...(groups ?? [])] },
          ...{ email: `${person}@city.example`, email_verified: true },
        }),
      };
    },
  };
  const provider = new Provider(issuer, configuration);
  const server = createServer((request, response) => void provider.callback()(request, response));
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return server;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
}

/** The forms of the provider: who one is, then whether one agrees. */
async function signIn(url: string, person: string, redirectUri: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let next = new URL(url);
  let form: Record<string, string> | undefined;
  for (let steps = 0; steps < 12; steps++) {
    if (next.href.startsWith(redirectUri)) return next;
    const answer = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split('=');
      cookies.set(name, value);
    }
    form = undefined;
    const location = answer.headers.get('location');
    if (location !== null) {
      next = new URL(location, next);
      continue;
    }
    const page = await answer.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`no form: ${answer.status} ${page.slice(0, 500)}`);
    next = new URL(action, next);
    form = prompt === 'login' ? { prompt, login: person, password: 'any' } : { prompt };
  }
  throw new Error('signing in did not come to an end');
}
