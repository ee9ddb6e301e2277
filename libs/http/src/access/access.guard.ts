import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AuditLog, Caller as Person, type KnownSession, type Session, TOKEN_CALLER } from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyRequest } from 'fastify';
import { draftOf } from '../audit/audit-draft.ts';
import { HttpSettings } from '../http-options.ts';
import { operationOf } from '../operation.ts';
import { Problem } from '../problem.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { type Caller, rememberCaller } from './caller.ts';
import { type Need, needOf } from './needs.ts';
import { isSafeMethod, isSameOrigin } from './same-origin.ts';
import { Sessions } from './sessions.ts';

const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const BEARER = /^Bearer +([\x21-\x7e]{1,4096})$/i;

interface Known {
  readonly person: Person;
  readonly session: Session | null;
}

/** Lets in whom the operation admits, and who has the permission that the route needs. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #failures: AttemptLimiter;

  constructor(
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    // A program with an old token tries again and again, and must not lock out its neighbours at once.
    this.#failures = new AttemptLimiter(clock, settings.limits.failedLogins * 10, settings.limits.failedLoginWindowMs);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const { access = 'person' } = operationOf(handler, handler.name);
    const need = needOf(handler, handler.name);
    if (access === 'anyone') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (access === 'nearby' && (isNearby(request) || this.#mayReadMetrics(request))) return true;
    const known = await this.#identify(request, access === 'person');
    if (!known) {
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
    const caller = rememberCaller(request, known.person, known.session, need);
    if (need !== null && !has(known.person, need)) {
      if (!isSafeMethod(request.method)) await this.#noteRefusal(request, caller, need);
      throw forbidden(known.person, need);
    }
    return true;
  }

  #mayReadMetrics({ headers }: FastifyRequest): boolean {
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && this.settings.verifyMetricsToken(token);
  }

  async #identify(request: FastifyRequest, sessionWill: boolean): Promise<Known | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#byToken(request, authorization);
    const known = sessionWill ? await this.sessions.of(request) : undefined;
    if (!known) return undefined;
    if (!isSafeMethod(request.method) && !isSameOrigin(request.headers)) {
      throw new Problem(403, 'origin.foreign', 'with a session, changes are only accepted from a page of this server');
    }
    return { person: personOf(known), session: known.session };
  }

  #byToken(request: FastifyRequest, authorization: string): Known | undefined {
    const waitMs = this.#failures.waitMs(request.ip);
    if (waitMs > 0) throw tooManyFailures(waitMs);
    const token = BEARER.exec(authorization)?.[1];
    if (token !== undefined && this.settings.verifyToken(token)) return { person: TOKEN_CALLER, session: null };
    this.#failures.fail(request.ip);
    return undefined;
  }

  async #noteRefusal(request: FastifyRequest, caller: Caller, need: Need): Promise<void> {
    const draft = draftOf(request, caller, need, this.settings.keepAddresses, this.clock.now());
    await this.audit.record({ ...draft, outcome: 'refused', code: 'access.forbidden', before: null, after: null });
  }
}

/** Who has signed in to a session. */
export function personOf({ account }: Pick<KnownSession, 'account'>): Person {
  return account ? new Person(account.accountId, account.name, account.roles, account.displayName) : TOKEN_CALLER;
}

function has(person: Person, { permission, reach }: Need): boolean {
  return reach === 'everywhere' ? person.mayEverywhere(permission) : person.may(permission);
}

function forbidden(person: Person, { permission }: Need): Problem {
  const where = person.may(permission) ? ' in all departments' : '';
  return new Problem(403, 'access.forbidden', `this needs the permission '${permission}'${where}`, { permission });
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
