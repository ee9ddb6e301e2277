import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyRequest } from 'fastify';
import { HttpSettings } from '../http-options.ts';
import { operationOf } from '../operation.ts';
import { Problem } from '../problem.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { type Caller, rememberCaller } from './caller.ts';
import { isSafeMethod, isSameOrigin } from './same-origin.ts';
import { SESSION_COOKIE } from './session-cookie.ts';
import { SessionSigner } from './session-signer.ts';

const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const BEARER = /^Bearer +([\x21-\x7e]{1,4096})$/i;

/** Lets in whom the operation admits. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #failures: AttemptLimiter;

  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(SessionSigner) private readonly sessions: SessionSigner,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    // A program with an old token tries again and again, and must not lock out its neighbours at once.
    this.#failures = new AttemptLimiter(clock, settings.limits.failedLogins * 10, settings.limits.failedLoginWindowMs);
  }

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const { access = 'person' } = operationOf(handler, handler.name);
    if (access === 'anyone') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (access === 'nearby' && (isNearby(request) || this.#mayReadMetrics(request))) return true;
    const caller = this.#identify(request, access === 'person');
    if (!caller) {
      throw new Problem(
        401,
        'access.denied',
        'send the API token as a bearer token, or sign in',
        {},
        {
          'www-authenticate': 'Bearer realm="stadtfunk"',
        },
      );
    }
    rememberCaller(request, caller);
    return true;
  }

  #mayReadMetrics({ headers }: FastifyRequest): boolean {
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && this.settings.verifyMetricsToken(token);
  }

  #identify(request: FastifyRequest, sessionWill: boolean): Caller | undefined {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#byToken(request, authorization);
    const cookie = sessionWill ? request.cookies[SESSION_COOKIE] : undefined;
    const session = cookie === undefined ? undefined : this.sessions.read(cookie, this.clock.now());
    if (!session) return undefined;
    if (!isSafeMethod(request.method) && !isSameOrigin(request.headers)) {
      throw new Problem(403, 'origin.foreign', 'with a session, changes are only accepted from a page of this server');
    }
    return { actor: session.actor, session };
  }

  #byToken(request: FastifyRequest, authorization: string): Caller | undefined {
    const waitMs = this.#failures.waitMs(request.ip);
    if (waitMs > 0) throw tooManyFailures(waitMs);
    const token = BEARER.exec(authorization)?.[1];
    if (token !== undefined && this.settings.verifyToken(token)) return { actor: 'admin', session: null };
    this.#failures.fail(request.ip);
    return undefined;
  }
}

export function tooManyFailures(waitMs: number): Problem {
  const seconds = Math.ceil(waitMs / 1000);
  return new Problem(
    429,
    'access.tooManyFailures',
    `too many failed attempts; wait ${seconds} s`,
    {},
    {
      'retry-after': String(seconds),
    },
  );
}

/** From this machine, and not through a proxy on it. */
function isNearby(request: FastifyRequest): boolean {
  const { socket, headers } = request;
  return (
    LOOPBACK.includes(socket.remoteAddress ?? '') &&
    headers['x-forwarded-for'] === undefined &&
    headers.forwarded === undefined
  );
}
