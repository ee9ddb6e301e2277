import { ok, type Clock } from '@stadtfunk/kernel';
import { failed, type Answer } from './failure.ts';
import type { HttpClient } from './http-client.ts';
import type { AuthPlan } from './plan.ts';
import type { Secrets } from './secrets.ts';

/** A token that ends within this time is not used any more. */
const MARGIN_MS = 30_000;
const LONGEST_TOKEN = 16_384;

/** Says who we are. */
export interface Authorizer {
  headers(): Promise<Answer<Readonly<Record<string, string>>>>;
  /** What was said last was not accepted. Whether there is something else to say. */
  refused(): boolean;
}

export function authorizerOf(auth: AuthPlan | null, secrets: Secrets, http: HttpClient, clock: Clock): Authorizer {
  if (!auth) return { headers: async () => ok({}), refused: () => false };
  if (auth.kind === 'basic') {
    const pair = Buffer.from(`${secrets(auth.user)}:${secrets(auth.password)}`).toString('base64');
    return { headers: async () => ok({ authorization: `Basic ${pair}` }), refused: () => false };
  }
  return new TokenAuthorizer(auth, secrets, http, clock);
}

/** OAuth 2.0 client credentials (RFC 6749, 4.4). */
class TokenAuthorizer implements Authorizer {
  #token: { readonly text: string; readonly until: number } | null = null;
  #asking: Promise<Answer<string>> | null = null;

  constructor(
    private readonly auth: Extract<AuthPlan, { kind: 'oauth' }>,
    private readonly secrets: Secrets,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  async headers(): Promise<Answer<Readonly<Record<string, string>>>> {
    if (this.#token && this.#token.until > this.clock.now()) return ok(bearer(this.#token.text));
    // Whoever comes meanwhile waits for the same token.
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    const asked = await this.#asking;
    return asked.ok ? ok(bearer(asked.value)) : asked;
  }

  refused(): boolean {
    const hadToken = this.#token !== null;
    this.#token = null;
    return hadToken;
  }

  async #ask(): Promise<Answer<string>> {
    const { clientId, clientSecret, scope, url } = this.auth;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.secrets(clientId),
      client_secret: this.secrets(clientSecret),
      ...(scope !== null && { scope }),
    });
    const answer = await this.http.ask({
      method: 'POST',
      url: url ?? '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    if (!answer.ok) return answer;
    const { status, text } = answer.value;
    if (status !== 200) return failed('handover.login', `status ${status} for a token`, true);
    const token = tokenOf(text);
    if (!token) return failed('handover.login', 'the answer holds no token', true);
    this.#token = { text: token.text, until: this.clock.now() + Math.max(token.lifetimeMs - MARGIN_MS, 0) };
    return ok(token.text);
  }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function tokenOf(text: string): { readonly text: string; readonly lifetimeMs: number } | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { access_token: token, expires_in: seconds } = (answer ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || token.length > LONGEST_TOKEN) return undefined;
  const lifetime = Number(seconds);
  return { text: token, lifetimeMs: Number.isFinite(lifetime) && lifetime > 0 ? lifetime * 1_000 : 0 };
}
