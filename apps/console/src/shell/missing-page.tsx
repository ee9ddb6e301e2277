import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { LinkButton } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { SHELL_TEXTS } from './texts.ts';

export function MissingPage(): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  return (
    <Page title={t.pageMissing}>
      <p>{t.pageMissingHelp}</p>
      <p>
        <LinkButton to="/">{t.home}</LinkButton>
      </p>
    </Page>
  );
}
