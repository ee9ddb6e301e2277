import { type ReactElement, useEffect } from 'react';
import { type BlockerFunction, NavigationType, useBlocker } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { answerLeaving, presentRisks, useIsAskedToLeave, useRisks } from '../ui/at-risk.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SHELL_TEXTS } from './texts.ts';

/** Asks before something is lost with the page: at links, at the browser's own buttons, and for `whenLeaving`. Drawn once. */
export function LeaveGuard(): ReactElement | null {
  const t = useTexts(SHELL_TEXTS);
  const risks = useRisks();
  const blocker = useBlocker(wouldLose);
  const isAsked = useIsAskedToLeave();
  useEffect(() => {
    // The browser asks in its own words. By what is at risk now: not all that leaves waits for the page to be drawn anew.
    const warn = (event: BeforeUnloadEvent) => {
      if (presentRisks().length > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
  const isBlocked = blocker.state === 'blocked';
  if (!isBlocked && !isAsked) return null;
  const leave = () => (isBlocked ? blocker.proceed() : answerLeaving(true));
  const stay = () => (isBlocked ? blocker.reset() : answerLeaving(false));
  return (
    <Dialog
      title={t.leaveTitle}
      onClose={stay}
      isQuestion
      footer={
        <>
          <Button onClick={leave}>{t.leaveAnyway}</Button>
          <Button kind="primary" onClick={stay}>
            {t.stay}
          </Button>
        </>
      }
    >
      <ul className="list">
        {[...new Set(risks.map(({ text }) => text))].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Whether this step in the browser's history loses what is at risk. */
const wouldLose: BlockerFunction = ({ currentLocation, nextLocation, historyAction }) =>
  presentRisks().some(({ isInDialog }) =>
    isInDialog ? historyAction === NavigationType.Pop : currentLocation.pathname !== nextLocation.pathname,
  );
