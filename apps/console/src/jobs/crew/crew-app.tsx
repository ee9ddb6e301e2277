import { type ReactElement, useEffect, useState } from 'react';
import { Link, Route, Routes, useSearchParams } from 'react-router';
import { useSession, waitForSession } from '../../api/session.ts';
import { useFormats } from '../../i18n/formats.ts';
import { fill, useTexts } from '../../i18n/texts.ts';
import { signOut } from '../../shell/begin.ts';
import { SignInForm } from '../../shell/sign-in-form.tsx';
import { SignInPage } from '../../shell/sign-in-page.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ToastRegion } from '../../ui/toasts.tsx';
import { CrewJob } from './crew-job.tsx';
import { CrewList } from './crew-list.tsx';
import { CrewOutbox } from './crew-outbox.tsx';
import { openDevice, synchronise, useCrew } from './crew-store.ts';
import '../jobs.css';
import './crew.css';
import { registerServiceWorker } from './register-service-worker.ts';
import { CREW_TEXTS } from './texts.ts';

const SYNCHRONISE_EVERY_MS = 30_000;

/** What a crew opens on a telephone: its jobs, with or without a network. */
export default function CrewApp(): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const { kind } = useSession();
  const { owner } = useCrew();
  useDevice();
  useEffect(() => {
    document.title = `${t.myJobs} – Stadtfunk`;
  }, [t]);
  const [isInUse, setInUse] = useState(false);
  if (!isInUse && kind !== 'checking' && kind !== 'signedOut') setInUse(true);
  // A session may be found over while somebody is typing, such as when the network is back: then the page stays.
  if (kind === 'signedOut' && !(isInUse && owner)) return <SignInPage />;
  return (
    <div className="crew">
      <CrewBar />
      <main id="main" className="crew__main" tabIndex={-1}>
        <SignInAgain />
        <Routes>
          <Route path="/crew" element={<CrewList />} />
          <Route path="/crew/outbox" element={<CrewOutbox />} />
          <Route path="/crew/:jobId" element={<CrewJob />} />
        </Routes>
      </main>
      <Leaving />
      <ToastRegion />
    </div>
  );
}

/** Opens what is on the device, and keeps it up to date while somebody looks. */
function useDevice(): void {
  const session = useSession();
  const known = session.kind === 'signedIn' || session.kind === 'expired' ? session.session : null;
  const accountId = known?.accountId;
  useEffect(() => {
    const owner = known && { accountId: known.accountId, name: known.name, displayName: known.displayName };
    void openDevice(owner).then(synchronise);
    // By account: the session itself is another object each time that it is read.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [accountId]);
  useEffect(() => {
    registerServiceWorker();
    const again = () => {
      if (document.visibilityState === 'visible') void synchronise();
    };
    const timer = window.setInterval(again, SYNCHRONISE_EVERY_MS);
    window.addEventListener('online', again);
    document.addEventListener('visibilitychange', again);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener('online', again);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);
}

function CrewBar(): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const formats = useFormats();
  const { entries, connection, at } = useCrew();
  const isOffline = connection === 'offline';
  const words = { unknown: t.connecting, online: t.online, offline: t.offline, signedOut: t.notSignedIn };
  return (
    <header className="crew__bar">
      <Link to="/jobs" className="crew__home">
        <img src="/icon.svg" alt="" width="28" height="28" />
        {t.overview}
      </Link>
      <p className="crew__connection" role="status">
        <Icon name={isOffline || connection === 'signedOut' ? 'triangle' : 'ok'} />
        <span>
          {words[connection]}
          {at !== null && <small> {fill(t.asOf, { when: formats.clock(new Date(at).toISOString()) })}</small>}
        </span>
      </p>
      <Link to="/crew/outbox" className={`crew__outbox ${entries.length > 0 ? 'crew__outbox--waiting' : ''}`}>
        {entries.length > 0 ? fill(t.waiting, { n: entries.length }) : t.allSent}
      </Link>
    </header>
  );
}

/** The session is over: signing in again is offered, and interrupts nothing. */
function SignInAgain(): ReactElement | null {
  const t = useTexts(CREW_TEXTS);
  const { kind } = useSession();
  const { owner, connection } = useCrew();
  const [isAsking, setAsking] = useState(false);
  const isOut = kind === 'signedOut';
  useEffect(() => {
    if (!isOut) setAsking(false);
  }, [isOut]);
  if (!isOut && connection !== 'signedOut') return null;
  const ask = () => {
    if (isOut) setAsking(true);
    // The page thinks that it is signed in: the dialog for that is that of all pages.
    else
      void waitForSession().then(async (isIn) => {
        if (isIn) await synchronise();
      });
  };
  return (
    <>
      <Notice kind="warning" title={t.signInAgain}>
        <Button onClick={ask}>{t.signIn}</Button>
      </Notice>
      {isAsking && (
        <Dialog title={t.signIn} onClose={() => setAsking(false)}>
          <SignInForm {...(owner && { name: owner.name })} isOverPage />
        </Dialog>
      )}
    </>
  );
}

/** Somebody wants to sign out while not everything is sent. */
function Leaving(): ReactElement | null {
  const t = useTexts(CREW_TEXTS);
  const { entries } = useCrew();
  const [params, setParams] = useSearchParams();
  if (!params.has('leave')) return null;
  const stay = () => setParams({}, { replace: true });
  return (
    <Dialog
      title={t.leaveTitle}
      onClose={stay}
      footer={
        <>
          <Button onClick={() => void signOut({ discards: true })}>{t.leaveAnyway}</Button>
          <Button kind="primary" onClick={stay}>
            {t.stay}
          </Button>
        </>
      }
    >
      <p>{fill(t.leaveHelp, { n: entries.length })}</p>
    </Dialog>
  );
}
