import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { QUALITY_TEXTS } from './texts.ts';
import '../assets/assets.css';

/** Around each of the views. */
export function QualityFrame({
  openLetters,
  children,
}: {
  readonly openLetters?: number;
  readonly children: ReactNode;
}): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  return (
    <Page title={t.title}>
      <Tabs
        label={t.views}
        tabs={[
          { to: '/quality', title: t.overview },
          {
            to: '/quality/dead-letters',
            title: t.letters,
            ...(openLetters === undefined ? {} : { count: openLetters }),
          },
          { to: '/quality/deliveries', title: t.deliveries },
          { to: '/quality/schedules', title: t.schedules },
        ]}
      />
      {children}
    </Page>
  );
}
