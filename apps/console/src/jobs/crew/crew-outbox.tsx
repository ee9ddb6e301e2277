import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useTexts } from '../../i18n/texts.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/states.tsx';
import { synchronise, useCrew } from './crew-store.ts';
import { EntryItem } from './entry-item.tsx';
import { CREW_TEXTS } from './texts.ts';

/** Everything that has yet to be sent, in the order in which it is sent. */
export function CrewOutbox(): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const { entries, sendingId } = useCrew();
  return (
    <>
      <p>
        <Link className="crew__back" to="/crew">
          ← {t.myJobs}
        </Link>
      </p>
      <h1 className="crew__title">{t.outbox}</h1>
      {entries.length === 0 ? (
        <Empty isGood title={t.outboxEmpty} />
      ) : (
        <>
          <Button kind="primary" busy={sendingId !== null} onClick={() => void synchronise()}>
            {t.sendNow}
          </Button>
          <ul className="crew-entries">
            {entries.map((entry) => (
              <EntryItem key={entry.id} entry={entry} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
