import { callOnce } from '../api/client.ts';
import { ApiError, apiErrorOf } from '../api/problem.ts';
import { sessionState, signedIn } from '../api/session.ts';
import { dropRisks } from '../ui/at-risk.ts';
import { loadConsoleSettings } from './console-settings.ts';
import { fetchSession, linkProblem, signInByLink } from './sign-in.ts';

const AGAIN_MS = 3000;

/** Who is this? By the link that was opened, or by the session that the browser holds. */
export async function begin(): Promise<void> {
  const settings = loadConsoleSettings();
  try {
    const byLink = await signInByLink();
    if (byLink === 'refused') linkProblem.set(true);
    signedIn(await fetchSession());
  } catch (thrown) {
    if (apiErrorOf(thrown).status === 401) sessionState.set({ kind: 'signedOut' });
    else {
      sessionState.set({ kind: 'away' });
      window.setTimeout(() => void begin(), AGAIN_MS);
    }
  }
  await settings;
}

/**
 * Ends the session here and on the server. What a crew has not sent yet would be lost: then its pages ask first.
 */
export async function signOut({ discards = false } = {}): Promise<void> {
  const { leaveDevice } = await import('../jobs/crew/leave.ts');
  if ((await leaveDevice(discards)) > 0) {
    dropRisks();
    location.assign('/crew?leave');
    return;
  }
  const state = sessionState.get();
  const signOutUrl = state.kind === 'signedIn' ? state.session.signOutUrl : null;
  await callOnce('DELETE', '/session').catch((thrown: unknown) => {
    // A session that is over already is what was wanted.
    if (!(thrown instanceof ApiError) || thrown.status !== 401) throw thrown;
  });
  dropRisks();
  // Loaded anew, so that nothing of what this person could see stays in the page's memory.
  location.assign(signOutUrl ?? '/');
}
