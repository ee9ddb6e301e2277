import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Badge } from '../ui/badge.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { QualityFrame } from './quality-frame.tsx';
import { useSchedules } from './quality-queries.ts';
import { useScheduleWords } from './schedule-words.ts';
import { QUALITY_TEXTS } from './texts.ts';

/** Work that recurs, and how it fares. */
export default function SchedulesPage(): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const words = useScheduleWords();
  const schedules = useSchedules();
  return (
    <QualityFrame>
      <Loaded query={schedules}>
        {({ items }) => (
          <DataTable
            caption={t.schedules}
            rows={items}
            rowId={({ name }) => name}
            empty={<Empty title={t.noSchedules} />}
            columns={[
              { id: 'name', title: t.name, cell: ({ name }) => words.name(name) },
              {
                id: 'when',
                title: t.when,
                hideOnPhone: true,
                cell: ({ recurrence, zone }) => `${words.recurrence(recurrence)} (${zone})`,
              },
              { id: 'next', title: t.next, hideOnPhone: true, cell: ({ nextDueAt }) => <ExactTime time={nextDueAt} /> },
              {
                id: 'last',
                title: t.last,
                cell: ({ lastRunAt }) => (lastRunAt === null ? t.notYet : <ExactTime time={lastRunAt} />),
              },
              {
                id: 'result',
                title: t.result,
                cell: ({ running, lastError, lastRunAt }) =>
                  running ? (
                    <Badge tone="info">{t.running}</Badge>
                  ) : lastError !== null ? (
                    <Badge tone="danger">{lastError}</Badge>
                  ) : lastRunAt === null ? (
                    '–'
                  ) : (
                    <Badge tone="success">{t.fine}</Badge>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </QualityFrame>
  );
}
