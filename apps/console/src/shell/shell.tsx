import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { whenLeaving } from '../ui/at-risk.ts';
import { Icon } from '../ui/icons.tsx';
import { toast, ToastRegion } from '../ui/toasts.tsx';
import { signOut } from './begin.ts';
import { useCaller } from './caller.ts';
import { Connection, ConnectionNotice } from './connection.tsx';
import { FooterLinks } from './footer-links.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { BottomBar, Navigation } from './navigation.tsx';
import { SHELL_TEXTS } from './texts.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** Header, navigation and the page between them. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const t = useTexts(SHELL_TEXTS);
  const { displayName } = useCaller();
  const { pathname } = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const main = useFocusOnNewPage(pathname);
  const leave = () => void signOut().catch(() => toast(t.notSignedOut, 'danger'));
  useEffect(() => setMenuOpen(false), [pathname]);
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          // Not an entry of the browser's history: going back would lead to where one is.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t.skip}
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>Stadtfunk</span>
        </Link>
        <Connection />
        <div className="topbar__tools">
          <LanguageSwitch />
          <Link to="/account" className="topbar__person">
            <Icon name="account" />
            <span>
              <span className="kern-sr-only">{t.signedInAs} </span>
              {displayName}
            </span>
          </Link>
          <button type="button" className="quiet-button" onClick={() => whenLeaving(leave)}>
            <span className="kern-icon kern-icon--logout kern-icon--small" aria-hidden="true" />
            <span className="hide-on-phone">{t.signOut}</span>
            <span className="kern-sr-only phone-only">{t.signOut}</span>
          </button>
        </div>
      </header>
      <div className={`sidebar ${isMenuOpen ? 'is-open' : ''}`}>
        <Navigation />
        <footer className="sidebar__foot">
          <ThemeChoice />
          <FooterLinks />
        </footer>
      </div>
      <main id="main" className="content" tabIndex={-1} ref={main}>
        <ConnectionNotice />
        {children}
      </main>
      <BottomBar isMenuOpen={isMenuOpen} onMenu={() => setMenuOpen(!isMenuOpen)} />
      <ToastRegion />
    </div>
  );
}

/** Screen readers begin to read at the new page, as they would with a page that was loaded. */
function useFocusOnNewPage(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  return main;
}
