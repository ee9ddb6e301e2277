import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useLiveState } from '../live/live.ts';
import { SHELL_TEXTS } from './texts.ts';

/** Whether what is shown is how things stand: always in sight, and told to screen readers when it changes. */
export function Connection(): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  const state = useLiveState();
  const help = state === 'live' ? t.liveHelp : state === 'stalled' ? t.stalledHelp : t.reconnectingHelp;
  return (
    <p className={`connection connection--${state}`} role="status" title={help}>
      <span className="connection__mark" aria-hidden="true" />
      <span>{t[state]}</span>
    </p>
  );
}

/** A line across the page while what it shows may be out of date. */
export function ConnectionNotice(): ReactElement | null {
  const t = useTexts(SHELL_TEXTS);
  const state = useLiveState();
  if (state !== 'reconnecting' && state !== 'stalled') return null;
  return (
    <p className="connection-notice">
      <strong>{t[state]}.</strong> {state === 'stalled' ? t.stalledHelp : t.reconnectingHelp}
    </p>
  );
}
