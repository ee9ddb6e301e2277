import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Page } from '../ui/page.tsx';
import { LinkButton } from '../ui/button.tsx';
import { ABOUT_TEXTS } from './texts.ts';

/** What the law asks every public body to say about its web sites (BITV 2.0, section 7). */
export default function AccessibilityPage(): ReactElement {
  const t = useTexts(ABOUT_TEXTS);
  const { links } = useConsoleSettings();
  return (
    <Page title={t.title}>
      <div className="prose">
        <p>{t.intro}</p>
        <h2>{t.conformance}</h2>
        <p>{t.conformanceText}</p>
        <h2>{t.map}</h2>
        <p>{t.mapText}</p>
        <h2>{t.known}</h2>
        <ul>
          <li>{t.knownFiles}</li>
          <li>{t.knownPhotos}</li>
          <li>{t.knownLanguage}</li>
        </ul>
        <h2>{t.feedback}</h2>
        <p>{t.feedbackText}</p>
        <p>
          {links.accessibilityFeedback === null ? (
            t.feedbackNowhere
          ) : (
            <a href={links.accessibilityFeedback}>{t.feedbackLink}</a>
          )}
        </p>
        <h2>{t.enforcement}</h2>
        <p>{t.enforcementText}</p>
        <p>
          <LinkButton to="/">{t.back}</LinkButton>
        </p>
      </div>
    </Page>
  );
}
