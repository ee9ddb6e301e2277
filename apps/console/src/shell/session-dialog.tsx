import { type ReactElement, useEffect } from 'react';
import { signedIn, signedOut } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { presentRisks } from '../ui/at-risk.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useCaller } from './caller.ts';
import { SignInForm } from './sign-in-form.tsx';
import { fetchSession } from './sign-in.ts';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';

/** Over the page when the session is over: what was being done goes on after signing in. */
export function SessionDialog(): ReactElement {
  const t = useTexts(SIGN_IN_TEXTS);
  const { accountId, name } = useCaller();
  useSignInElsewhere(accountId);
  return (
    <Dialog
      title={t.expired}
      footer={
        <Button kind="tertiary" onClick={signedOut}>
          {t.leave}
        </Button>
      }
    >
      <p>{t.expiredHelp}</p>
      <SignInForm name={name} isOverPage />
    </Dialog>
  );
}

/** Somebody may have signed in in another tab, the identity provider's for one. Somebody else is let in where nothing is lost by it. */
function useSignInElsewhere(accountId: string): void {
  useEffect(() => {
    const look = () => {
      // Not signed in yet is what one expects here.
      fetchSession().then(
        (session) => {
          if (session.accountId === accountId || presentRisks().length === 0) signedIn(session);
        },
        () => undefined,
      );
    };
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [accountId]);
}
