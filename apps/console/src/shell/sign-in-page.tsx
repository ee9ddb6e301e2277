import { type ReactElement, useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { FooterLinks } from './footer-links.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';

/** At whatever address one is: after signing in, that page is there. */
export function SignInPage(): ReactElement {
  const t = useTexts(SIGN_IN_TEXTS);
  useEffect(() => {
    document.title = `${t.title} – Stadtfunk`;
  }, [t.title]);
  return (
    <div className="sign-in">
      <header className="sign-in__bar">
        <LanguageSwitch />
      </header>
      <main className="sign-in__card" id="main">
        <p className="brand brand--large">
          <img src="/icon.svg" alt="" width="44" height="44" />
          <span>Stadtfunk</span>
        </p>
        <p className="sign-in__claim">{t.claim}</p>
        <h1 className="kern-sr-only">{t.title}</h1>
        <SignInForm />
      </main>
      <footer className="sign-in__foot">
        <FooterLinks />
      </footer>
    </div>
  );
}
