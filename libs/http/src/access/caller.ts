import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller as Person, Permission, RoleAssignment, Session } from '@stadtfunk/accounts';
import type { FastifyRequest } from 'fastify';
import type { Need } from './needs.ts';

/** Who is calling, and what he may. `session` is null for a bearer token. */
export interface Caller {
  readonly accountId: string;
  /** Name of the account, for histories. */
  readonly name: string;
  readonly actor: string;
  readonly roles: readonly RoleAssignment[];
  readonly session: Session | null;
  readonly person: Person;
  /** The departments that this route is limited to; null: all of them. Of an open route null. */
  readonly departments: readonly string[] | null;
  departmentsFor(permission: Permission): readonly string[] | null;
  may(permission: Permission): boolean;
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function rememberCaller(
  request: FastifyRequest,
  person: Person,
  session: Session | null,
  need: Need | null,
): Caller {
  const { accountId, name, roles } = person;
  const caller: Caller = {
    accountId,
    name,
    actor: name,
    roles,
    session,
    person,
    departments: need === null ? null : person.departmentsFor(need.permission),
    departmentsFor: (permission) => person.departmentsFor(permission),
    may: (permission) => person.may(permission),
  };
  callers.set(request, caller);
  return caller;
}

/** Who is calling; undefined where nobody has to say. */
export function knownCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
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

/** The departments that this route is limited to for whoever is calling; null: all of them. */
export const Departments = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    callerOf(context.switchToHttp().getRequest<FastifyRequest>()).departments,
);
