import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { AuditLog, redacted } from '@stadtfunk/accounts';
import { Clock } from '@stadtfunk/kernel';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { knownCaller } from '../access/caller.ts';
import { needOf } from '../access/needs.ts';
import { isSafeMethod } from '../access/same-origin.ts';
import { HttpSettings } from '../http-options.ts';
import { operationOf } from '../operation.ts';
import { draftOf, idIn } from './audit-draft.ts';

/** Every change over the API leaves an entry, whoever wrote its handler; what an operation says of itself is taken out. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const handler = context.getHandler();
    const { audited = 'always', isDryRun } = operationOf(handler, handler.name);
    if (isSafeMethod(request.method) || audited !== 'always' || isDryRun?.(request.query)) return next.handle();
    const need = needOf(handler, handler.name);
    const draft = draftOf(request, knownCaller(request), need, this.settings.keepAddresses, this.clock.now());
    // Begun inside of the work, so that the handler's transactions know what they are for.
    const work = () => lastValueFrom(next.handle(), { defaultValue: undefined }) as Promise<unknown>;
    const resultOf = (answer: unknown) => {
      const { thing } = draft;
      const made = thing && thing.id === null ? { kind: thing.kind, id: idIn(answer, thing.kind) } : null;
      return { thing: made, after: redacted(answer) };
    };
    return from(this.audit.during(draft, work, resultOf));
  }
}
