import { type FormEvent, type ReactElement, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useDepartments } from '../api/departments.ts';
import { useFormats } from '../i18n/formats.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useOrganisation } from '../jobs/job-queries.ts';
import { whereOf } from '../jobs/where.tsx';
import { useCaller } from '../shell/caller.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Input, Select } from '../ui/field.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { toast } from '../ui/toasts.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { TOUR_TEXTS } from './texts.ts';
import { type MapTour, TourMap } from './tour-map.tsx';
import { type PreviewedTours, type TourRequest, usePlan, usePreview } from './tour-queries.ts';
import './tours.css';

/** Which tours a day would have; kept when it looks right. */
export default function PlanPage(): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const navigate = useNavigate();
  const [request, setRequest] = useRequest();
  const preview = usePreview();
  const plan = usePlan();
  const shown = preview.data;
  const keep = () =>
    plan.mutate(request, {
      onSuccess: ({ tours }) => {
        toast(tours.length === 1 ? t.keptOne : fill(t.kept, { n: tours.length }));
        void navigate(`/tours?department=${encodeURIComponent(request.department)}`);
      },
    });
  const change = (part: Partial<TourRequest>) => {
    setRequest({ ...request, ...part });
    // What is shown belongs to what was asked.
    preview.reset();
    plan.reset();
  };
  return (
    <Page title={t.plan} subtitle={t.previewHint} back={{ to: '/tours', title: t.back }} isWide>
      <PlanForm
        request={request}
        isBusy={preview.isPending}
        onChange={change}
        onSubmit={() => preview.mutate(request)}
      />
      <ErrorNotice error={preview.error ?? plan.error} />
      {shown && <Preview previewed={shown} isBusy={plan.isPending} onKeep={keep} />}
    </Page>
  );
}

/** By the calendar here: in UTC it is still today for the first hours of a day. */
function tomorrow(): string {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return new Intl.DateTimeFormat('sv-SE').format(day);
}

/** Department and day stand in the address, so that a colleague can be sent there. */
function useRequest(): readonly [TourRequest, (request: TourRequest) => void] {
  const caller = useCaller();
  const { data: departments = [] } = useDepartments();
  const [department, setDepartment] = useUrlParam('department');
  const [day, setDay] = useUrlParam('day');
  const [rest, setRest] = useState({ by: 'district' as TourRequest['by'], stops: 40, tours: 10, ahead: false });
  const first = departments.find(({ departmentId }) => caller.mayIn('tours.plan', departmentId));
  const request = { ...rest, department: department ?? first?.departmentId ?? '', day: day ?? tomorrow() };
  const set = ({ department: newDepartment, day: newDay, ...others }: TourRequest) => {
    if (newDepartment !== request.department) setDepartment(newDepartment);
    if (newDay !== request.day) setDay(newDay);
    setRest(others);
  };
  return [request, set];
}

function PlanForm({
  request,
  isBusy,
  onChange,
  onSubmit,
}: {
  readonly request: TourRequest;
  readonly isBusy: boolean;
  readonly onChange: (part: Partial<TourRequest>) => void;
  readonly onSubmit: () => void;
}): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const { data: departments = [] } = useDepartments();
  const service = useServiceDays(request);
  const own = departments.filter(({ departmentId }) => caller.mayIn('tours.plan', departmentId));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className="plan-form card" onSubmit={submit}>
      <Select
        label={t.department}
        value={request.department}
        options={own.map(({ departmentId, name }) => ({ value: departmentId, label: pick(name) }))}
        onChange={(event) => onChange({ department: event.target.value })}
      />
      <Input
        label={t.day}
        type="date"
        required
        hint={fill(t.dayHelp, { days: service.days })}
        value={request.day}
        onChange={(event) => onChange({ day: event.target.value })}
      />
      <Select
        label={t.by}
        value={request.by}
        options={[
          { value: 'district', label: t.byDistrict },
          { value: 'distance', label: t.byDistance },
        ]}
        onChange={(event) => onChange({ by: event.target.value as TourRequest['by'] })}
      />
      <Input
        label={t.mostStops}
        type="number"
        min={1}
        max={200}
        required
        value={request.stops}
        onChange={(event) => onChange({ stops: event.target.valueAsNumber || 1 })}
      />
      <Input
        label={t.mostTours}
        type="number"
        min={1}
        max={50}
        required
        value={request.tours}
        onChange={(event) => onChange({ tours: event.target.valueAsNumber || 1 })}
      />
      <Checkbox
        label={t.ahead}
        checked={request.ahead}
        onChange={(event) => onChange({ ahead: event.target.checked })}
      />
      {!service.isServiceDay && (
        <div className="plan-form__whole">
          <Notice kind="warning" title={fill(t.noServiceDay, { days: service.days })} />
        </div>
      )}
      <Button kind="primary" type="submit" busy={isBusy}>
        {t.preview}
      </Button>
    </form>
  );
}

