import { IdentityProvider, type PendingSignIn, type VouchedSignIn } from '@stadtfunk/accounts';
import { fail, ok, type Clock, type Result } from '@stadtfunk/kernel';
import * as client from 'openid-client';
import { personOf } from './claims.ts';
import { refusalOf, unavailable } from './refusal.ts';

export interface OidcOptions {
  /** Where `/.well-known/openid-configuration` is found. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** As people know it: "Stadt Hanau". */
  readonly name: string;
  /** Where the provider sends the browser back to; has to be registered there. */
  readonly redirectUri: string;
  /** Where it sends the browser after signing out. */
  readonly afterSignOutUri: string;
  readonly scope: string;
  /** The claim with the groups, with dots into objects: `groups`, `realm_access.roles`. */
  readonly groupsClaim: string;
  /** For providers without https: this machine only. */
  readonly allowInsecure?: boolean;
}

/** Endpoints change seldom; keys are asked for at each sign-in. */
const METADATA_MS = 5 * 60_000;
/** Clocks of two machines differ. */
const CLOCK_TOLERANCE_S = 30;
const TIMEOUT_S = 10;

type Tokens = Awaited<ReturnType<typeof client.refreshTokenGrant>>;

/** OpenID Connect: authorization code with PKCE, state and nonce; the signature of the ID token is checked too. */
export class OidcProvider extends IdentityProvider {
  override readonly name: string;
  #metadata: { readonly server: client.ServerMetadata; readonly at: number } | undefined;

  constructor(
    private readonly options: OidcOptions,
    private readonly clock: Clock,
  ) {
    super();
    this.name = options.name;
  }

  override async begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }> {
    const configuration = await this.#configure();
    const verifier = client.randomPKCECodeVerifier();
    const pending = { state: client.randomState(), nonce: client.randomNonce(), verifier };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.options.redirectUri,
      scope: this.options.scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    });
    return { url: url.href, pending };
  }

  override async finish(returned: URL, pending: PendingSignIn): Promise<Result<VouchedSignIn>> {
    const configuration = await this.#configure();
    // What the proxy in front made of our address does not matter: the provider knows the one that is registered.
    const address = new URL(this.options.redirectUri);
    address.search = returned.search;
    try {
      const tokens = await client.authorizationCodeGrant(configuration, address, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      if (!tokens.claims()) return fail('oidc.tokenInvalid', 'there is no ID token');
      return await this.#vouched(configuration, tokens, null);
    } catch (thrown) {
      return refusalOf(thrown);
    }
  }

  override async renew(renewal: string): Promise<Result<VouchedSignIn>> {
    const configuration = await this.#configure();
    try {
      return await this.#vouched(configuration, await client.refreshTokenGrant(configuration, renewal), renewal);
    } catch (thrown) {
      const refused = refusalOf(thrown);
      if (refused.error.code !== 'oidc.codeInvalid') return refused;
      return fail('oidc.sessionOver', 'the provider does not vouch any more');
    }
  }

  /** Of whom tokens are. With a refreshed one there may be no ID token (OpenID Connect Core 1.0, 12.2). */
  async #vouched(configuration: client.Configuration, tokens: Tokens, before: string | null) {
    const { issuer: iss, userinfo_endpoint: hasUserInfo } = configuration.serverMetadata();
    const claims = tokens.claims();
    const subject = claims?.sub ?? client.skipSubjectCheck;
    const info = hasUserInfo ? await client.fetchUserInfo(configuration, tokens.access_token, subject) : {};
    const person = personOf({ iss, ...info, ...claims }, this.options.groupsClaim);
    return person.ok ? ok({ person: person.value, renewal: tokens.refresh_token ?? before }) : person;
  }

  override async signOutUrl(): Promise<string | null> {
    const configuration = await this.#configure();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    const parameters = { post_logout_redirect_uri: this.options.afterSignOutUri };
    return client.buildEndSessionUrl(configuration, parameters).href;
  }

  /** A configuration without kept keys, so that those that the provider has now are asked for. */
  async #configure(): Promise<client.Configuration> {
    const { clientId, clientSecret, allowInsecure } = this.options;
    const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE_S };
    const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
    const server = await this.#discover(metadata, authentication);
    const configuration = new client.Configuration(server, clientId, metadata, authentication);
    configuration.timeout = TIMEOUT_S;
    client.enableNonRepudiationChecks(configuration);
    // Deprecated to be noticed in code reviews; the settings allow it for this machine only.
    if (allowInsecure) client.allowInsecureRequests(configuration);
    return configuration;
  }

  async #discover(metadata: object, authentication: client.ClientAuth): Promise<client.ServerMetadata> {
    const { issuer, clientId, allowInsecure } = this.options;
    const now = this.clock.now();
    if (this.#metadata && now - this.#metadata.at < METADATA_MS) return this.#metadata.server;
    try {
      const found = await client.discovery(new URL(issuer), clientId, metadata, authentication, {
        timeout: TIMEOUT_S,
        ...(allowInsecure && { execute: [client.allowInsecureRequests] }),
      });
      this.#metadata = { server: found.serverMetadata(), at: now };
      return this.#metadata.server;
    } catch (thrown) {
      throw unavailable(thrown);
    }
  }
}
