import { ApiError, call } from './api.ts';
import { h } from './dom.ts';
import { say } from './texts.ts';

/** Signs in with the code of a link `/#code=…`, and takes it out of the address. Whether there was one, and it was good. */
export async function signInByLink(): Promise<'none' | 'signedIn' | 'refused'> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return 'none';
  history.replaceState(null, '', location.pathname);
  try {
    await call('POST', '/session', { code });
    return 'signedIn';
  } catch (thrown) {
    if (thrown instanceof ApiError) return 'refused';
    throw thrown;
  }
}

/** The form for the token. */
export function loginForm(problem: string, onSignedIn: () => void): HTMLElement {
  const token = h('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    'aria-describedby': 'hint error',
  });
  const error = h('p', { id: 'error', class: 'error', role: 'alert' }, problem);
  const submit = async (event: Event) => {
    event.preventDefault();
    error.textContent = '';
    try {
      await call('POST', '/session', { token: token.value.trim() });
      onSignedIn();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      error.textContent = say(thrown.status === 429 ? 'tooMany' : thrown.status === 0 ? 'serverAway' : 'wrongToken');
      token.select();
    }
  };
  return h(
    'form',
    { class: 'card login', onsubmit: (event) => void submit(event) },
    h('h1', {}, say('signIn')),
    h('p', { id: 'hint' }, say('signInHint')),
    h('label', { for: 'token' }, say('token')),
    token,
    error,
    h('button', { class: 'primary' }, say('signIn')),
  );
}
