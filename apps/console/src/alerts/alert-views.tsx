import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useLastAddress } from '../ui/last-address.ts';
import { Tabs } from '../ui/tabs.tsx';
import { ALERT_TEXTS } from './texts.ts';

/** From the alerts to what is put aside and to planned work, and back. */
export function AlertViews(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  return (
    <Tabs
      label={t.views}
      tabs={[
        { to: useLastAddress('/alerts'), title: t.title },
        { to: '/alerts/shelves', title: t.shelves },
        { to: '/alerts/windows', title: t.windows },
      ]}
    />
  );
}
