import { type ReactElement, useSyncExternalStore } from 'react';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { followTime, presentFor, presentTime } from './present-time.ts';
import { UI_TEXTS } from './texts.ts';

/** UTC ms, going on every 15 s, the same for everything on the page. */
export function useNow(): number {
  return useSyncExternalStore(followTime, presentTime);
}

/** `vor 5 Minuten`; the exact time in the installation's zone on pointing at it, and for machines. */
export function RelativeTime({ time }: { readonly time: string | null }): ReactElement {
  const formats = useFormats();
  const t = useTexts(UI_TEXTS);
  const present = useNow();
  if (time === null) return <span>{t.never}</span>;
  return (
    <time dateTime={time} title={formats.precise(time)}>
      {formats.relative(time, presentFor(Date.parse(time), present))}
    </time>
  );
}

/** Day and minute in the installation's zone, with how long ago that is. */
export function ExactTime({ time }: { readonly time: string | null }): ReactElement {
  const formats = useFormats();
  const t = useTexts(UI_TEXTS);
  if (time === null) return <span>{t.never}</span>;
  return (
    <time dateTime={time} title={formats.precise(time)}>
      {formats.exact(time)}
    </time>
  );
}
