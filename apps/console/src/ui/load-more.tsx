import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './button.tsx';
import { UI_TEXTS } from './texts.ts';

/** At the end of a list that goes on, as with `useInfiniteQuery`. */
export function LoadMore({
  hasMore,
  busy,
  onMore,
}: {
  readonly hasMore: boolean;
  readonly busy: boolean;
  readonly onMore: () => void;
}): ReactElement | null {
  const t = useTexts(UI_TEXTS);
  if (!hasMore) return null;
  return (
    <div className="load-more">
      <Button busy={busy} onClick={onMore}>
        {t.more}
      </Button>
    </div>
  );
}
