import { createStore, useStore } from '../shell/store.ts';
import { dropRisks, whenLeaving } from '../ui/at-risk.ts';
import type { Session } from './types.ts';

/** `checking` until the server has said who this is. */
export type SessionState =
  | { readonly kind: 'checking' }
  | { readonly kind: 'away' }
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'signedIn'; readonly session: Session }
  /** Was signed in; a dialog over the page asks to sign in again. */
  | { readonly kind: 'expired'; readonly session: Session };

export const sessionState = createStore<SessionState>({ kind: 'checking' });

let waiting: ((isSignedIn: boolean) => void)[] = [];

/** What was refused because the session is over waits here. True: somebody has signed in, try again. */
export function waitForSession(): Promise<boolean> {
  const state = sessionState.get();
  if (state.kind === 'signedIn') sessionState.set({ kind: 'expired', session: state.session });
  else if (state.kind !== 'expired') return Promise.resolve(false);
  return new Promise((resolve) => waiting.push(resolve));
}

/** Somebody has signed in: what waited goes on, unless it is somebody else, in whose name it must not be done. */
export function signedIn(session: Session): void {
  const before = sessionState.get();
  if (before.kind !== 'expired' || before.session.accountId === session.accountId) {
    sessionState.set({ kind: 'signedIn', session });
    settle(true);
  } else leave({ kind: 'signedIn', session });
}

/** Whoever was signed in leaves. */
export function signedOut(): void {
  leave({ kind: 'signedOut' });
}

/** Loaded anew, so that nothing of what they could see stays in the page's memory for the next; not before they know what is lost with it. */
function leave(next: SessionState): void {
  whenLeaving(() => {
    dropRisks();
    sessionState.set(next);
    settle(false);
    location.reload();
  });
}

/** Who the server says this is. Somebody else has signed in, in another tab: nothing more is done here in their name. */
export function confirmSession(session: Session): void {
  const state = sessionState.get();
  if (state.kind !== 'signedIn' || state.session.accountId === session.accountId) return;
  sessionState.set({ kind: 'expired', session: state.session });
  signedIn(session);
}

function settle(isSignedIn: boolean): void {
  const settled = waiting;
  waiting = [];
  for (const resolve of settled) resolve(isSignedIn);
}

export function useSession(): SessionState {
  return useStore(sessionState);
}
