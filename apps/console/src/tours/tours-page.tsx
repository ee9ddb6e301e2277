import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useDepartmentName, useDepartments } from '../api/departments.ts';
import type { Tour } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { LinkButton } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { TOUR_TEXTS } from './texts.ts';
import { useTours } from './tour-queries.ts';
import './tours.css';

/** The tours of a city, the latest day first. */
export default function ToursPage(): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const { data: departments = [] } = useDepartments();
  const [department] = useUrlParam('department');
  const query = useTours(department === null ? {} : { department });
  const columns = useColumns();
  const options = departments.map(({ departmentId, name }) => ({ value: departmentId, label: pick(name) }));
  return (
    <Page
      title={t.tours}
      actions={
        caller.may('tours.plan') && (
          <LinkButton kind="primary" to="/tours/plan">
            {t.plan}
          </LinkButton>
        )
      }
    >
      <FilterBar filters={[{ kind: 'choice', name: 'department', label: t.department, options }]} />
      <Loaded query={query}>
        {(tours) => (
          <DataTable
            caption={t.tours}
            rows={tours}
            columns={columns}
            rowId={({ tourId }) => tourId}
            empty={
              <Empty title={t.none}>
                <p>{t.noneHelp}</p>
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  );
}

const TONES: Readonly<Record<Tour['state'], Tone>> = {
  planned: 'warning',
  assigned: 'info',
  done: 'success',
  cancelled: 'neutral',
};

export function TourStateBadge({ state }: { readonly state: Tour['state'] }): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  return <Badge tone={TONES[state]}>{t[state]}</Badge>;
}

function useColumns(): readonly Column<Tour>[] {
  const t = useTexts(TOUR_TEXTS);
  const formats = useFormats();
  const departmentName = useDepartmentName();
  return [
    {
      id: 'number',
      title: t.tours,
      cell: ({ tourId, number }) => <Link to={`/tours/${tourId}`}>{fill(t.tour, { number })}</Link>,
    },
    // Noon: a date has no zone, and shall be the same day in all.
    { id: 'day', title: t.day, cell: ({ serviceDay }) => formats.day(`${serviceDay}T12:00:00Z`) },
    { id: 'state', title: t.state, cell: ({ state }) => <TourStateBadge state={state} /> },
    { id: 'area', title: t.area, cell: ({ area }) => area ?? t.noArea },
    { id: 'department', title: t.department, cell: ({ department }) => departmentName(department), hideOnPhone: true },
    { id: 'stops', title: t.stops, cell: ({ stops }) => stops.length, isNumeric: true },
    {
      id: 'crew',
      title: t.crew,
      cell: ({ crew, assignee }) => [crew, assignee].filter(Boolean).join(', ') || t.nobody,
      hideOnPhone: true,
    },
  ];
}
