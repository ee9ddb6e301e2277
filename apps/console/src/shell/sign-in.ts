import { ApiError, callOnce } from '../api/client.ts';
import type { Session, SessionAnswer } from '../api/types.ts';
import { createStore } from './store.ts';

/** The link that brought somebody here was used already, or is too old. */
export const linkProblem = createStore(false);

export type Credential = { readonly name: string; readonly password: string } | { readonly token: string };

export async function signIn(credential: Credential): Promise<Session> {
  await callOnce<SessionAnswer>('POST', '/session', credential);
  return fetchSession();
}

export async function fetchSession(): Promise<Session> {
  return sessionOf(await callOnce<SessionAnswer>('GET', '/session'));
}

/** A server of before accounts were there says nothing but that somebody holds the token. */
function sessionOf({ actor, ...known }: SessionAnswer & Partial<Session>): Session {
  const { accountId = actor, name = actor, displayName = name } = known;
  return { accountId, name, displayName, roles: known.roles ?? [{ role: 'administrator', departments: [] }] };
}

/** Signs in with the code of a link `/#code=…`, and takes it out of the address. Whether there was one, and it was good. */
export async function signInByLink(): Promise<'none' | 'signedIn' | 'refused'> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return 'none';
  history.replaceState(null, '', location.pathname + location.search);
  try {
    await callOnce('POST', '/session', { code });
    return 'signedIn';
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status > 0) return 'refused';
    throw thrown;
  }
}
