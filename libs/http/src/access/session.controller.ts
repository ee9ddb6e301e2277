import { Controller, Delete, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import { tooManyFailures } from './access.guard.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { callerOf } from './caller.ts';
import { LoginCodes } from './login-codes.ts';
import { Needs, Open } from './needs.ts';
import { isSameOrigin } from './same-origin.ts';
import { SESSION_COOKIE, sessionCookieOptions } from './session-cookie.ts';
import { SessionSigner } from './session-signer.ts';
import { createLoginCode, endSession, openSession, showSession } from './session.schema.ts';

@Controller('api/v1')
export class SessionController {
  readonly #failures: AttemptLimiter;

  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(SessionSigner) private readonly sessions: SessionSigner,
    @Inject(LoginCodes) private readonly codes: LoginCodes,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    this.#failures = new AttemptLimiter(clock, settings.limits.failedLogins, settings.limits.failedLoginWindowMs);
  }

  @Post('session')
  @Open()
  @Operation(openSession)
  open(
    @Input() { body }: InputOf<typeof openSession>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): AnswerOf<typeof openSession> {
    const fromBrowser = request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
    if (fromBrowser && !isSameOrigin(request.headers)) {
      throw new Problem(403, 'origin.foreign', 'sign in on a page of this server');
    }
    const waitMs = this.#failures.waitMs(request.ip);
    if (waitMs > 0) throw tooManyFailures(waitMs);
    if (!('token' in body ? this.settings.verifyToken(body.token) : this.codes.redeem(body.code))) {
      this.#failures.fail(request.ip);
      throw new Problem(
        401,
        'access.denied',
        'token' in body ? 'the token is wrong' : 'the code is wrong, used or too old',
      );
    }
    const { sessionMs } = this.settings.limits;
    const expiresAt = this.clock.now() + sessionMs;
    const cookie = this.sessions.open('admin', expiresAt);
    reply.setCookie(SESSION_COOKIE, cookie, sessionCookieOptions(sessionMs, this.settings.secureCookies));
    return { actor: 'admin', expiresAt: isoOf(expiresAt) };
  }

  @Get('session')
  @Open()
  @Operation(showSession)
  show(@Req() request: FastifyRequest): AnswerOf<typeof showSession> {
    const { actor, session } = callerOf(request);
    return { actor, expiresAt: isoOrNull(session?.expiresAt ?? null) };
  }

  @Delete('session')
  @Open()
  @Operation(endSession)
  end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    const { session } = callerOf(request);
    if (session) this.sessions.end(session, this.clock.now());
    reply.setCookie(SESSION_COOKIE, '', sessionCookieOptions(0, this.settings.secureCookies));
  }

  @Post('login-codes')
  @Needs('accounts.manage', 'everywhere')
  @Operation(createLoginCode)
  createCode(): AnswerOf<typeof createLoginCode> {
    const { code, expiresAt } = this.codes.issue();
    return { code, expiresAt: isoOf(expiresAt) };
  }
}
