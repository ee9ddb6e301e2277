import type { ReactElement } from 'react';
import type { InvitedAccount } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { toast } from '../ui/toasts.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';

/** A link to set a password, to be given to the person. */
export function PasswordLink({ link: { path } }: { readonly link: InvitedAccount['link'] }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const address = location.origin + path;
  const copy = async () => {
    await navigator.clipboard.writeText(address);
    toast(t.copied);
  };
  return (
    <Notice kind="success" title={t.link}>
      <p>{t.linkHelp}</p>
      <p className="account-link" data-testid="password-link">
        {address}
      </p>
      {/* Browsers let pages copy over https and on this machine only; the link can be marked all the same. */}
      {isSecureContext && <Button onClick={() => void copy()}>{t.copy}</Button>}
    </Notice>
  );
}
