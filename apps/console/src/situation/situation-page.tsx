import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Page } from '../ui/page.tsx';
import { SITUATION_TEXTS } from './texts.ts';

export default function SituationPage(): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  return (
    <Page title={t.title} isWide>
      <p />
    </Page>
  );
}
