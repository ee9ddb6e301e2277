import { lazy, type ReactElement, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useSession } from './api/session.ts';
import { useLanguage } from './i18n/language.ts';
import { startLive, useMayRead } from './live/live.ts';
import { type PageRoute, PAGES, PUBLIC_PAGES } from './routes.tsx';
import { useCaller } from './shell/caller.ts';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { LeaveGuard } from './shell/leave-guard.tsx';
import { MissingPage } from './shell/missing-page.tsx';
import { NoRightPage } from './shell/no-right-page.tsx';
import { ServerAway } from './shell/server-away.tsx';
import { SessionDialog } from './shell/session-dialog.tsx';
import { Shell } from './shell/shell.tsx';
import { SignInPage } from './shell/sign-in-page.tsx';
import { useAsLastAddress } from './ui/last-address.ts';
import { Loading } from './ui/states.tsx';

/** Has a frame of its own, and works without a network. */
const CrewApp = lazy(() => import('./jobs/crew/crew-app.tsx'));

/** The pages, and who asks before one of them is left. */
export function App(): ReactElement {
  return (
    <>
      <WhatIsShown />
      <LeaveGuard />
    </>
  );
}

/** Whom the pages are for, then the pages. */
function WhatIsShown(): ReactElement {
  const language = useLanguage();
  const { kind } = useSession();
  const { pathname } = useLocation();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  if (/^\/crew(?:\/|$)/.test(pathname)) {
    return (
      <Suspense fallback={<main aria-busy="true" />}>
        <CrewApp />
        {kind === 'expired' && <SessionDialog />}
      </Suspense>
    );
  }
  if (kind === 'checking') return <main aria-busy="true" />;
  if (kind === 'away') return <ServerAway />;
  const publicPage = PUBLIC_PAGES.find(({ path }) => path === pathname);
  if (publicPage) return <PublicPage {...publicPage} />;
  if (kind === 'signedOut') return <SignInPage />;
  return <SignedIn isExpired={kind === 'expired'} />;
}

function PublicPage({ Page }: Pick<PageRoute, 'Page'>): ReactElement {
  return (
    <main className="public-page" id="main">
      <Suspense fallback={<Loading />}>
        <Page />
      </Suspense>
    </main>
  );
}

function SignedIn({ isExpired }: { readonly isExpired: boolean }): ReactElement {
  const mayRead = useMayRead();
  const { accountId } = useCaller();
  const { pathname } = useLocation();
  useEffect(() => startLive(accountId), [accountId]);
  useAsLastAddress();
  return (
    <>
      <Shell>
        <ErrorBoundary key={pathname.split('/')[1]}>
          <Suspense fallback={<Loading />}>
            {mayRead ? (
              <Routes>
                {PAGES.map((page) => (
                  <Route key={page.path} path={page.path} element={<Guarded {...page} />} />
                ))}
                <Route path="/sign-in" element={<Navigate to="/" replace />} />
                <Route path="*" element={<MissingPage />} />
              </Routes>
            ) : (
              <Loading />
            )}
          </Suspense>
        </ErrorBoundary>
      </Shell>
      {isExpired && <SessionDialog />}
    </>
  );
}

function Guarded({ Page, needs }: PageRoute): ReactElement {
  const caller = useCaller();
  return needs === undefined || caller.may(needs) ? <Page /> : <NoRightPage />;
}
