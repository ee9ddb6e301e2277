import type { ReactElement } from 'react';
import { switchLanguage, useLanguage } from '../i18n/language.ts';

/** The other language, in its own words. */
export function LanguageSwitch(): ReactElement {
  const isGerman = useLanguage() === 'de';
  return (
    <button
      type="button"
      className="quiet-button"
      lang={isGerman ? 'en' : 'de'}
      onClick={() => switchLanguage(isGerman ? 'en' : 'de')}
    >
      {isGerman ? 'English' : 'Deutsch'}
    </button>
  );
}
