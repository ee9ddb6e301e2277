import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { SHELL_TEXTS } from './texts.ts';

export function ServerAway(): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  return (
    <main className="state state--whole" id="main">
      <h1 className="state__title">{t.serverAway}</h1>
      <p role="status">{t.serverAwayHelp}</p>
    </main>
  );
}
