import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import {
  type Account,
  AccountStore,
  AuditLog,
  IdentityProvider,
  type PendingSignIn,
  proposedName,
  rolesOfGroups,
  type VouchedPerson,
} from '@stadtfunk/accounts';
import { Clock, Fault, messageOf } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { draftOf } from '../audit/audit-draft.ts';
import { HttpLog, HttpSettings } from '../http-options.ts';
import { operation, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { Open } from './needs.ts';
import { NoIdentityProvider } from './no-identity-provider.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';

/** So long somebody may take to sign in at the provider. */
const PENDING_MS = 15 * 60_000;
/** Names that are tried for somebody whose own is taken. */
const MOST_NAMES = 20;

const beginOidc = operation({
  summary: 'Sends the browser to the identity provider of the city',
  tag: 'session',
  access: 'anyone',
  answer: { status: 302, schema: null },
  problems: { 404: 'there is no identity provider' },
});

const finishOidc = operation({
  summary: 'Where the identity provider sends the browser back to',
  tag: 'session',
  access: 'anyone',
  answer: { status: 302, schema: null },
  problems: { 404: 'there is no identity provider' },
});

/** Sign-in by the city's identity provider: there and back again. Whatever goes wrong leads to the sign-in page, with a code. */
@Controller('api/v1/oidc')
export class OidcController {
  readonly #key: Uint8Array;

  constructor(
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(AccountStore) private readonly accounts: AccountStore,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(HttpLog) private readonly log: HttpLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    this.#key = new Uint8Array(hkdfSync('sha256', settings.sessionSecret, '', 'stadtfunk pending sign-in', 32));
  }

  @Get('start')
  @Open()
  @Operation(beginOidc)
  async start(@Res() reply: FastifyReply): Promise<void> {
    this.#requireProvider();
    try {
      const { url, pending } = await this.provider.begin();
      const sealed = this.#seal({ ...pending, until: this.clock.now() + PENDING_MS });
      await reply.setCookie(this.#cookie, sealed, this.#cookieOptions(PENDING_MS)).redirect(url, 302);
    } catch (thrown) {
      await this.#back(reply, this.#codeOf(thrown));
    }
  }

  @Get('callback')
  @Open()
  @Operation(finishOidc)
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.#requireProvider();
    const pending = this.#unseal(request.cookies[this.#cookie]);
    reply.setCookie(this.#cookie, '', this.#cookieOptions(0));
    if (!pending) return this.#back(reply, 'oidc.stateMismatch');
    try {
      await this.signIn.admit(request.ip);
      const finished = await this.provider.finish(new URL(request.url, 'http://callback'), pending);
      if (!finished.ok) {
        this.log.warn({ code: finished.error.code, reason: finished.error.detail }, 'a sign-in was refused');
        await this.signIn.noteFailure(request.ip);
        return await this.#back(reply, finished.error.code);
      }
      const account = await this.#accountOf(finished.value);
      if (typeof account === 'string') return await this.#back(reply, account);
      await this.signIn.noteSignIn(account.accountId, request.ip);
      await this.sessions.open(request, reply, { accountId: account.accountId, method: 'oidc' });
      await this.#note(request, account);
      await reply.redirect('/', 302);
    } catch (thrown) {
      await this.#back(reply, this.#codeOf(thrown));
    }
  }

  /** The account of a person, with the roles that his groups give him now; or why he has none. */
  async #accountOf(person: VouchedPerson): Promise<Account | 'account.noRole' | 'account.locked'> {
    const roles = rolesOfGroups(person.groups, this.settings.groupRoles);
    const { displayName, email } = person;
    const known = await this.accounts.findByIdentity(person);
    if (roles.length === 0) {
      // Whoever was taken out of his groups loses what he had, and not only the next sign-in.
      if (known && known.roles.length > 0) await this.accounts.change({ accountId: known.accountId, roles });
      return 'account.noRole';
    }
    const account = known ?? (await this.#create(person, roles));
    if (account.state === 'locked') return 'account.locked';
    const changed = await this.accounts.change({ accountId: account.accountId, roles, displayName, email });
    return 'code' in changed ? account : changed;
  }

  /** Under a name of its own: an account that is here already is somebody else's, whatever it is called. */
  async #create({ issuer, subject, name, displayName, email }: VouchedPerson, roles: Account['roles']) {
    const identity = { issuer, subject };
    const proposed = proposedName(name);
    for (let nth = 1; nth <= MOST_NAMES; nth++) {
      const candidate = nth === 1 ? proposed : `${proposed.slice(0, 60)}-${nth}`;
      const fresh = {
        name: candidate,
        displayName,
        email,
        roles,
        source: 'oidc',
        identity,
        at: this.clock.now(),
      } as const;
      const created = await this.accounts.create(fresh);
      if (created !== 'account.exists') return created;
      const twin = await this.accounts.findByIdentity(identity);
      if (twin) return twin;
    }
    throw new Fault('account.exists', `no free name like '${proposed}'`, false);
  }

  async #note(request: FastifyRequest, { accountId, name, roles }: Account): Promise<void> {
    const draft = draftOf(request, undefined, null, this.settings.keepAddresses, this.clock.now());
    const thing = { kind: 'account', id: accountId };
    const who = { accountId, actor: name, way: 'session', thing, asked: null } as const;
    await this.audit.record({ ...draft, ...who, outcome: 'done', code: null, before: null, after: { roles } });
  }

  #codeOf(thrown: unknown): string {
    if (thrown instanceof Problem) return thrown.code;
    this.log.error({ reason: messageOf(thrown) }, 'a sign-in failed');
    return thrown instanceof Fault && thrown.retryable ? 'identityProvider.unavailable' : 'server.fault';
  }

  async #back(reply: FastifyReply, code: string): Promise<void> {
    await reply.redirect(`/sign-in?problem=${encodeURIComponent(code)}`, 302);
  }

  #requireProvider(): void {
    if (!(this.provider instanceof NoIdentityProvider)) return;
    throw new Problem(404, 'identityProvider.none', 'there is no identity provider here');
  }

  get #cookie(): string {
    return `${this.settings.secureCookies ? '__Host-' : ''}stadtfunk_pending`;
  }

  /** Not `strict`: the browser comes back from another site. */
  #cookieOptions(maxAgeMs: number) {
    const { secureCookies: secure } = this.settings;
    return { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: Math.floor(maxAgeMs / 1000) } as const;
  }

  #seal(content: PendingSignIn & { readonly until: number }): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  #unseal(cookie: string | undefined): PendingSignIn | undefined {
    const bytes = Buffer.from(cookie ?? '', 'base64url');
    if (bytes.length <= 28 || bytes.length > 4_096) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      const { until, ...pending } = JSON.parse(text) as PendingSignIn & { readonly until: number };
      return until > this.clock.now() ? pending : undefined;
    } catch {
      return undefined; // Not ours, or of another secret.
    }
  }
}