const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5];
/** A Monday: names of weekdays come from dates. */
const MONDAY = Date.UTC(2026, 0, 5);

/** On which days a department goes, and whether this is one. */
function useServiceDays({ department, day }: TourRequest): { readonly days: string; readonly isServiceDay: boolean } {
  const t = useTexts(TOUR_TEXTS);
  const language = useLanguage();
  const { data: organisation } = useOrganisation();
  const rules = organisation?.departments.find(({ departmentId }) => departmentId === department)?.serviceDays ?? [];
  const weekdays = rules.length > 0 ? [...new Set(rules.flatMap((rule) => rule.weekdays))].sort() : MONDAY_TO_FRIDAY;
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  const names = weekdays.map((weekday) => name.format(MONDAY + (weekday - 1) * 86_400_000));
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const isRun = weekdays.length > 2 && weekdays.at(-1)! - weekdays[0]! === weekdays.length - 1;
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay() || 7;
  return {
    days: isRun ? fill(t.dayRun, { first: names[0]!, last: names.at(-1)! }) : list.format(names),
    isServiceDay: weekdays.includes(weekday),
  };
}

const REASONS = ['noPlace', 'otherDay', 'notDue', 'noRoom'] as const;

function Preview({
  previewed: { preview, jobs },
  isBusy,
  onKeep,
}: {
  readonly previewed: PreviewedTours;
  readonly isBusy: boolean;
  readonly onKeep: () => void;
}): ReactElement {
  const t = useTexts(TOUR_TEXTS);
  const pick = usePick();
  const formats = useFormats();
  const { tours, left } = preview;
  const counts = REASONS.map((reason) => ({ reason, n: left.filter((each) => each.reason === reason).length }));
  const drawn = tours.map(({ stops }): MapTour => ({
    depot: null,
    stops: stops.map(({ jobId, location }) => ({ id: jobId, location, name: titleOf(jobId) })),
  }));
  function titleOf(jobId: string): string {
    const job = jobs.get(jobId);
    return job ? `#${job.number} ${pick(job.title)}` : jobId;
  }
  return (
    <>
      {left.length > 0 && (
        <Notice title={fill(t.left, { n: left.length })}>
          {counts
            .filter(({ n }) => n > 0)
            .map(({ reason, n }) => fill(t[reason], { n }))
            .join(', ')}
        </Notice>
      )}
      {tours.length === 0 ? (
        <Empty title={t.noTours} />
      ) : (
        <>
          <p className="tour-keep">
            <Button kind="primary" busy={isBusy} onClick={onKeep}>
              {tours.length === 1 ? t.keepOne : fill(t.keep, { n: tours.length })}
            </Button>
          </p>
          <div className="tour-columns">
            <TourMap tours={drawn} />
            <div>
              {tours.map(({ area, length, stops }, index) => (
                <Section
                  key={stops[0]?.jobId ?? index}
                  title={`${area ?? t.noArea}: ${fill(t.nStops, { n: stops.length })}, ${fill(t.lengthKm, { km: formats.number(length / 1000, 1) })}`}
                >
                  <ol className="stops">
                    {stops.map(({ jobId, fillingLevel }) => {
                      const job = jobs.get(jobId);
                      return (
                        <li key={jobId}>
                          <Link to={`/jobs/${jobId}`}>{titleOf(jobId)}</Link>
                          {job && <span className="muted">{whereOf(job)}</span>}
                          {fillingLevel !== null && (
                            <span className="muted">{fill(t.filling, { share: formats.percent(fillingLevel) })}</span>
                          )}
                        </li>
                      );
                    })}
                  </ol>
                </Section>
              ))}
            </div>
          </div>
        </>
      )}
    </>
  );
}
