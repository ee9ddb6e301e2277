import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Session } from './session-signer.ts';

/** Who is calling. `session` is null for a bearer token. */
export interface Caller {
  readonly actor: string;
  readonly session: Session | null;
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function rememberCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('the caller of an open endpoint is not known');
  return caller;
}

/** Name of the person who is calling, for histories. */
export const Actor = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => callerOf(context.switchToHttp().getRequest<FastifyRequest>()).actor,
);
