import { SetMetadata } from '@nestjs/common';
import type { Permission } from '@stadtfunk/accounts';

/**
 * Where the permission has to be held: `anywhere`: in one department at least, and what the route gives and takes is
 * limited to those (`callerOf(request).departments`); `everywhere`: in all of them, for what belongs to no department.
 */
export type Reach = 'anywhere' | 'everywhere';

export interface Need {
  readonly permission: Permission;
  readonly reach: Reach;
}

const NEED = 'stadtfunk:need';

/** The permission that a route needs. */
export function Needs(permission: Permission, reach: Reach = 'anywhere'): MethodDecorator {
  return SetMetadata(NEED, { permission, reach } satisfies Need);
}

/** A route that needs no permission; whether one has to be signed in says the `access` of its operation. */
export function Open(): MethodDecorator {
  return SetMetadata(NEED, null);
}

/** What a handler needs; null: nothing. A handler that does not say is a defect, and keeps the server from starting. */
export function needOf(handler: object, name: string): Need | null {
  const need = Reflect.getMetadata(NEED, handler) as Need | null | undefined;
  if (need === undefined) throw new Error(`the handler ${name} has neither @Needs nor @Open`);
  return need;
}
