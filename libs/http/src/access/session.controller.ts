import { Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import {
  type Account,
  AccountStore,
  checkPassword,
  IdentityProvider,
  PasswordKeeper,
  permissionsOf,
  SessionStore,
} from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import { callerOf } from './caller.ts';
import { KnownDevices } from './known-devices.ts';
import { Needs, Open } from './needs.ts';
import { NoIdentityProvider } from './no-identity-provider.ts';
import { isSameOrigin } from './same-origin.ts';
import {
  changePassword,
  createLoginCode,
  endOneSession,
  endOtherSessions,
  endSession,
  listSessions,
  openSession,
  readInvitation,
  setPassword,
  showSession,
  showSignInMethods,
} from './session.schema.ts';
import { type Arrival, SessionOpener } from './session-opener.ts';
import { SignIn, SignInRefused } from './sign-in.ts';

@Controller('api/v1')
export class SessionController {
  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(SessionOpener) private readonly opener: SessionOpener,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(KnownDevices) private readonly devices: KnownDevices,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(AccountStore) private readonly accounts: AccountStore,
    @Inject(PasswordKeeper) private readonly passwords: PasswordKeeper,
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('session')
  @Open()
  @Operation(openSession)
  async open(
    @Input() { body }: InputOf<typeof openSession>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof openSession>> {
    requireOwnPage(request);
    if ('name' in body) {
      const account = await this.#byPassword(body.name, body.password, request);
      return this.#opened(request, reply, { account, method: 'password' });
    }
    await this.signIn.admit(this.devices.visitorOf(request));
    if ('token' in body) {
      if (!this.settings.verifyToken(body.token)) return this.#refuse(request, 'the token is wrong');
      return this.#opened(request, reply, { account: null, method: 'token' });
    }
    const code = await this.signIn.redeemCode('signIn', body.code);
    const account = code?.accountId ? await this.accounts.find(code.accountId) : null;
    if (!code || account === undefined) return this.#refuse(request, 'the code is wrong, used or too old');
    return this.#opened(request, reply, { account, method: 'code' });
  }

  @Get('session')
  @Open()
  @Operation(showSession)
  async show(@Req() request: FastifyRequest): Promise<AnswerOf<typeof showSession>> {
    const { person, session, actor } = callerOf(request);
    const { accountId, name, displayName, roles } = person;
    const account = session?.accountId ? await this.accounts.find(session.accountId) : undefined;
    return {
      ...{ actor, accountId, name, displayName },
      expiresAt: isoOrNull(session?.expiresAt ?? null),
      roles: roles.map(({ role, departments }) => ({ role, departments: [...departments] })),
      departments: copyOf(person.departmentsFor('situation.read')),
      permissions: permissionsOf(roles).map((permission) => {
        return { permission, departments: copyOf(person.departmentsFor(permission)) };
      }),
      method: session?.method ?? null,
      sessionId: session?.sessionId ?? null,
      source: account?.source ?? 'token',
      // A provider that is away keeps nobody from knowing who he is.
      signOutUrl: session?.method === 'oidc' ? await this.provider.signOutUrl().catch(() => null) : null,
    };
  }

  @Delete('session')
  @Open()
  @Operation(endSession)
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { session } = callerOf(request);
    const account = session?.accountId ? await this.accounts.find(session.accountId) : null;
    await this.opener.end(request, reply, account ?? null);
  }

  @Get('sign-in-methods')
  @Open()
  @Operation(showSignInMethods)
  methods(): AnswerOf<typeof showSignInMethods> {
    const oidc =
      this.provider instanceof NoIdentityProvider ? null : { name: this.provider.name, path: '/api/v1/oidc/start' };
    return { password: true, oidc };
  }

  @Put('session/password')
  @Open()
  @Operation(changePassword)
  async change(
    @Input() { body }: InputOf<typeof changePassword>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof changePassword>> {
    const { session } = callerOf(request);
    const account = session?.accountId ? await this.accounts.find(session.accountId) : undefined;
    if (account?.source !== 'local') throw new Problem(409, 'password.notHere', 'the password is not kept here');
    await this.#byPassword(account.name, body.current, request).catch((thrown: unknown) => {
      if (!(thrown instanceof SignInRefused)) throw thrown;
      throw new Problem(422, 'password.wrong', 'the present password is wrong');
    });
    const changed = await this.#setPassword(account, body.password);
    return this.#opened(request, reply, { account: changed, method: 'password' });
  }

  @Post('session/invitation')
  @Open()
  @Operation(readInvitation)
  async invitation(
    @Input() { body }: InputOf<typeof readInvitation>,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<typeof readInvitation>> {
    const { account, expiresAt } = await this.#invited(body.code, request);
    return { name: account.name, displayName: account.displayName, expiresAt: isoOf(expiresAt) };
  }

  @Post('session/set-password')
  @Open()
  @Operation(setPassword)
  async set(
    @Input() { body }: InputOf<typeof setPassword>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<typeof setPassword>> {
    const { account } = await this.#invited(body.code, request);
    // Before the code is used up: who has to think of another password keeps it.
    requireGoodPassword(account, body.password);
    if (!(await this.signIn.redeemCode('setPassword', body.code))) return this.#refuse(request, BAD_LINK);
    const changed = await this.#setPassword(account, body.password);
    await this.signIn.noteSignIn(account.accountId, request.ip);
    return this.#opened(request, reply, { account: changed, method: 'password' });
  }

  @Post('login-codes')
  @Needs('accounts.manage', 'everywhere')
  @Operation(createLoginCode)
  async createCode(): Promise<AnswerOf<typeof createLoginCode>> {
    const { code, expiresAt } = await this.signIn.issueCode('signIn', null, this.settings.limits.loginCodeMs);
    return { code, expiresAt: isoOf(expiresAt) };
  }

  @Get('sessions')
  @Open()
  @Operation(listSessions)
  async list(@Req() request: FastifyRequest): Promise<AnswerOf<typeof listSessions>> {
    const { session } = callerOf(request);
    if (!session) return { items: [], next: null };
    const { sessionIdleMs } = this.settings.limits;
    const all = await this.store.list(session.accountId, this.clock.now(), sessionIdleMs);
    const items = all.map(({ sessionId, method, address, agent, ...times }) => ({
      ...{ sessionId, method, address, agent, isThis: sessionId === session.sessionId },
      openedAt: isoOf(times.openedAt),
      lastSeenAt: isoOf(times.lastSeenAt),
      expiresAt: isoOf(times.expiresAt),
    }));
    return { items, next: null };
  }

  @Delete('sessions')
  @Open()
  @Operation(endOtherSessions)
  async endOthers(@Req() request: FastifyRequest): Promise<AnswerOf<typeof endOtherSessions>> {
    const { session } = callerOf(request);
    return { ended: session ? await this.store.endAll(session.accountId, session.sessionId) : 0 };
  }

  @Delete('sessions/:sessionId')
  @Open()
  @Operation(endOneSession)
  async endOne(
    @Input() { params: { sessionId } }: InputOf<typeof endOneSession>,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const { session } = callerOf(request);
    if (session && (await this.store.end(session.accountId, sessionId))) return;
    throw new Problem(404, 'session.unknown', 'there is no such session of yours');
  }

  async #byPassword(name: string, password: string, request: FastifyRequest): Promise<Account> {
    try {
      return await this.signIn.byPassword(name, password, this.devices.visitorOf(request));
    } catch (thrown) {
      // What was typed instead of a name may be a password: only names that there are stand in the log. An entry is written
      // of others too, because what is written takes time, and whoever counts it would know which names there are.
      if (thrown instanceof SignInRefused) await this.opener.note(request, thrown.account, { code: thrown.code });
      throw thrown;
    }
  }

  async #invited(code: string, request: FastifyRequest) {
    requireOwnPage(request);
    await this.signIn.admit(this.devices.visitorOf(request));
    const found = await this.signIn.findCode('setPassword', code);
    const account = found?.accountId ? await this.accounts.find(found.accountId) : undefined;
    if (!found || !account || account.state === 'locked') return this.#refuse(request, BAD_LINK);
    return { account, expiresAt: found.expiresAt };
  }

  /** Ends all sessions and voids all links of the account. */
  async #setPassword(account: Account, password: string): Promise<Account> {
    requireGoodPassword(account, password);
    const changed = await this.accounts.setPassword(account.accountId, await this.passwords.hash(password));
    // No account is ever removed.
    return changed ?? account;
  }

  async #opened(request: FastifyRequest, reply: FastifyReply, arrival: Arrival) {
    const { expiresAt } = await this.opener.open(request, reply, arrival);
    return { actor: arrival.account?.name ?? 'admin', expiresAt: isoOf(expiresAt) };
  }

  async #refuse(request: FastifyRequest, detail: string): Promise<never> {
    await this.signIn.noteFailure(this.devices.visitorOf(request));
    await this.opener.note(request, undefined, { code: 'access.denied' });
    throw new Problem(401, 'access.denied', detail);
  }
}

const BAD_LINK = 'the link is wrong, used or too old; ask for a new one';

function requireOwnPage({ headers }: FastifyRequest): void {
  const fromBrowser = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  if (fromBrowser && !isSameOrigin(headers)) {
    throw new Problem(403, 'origin.foreign', 'sign in on a page of this server');
  }
}

function requireGoodPassword(account: Account, password: string): void {
  const checked = checkPassword(password, account);
  if (!checked.ok) throw new Problem(422, checked.error.code, checked.error.detail);
}

function copyOf(departments: readonly string[] | null): string[] | null {
  return departments && [...departments];
}
