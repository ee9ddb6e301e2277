import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Tabs } from '../ui/tabs.tsx';
import { useLastList } from './last-list.ts';
import { ALERT_TEXTS } from './texts.ts';

/** From the alerts to what is put aside and to planned work, and back. */
export function AlertViews(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  return (
    <Tabs
      label={t.views}
      tabs={[
        { to: useLastList(), title: t.title },
        { to: '/alerts/shelves', title: t.shelves },
        { to: '/alerts/windows', title: t.windows },
      ]}
    />
  );
}
