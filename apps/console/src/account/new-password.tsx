import { type ReactElement, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Checkbox, Input } from '../ui/field.tsx';
import { ACCOUNT_TEXTS } from './texts.ts';

/** One field that can be shown instead of two that have to be equal: so one sees what one typed. */
export function NewPassword({ error }: { readonly error: string | null }): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Input
        label={t.fresh}
        name="password"
        type={isShown ? 'text' : 'password'}
        autoComplete="new-password"
        hint={t.passwordHint}
        spellCheck={false}
        autoCapitalize="off"
        required
        error={error}
      />
      <Checkbox label={t.show} checked={isShown} onChange={(event) => setShown(event.target.checked)} />
    </>
  );
}
