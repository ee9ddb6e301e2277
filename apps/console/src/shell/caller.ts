import { Caller } from '@stadtfunk/accounts';
import { useMemo } from 'react';
import { useSession } from '../api/session.ts';
import type { Session } from '../api/types.ts';

export type { Caller } from '@stadtfunk/accounts';
export type { Permission } from '@stadtfunk/accounts';

/** Nobody: may do nothing. */
const NOBODY = new Caller('', '', []);

function callerOf({ accountId, name, roles, displayName }: Session): Caller {
  return new Caller(accountId, name, roles, displayName);
}

/**
 * Who is signed in: `{ accountId, name, displayName, roles, may(permission), mayIn(permission, department) }`. For what is
 * offered; the server decides again what is done.
 */
export function useCaller(): Caller {
  const state = useSession();
  const session = state.kind === 'signedIn' || state.kind === 'expired' ? state.session : null;
  return useMemo(() => (session ? callerOf(session) : NOBODY), [session]);
}
