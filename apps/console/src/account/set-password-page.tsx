import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { callOnce } from '../api/client.ts';
import type { Invitation } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Loaded } from '../ui/states.tsx';
import { formText } from './form-text.ts';
import { NewPassword } from './new-password.tsx';
import { passwordProblem } from './password-problem.ts';
import { ACCOUNT_TEXTS } from './texts.ts';
import './account.css';

/** Where a link leads with which somebody sets the first password, or a new one. */
export default function SetPasswordPage(): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const [code] = useState(() => new URLSearchParams(location.hash.slice(1)).get('code') ?? '');
  useEffect(() => {
    document.title = `${t.setTitle} – Stadtfunk`;
    // Out of the address and the history; whoever loads the page again uses the link again.
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  }, [t.setTitle]);
  const invitation = useQuery({
    queryKey: ['invitation', code],
    queryFn: () => callOnce<Invitation>('POST', '/session/invitation', { code }),
    enabled: code !== '',
    retry: false,
    staleTime: Infinity,
  });
  return (
    <div className="set-password card">
      <p className="brand brand--large">
        <img src="/icon.svg" alt="" width="44" height="44" />
        <span>Stadtfunk</span>
      </p>
      <h1 className="page__title">{t.setTitle}</h1>
      {code === '' || isRefused(invitation.error) ? (
        <>
          <Notice kind="warning" title={t.linkBad}>
            {t.linkBadHelp}
          </Notice>
          <p>
            <a href="/">{t.toSignIn}</a>
          </p>
        </>
      ) : (
        <Loaded query={invitation}>{(invited) => <SetPasswordForm code={code} invited={invited} />}</Loaded>
      )}
    </div>
  );
}

function SetPasswordForm({ code, invited }: { readonly code: string; readonly invited: Invitation }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const { name, displayName } = invited;
  const set = useMutation({
    mutationFn: (password: string) => callOnce('POST', '/session/set-password', { code, password }),
    // Loaded anew: whoever was signed in here before is not any more.
    onSuccess: () => location.assign('/'),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    set.mutate(formText(event.currentTarget, 'password'));
  };
  const said = passwordProblem(set.error, t);
  return (
    <form className="account-form" onSubmit={submit}>
      <p>{fill(t.setFor, { name, displayName })}</p>
      {isRefused(set.error) ? (
        <Notice kind="warning" title={t.linkBad}>
          {t.linkBadHelp}
        </Notice>
      ) : (
        said === null && <ErrorNotice error={set.error} />
      )}
      <input type="text" name="username" autoComplete="username" defaultValue={name} readOnly hidden />
      <NewPassword error={said} />
      <Button kind="primary" type="submit" busy={set.isPending || set.isSuccess}>
        {t.setAndSignIn}
      </Button>
    </form>
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401;
}
