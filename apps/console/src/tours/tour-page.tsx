import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useDepartmentName } from '../api/departments.ts';
import { ApiError } from '../api/problem.ts';
import type { Tour } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { CrewSelect } from '../jobs/action-fields.tsx';
import { Due } from '../jobs/due.tsx';
import { useOrganisation } from '../jobs/job-queries.ts';
import { streetBeside } from '../jobs/where.tsx';
import { useCaller } from '../shell/caller.ts';
import { JobStateBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input } from '../ui/field.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import '../jobs/jobs.css';
import { TOUR_TEXTS } from './texts.ts';
import { TourMap } from './tour-map.tsx';
import { useTour, useTourChange } from './tour-queries.ts';
import { TourStateBadge } from './tours-page.tsx';
import './tours.css';

/** One tour: the order of its stops, on the map and in words. */
export default function TourPage(): ReactElement {
  const { tourId = '' } = useParams();
  const t = useTexts(TOUR_TEXTS);
  const query = useTour(tourId);
  if (query.data) return <TourView key={tourId} tour={query.data} />;
  return (
    <Page title={t.one} back={{ to: '/tours', title: t.back }}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function TourView({ tour }: { readonly tour: Tour }): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const formats = useFormats();
  const caller = useCaller();
  const [asking, setAsking] = useState<'assign' | 'cancel' | null>(null);
  const { number, serviceDay, state, area, stops, formerJobIds, depot } = tour;
  const isOpen = state === 'planned' || state === 'assigned';
  const mayPlan = isOpen && caller.mayIn('tours.plan', tour.department);
  const drawn = stops.map((stop, index) => ({ id: stop.jobId, location: stop.location, name: `${index + 1}` }));
  return (
    <Page
      isWide
      back={{ to: '/tours', title: t.back }}
      title={`${fill(t.tour, { number })}: ${area ?? t.noArea}`}
      subtitle={
        <span className="job-head">
          <TourStateBadge state={state} />
          {formats.day(`${serviceDay}T12:00:00Z`)}
        </span>
      }
      actions={
        mayPlan && (
          <>
            <Button kind="primary" onClick={() => setAsking('assign')}>
              {t.assign}
            </Button>
            <Button onClick={() => setAsking('cancel')}>{t.cancel}</Button>
          </>
        )
      }
    >
      <div className="tour-columns">
        <TourMap tours={[{ depot, stops: drawn }]} />
        <div>
          <TourFacts tour={tour} />
          <Section title={t.stopsLeft}>
            <Stops tour={tour} />
            {formerJobIds.length > 0 && <p className="muted">{fill(t.formerStops, { n: formerJobIds.length })}</p>}
          </Section>
        </div>
      </div>
      {asking === 'assign' && <AssignTour tour={tour} onClose={() => setAsking(null)} />}
      {asking === 'cancel' && <CancelTour tour={tour} onClose={() => setAsking(null)} />}
    </Page>
  );
}

function TourFacts({ tour }: { readonly tour: Tour }): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const language = useLanguage();
  const formats = useFormats();
  const departmentName = useDepartmentName();
  const pick = usePick();
  const { data: organisation } = useOrganisation();
  const department = organisation?.departments.find(({ departmentId }) => departmentId === tour.department);
  const crew = department?.crews.find(({ crewId }) => crewId === tour.crew);
  const file = (extension: string) => `/api/v1/tours/${tour.tourId}.${extension}?language=${language}`;
  const files = [
    ['gpx', t.exportGpx],
    ['geojson', t.exportGeoJson],
    ['csv', t.exportCsv],
  ] as const;
  return (
    <>
      <Section title={fill(t.tour, { number: tour.number })}>
        <Facts
          facts={[
            [t.department, departmentName(tour.department)],
            [t.crew, crew ? pick(crew.name) : (tour.crew ?? t.nobody)],
            [t.person, tour.assignee ?? t.nobody],
            [t.length, fill(t.lengthKm, { km: formats.number(tour.length / 1000, 1) })],
          ]}
        />
      </Section>
      <Section title={t.export}>
        <ul className="exports">
          {files.map(([extension, name]) => (
            <li key={extension}>
              <a href={file(extension)} download>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Stops({ tour }: { readonly tour: Tour }): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const pick = usePick();
  const formats = useFormats();
  return (
    <ol className="stops">
      {tour.stops.map((stop) => (
        <li key={stop.jobId}>
          <Link to={`/jobs/${stop.jobId}`}>
            #{stop.number} {pick(stop.title)}
          </Link>{' '}
          <JobStateBadge state={stop.state} />
          <span className="muted">
            {[stop.name ?? stop.assetId, streetBeside(stop.name ?? '', stop.address)].filter(Boolean).join(', ')}
          </span>
          <span>
            <Due job={stop} />
            {stop.fillingLevel !== null && (
              <span className="muted"> {fill(t.filling, { share: formats.percent(stop.fillingLevel) })}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The tour as somebody else has left it meanwhile. */
function tourInConflict(error: unknown): Tour | null {
  return error instanceof ApiError && error.isConflict ? ((error.body['tour'] as Tour | undefined) ?? null) : null;
}

function Problem({ error }: { readonly error: unknown }): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const now = tourInConflict(error);
  if (!now) return <ErrorNotice error={error} />;
  return (
    <Notice kind="warning" title={t.conflict}>
      {fill(t.conflictHelp, { state: t[now.state], version: now.version })}
    </Notice>
  );
}

interface StepProps {
  readonly tour: Tour;
  readonly onClose: () => void;
}

function AssignTour({ tour, onClose }: StepProps): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const words = useTexts(UI_TEXTS);
  const formId = useId();
  const [crew, setCrew] = useState(tour.crew ?? '');
  const [assignee, setAssignee] = useState(tour.assignee ?? '');
  const [isMissing, setMissing] = useState(false);
  const change = useTourChange(tour.tourId);
  const { version } = tourInConflict(change.error) ?? tour;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const person = assignee.trim();
    if (crew === '' && person === '') return setMissing(true);
    const body = { ...(crew !== '' && { crew }), ...(person !== '' && { assignee: person }) };
    change.mutate(
      { step: 'assign', body, version },
      {
        onSuccess: () => {
          toast(fill(t.assignedTour, { number: tour.number }));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      title={`${t.assign}: ${fill(t.tour, { number: tour.number })}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button kind="primary" type="submit" form={formId} busy={change.isPending}>
            {t.assign}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" noValidate onSubmit={submit}>
        <Problem error={change.error} />
        <CrewSelect department={tour.department} value={crew} onChange={setCrew} />
        <Input
          label={t.person}
          isOptional
          maxLength={200}
          autoComplete="off"
          value={assignee}
          error={isMissing && crew === '' && assignee.trim() === '' ? t.assignNeeded : null}
          onChange={(event) => setAssignee(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function CancelTour({ tour, onClose }: StepProps): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const words = useTexts(UI_TEXTS);
  const change = useTourChange(tour.tourId);
  const { version } = tourInConflict(change.error) ?? tour;
  const cancel = () =>
    change.mutate(
      { step: 'cancel', body: {}, version },
      {
        onSuccess: () => {
          toast(fill(t.cancelledTour, { number: tour.number }));
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={`${t.cancel}: ${fill(t.tour, { number: tour.number })}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button kind="primary" busy={change.isPending} onClick={cancel}>
            {t.cancel}
          </Button>
        </>
      }
    >
      <Problem error={change.error} />
      <p>{t.cancelSure}</p>
    </Dialog>
  );
}
