import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { useConsoleSettings } from './console-settings.ts';
import { SHELL_TEXTS } from './texts.ts';

/** What a public body's web site must offer on every page. */
export function FooterLinks(): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  const { links } = useConsoleSettings();
  return (
    <ul className="footer-links">
      <li>
        <Link to="/accessibility">{t.accessibility}</Link>
      </li>
      {links.legalNotice !== null && (
        <li>
          <a href={links.legalNotice}>{t.legalNotice}</a>
        </li>
      )}
      {links.privacy !== null && (
        <li>
          <a href={links.privacy}>{t.privacy}</a>
        </li>
      )}
    </ul>
  );
}
