import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Page } from '../ui/page.tsx';
import { UI_TEXTS } from '../ui/texts.ts';

export function NoRightPage(): ReactElement {
  const t = useTexts(UI_TEXTS);
  return (
    <Page title={t.noRight}>
      <p>{t.noRightHelp}</p>
    </Page>
  );
}
