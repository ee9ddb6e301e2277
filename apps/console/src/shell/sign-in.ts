import { ApiError, callOnce } from '../api/client.ts';
import { useEffect, useState } from 'react';
import type { Session, SignInMethods } from '../api/types.ts';
import { createStore } from './store.ts';

/** The link that brought somebody here was used already, or is too old. */
export const linkProblem = createStore(false);

export type Credential = { readonly name: string; readonly password: string } | { readonly token: string };

export async function signIn(credential: Credential): Promise<Session> {
  await callOnce('POST', '/session', credential);
  return fetchSession();
}

export function fetchSession(): Promise<Session> {
  return callOnce<Session>('GET', '/session');
}

/** How one can sign in here; undefined while that is not known. */
export function useSignInMethods(): SignInMethods | undefined {
  const [methods, setMethods] = useState<SignInMethods>();
  useEffect(() => {
    // Where it cannot be asked, name and password remain; trying them says that the server is away.
    callOnce<SignInMethods>('GET', '/sign-in-methods').then(setMethods, () => setMethods(undefined));
  }, []);
  return methods;
}

/** Where an account gets its first password, or a new one: by a link with a code of its own, `/set-password#code=…`. */
export const SET_PASSWORD_PATH = '/set-password';

/** Signs in with the code of a link `/#code=…`, and takes it out of the address. Whether there was one, and it was good. */
export async function signInByLink(): Promise<'none' | 'signedIn' | 'refused'> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null || location.pathname === SET_PASSWORD_PATH) return 'none';
  // With what the router keeps there.
  history.replaceState(history.state, '', location.pathname + location.search);
  try {
    await callOnce('POST', '/session', { code });
    return 'signedIn';
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status > 0) return 'refused';
    throw thrown;
  }
}
