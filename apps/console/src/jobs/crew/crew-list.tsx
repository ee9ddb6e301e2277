import { isActive } from '@stadtfunk/maintenance';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../../api/problem.ts';
import type { ListedJob } from '../../api/types.ts';
import { fill, usePick, useTexts } from '../../i18n/texts.ts';
import { signOut } from '../../shell/begin.ts';
import { JobStateBadge, PriorityBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Empty, Loading } from '../../ui/states.tsx';
import { toast } from '../../ui/toasts.tsx';
import { Due } from '../due.tsx';
import { geoLink, pointOf, Where, whereOf } from '../where.tsx';
import { chooseCrew, MOST_JOBS, useCrew } from './crew-store.ts';
import { foretold } from './outbox.ts';
import { CREW_TEXTS } from './texts.ts';

/** The jobs of a crew, one big field each. */
export function CrewList(): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const { owner, jobs, entries, connection, at, wasTooOld, isCut } = useCrew();
  const shown = jobs.map((job) => foretold(job, entries)).filter(({ state }) => isActive(state));
  const isUnknown = at === null;
  const leave = () =>
    signOut().catch((thrown: unknown) => {
      if (!(thrown instanceof ApiError)) throw thrown;
      toast(t.leftOffline);
    });
  return (
    <>
      <h1 className="crew__title">{t.myJobs}</h1>
      {connection === 'offline' && (
        <Notice kind="info" title={t.offline}>
          {t.offlineHelp}
        </Notice>
      )}
      {wasTooOld && <Notice kind="warning" title={t.tooOld} />}
      <CrewSelect />
      {isCut && <Notice title={fill(t.isCut, { n: MOST_JOBS })}>{t.isCutHelp}</Notice>}
      {isUnknown && connection === 'offline' && !wasTooOld && <Empty title={t.notLoaded} />}
      {isUnknown && (connection === 'unknown' || connection === 'online') && <Loading lines={4} />}
      {!isUnknown && shown.length === 0 && <Empty isGood title={t.nothing} />}
      <ul className="crew-jobs">
        {shown.map((job) => (
          <CrewJobItem key={job.jobId} job={job} />
        ))}
      </ul>
      {owner && (
        <p className="crew__foot">
          {owner.displayName}{' '}
          <Button kind="tertiary" onClick={() => void leave()}>
            {t.signOut}
          </Button>
        </p>
      )}
    </>
  );
}

function CrewJobItem({ job }: { readonly job: ListedJob }): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const pick = usePick();
  const point = pointOf(job);
  return (
    <li className="crew-job">
      <Link to={`/crew/${job.jobId}`} className="crew-job__link">
        <span className="crew-job__head">
          <span className="job-number">#{job.number}</span>
          <JobStateBadge state={job.state} />
          {(job.priority === 'urgent' || job.priority === 'high') && <PriorityBadge priority={job.priority} />}
        </span>
        <strong className="crew-job__title">{pick(job.title)}</strong>
        <Where job={job} />
        <Due job={job} />
      </Link>
      {point && (
        <a className="crew-job__map" href={geoLink(point, whereOf(job))}>
          <Icon name="situation" />
          <span>{t.map}</span>
          <span className="kern-sr-only"> #{job.number}</span>
        </a>
      )}
    </li>
  );
}

/** Which crew's jobs are shown besides those of this person. */
function CrewSelect(): ReactElement | null {
  const t = useTexts(CREW_TEXTS);
  const pick = usePick();
  const { organisation, choice } = useCrew();
  const crews = organisation?.departments.flatMap((department) =>
    department.crews.map(({ crewId, name }) => ({
      value: `${department.departmentId}/${crewId}`,
      label: `${pick(department.name)}: ${pick(name)}`,
    })),
  );
  if (!crews?.length) return null;
  return (
    <Select
      label={t.crew}
      value={choice ? `${choice.department}/${choice.crew}` : ''}
      options={[{ value: '', label: t.onlyMine }, ...crews]}
      onChange={({ target: { value } }) => {
        const [department, crew] = value.split('/');
        void chooseCrew(department && crew ? { department, crew } : null);
      }}
    />
  );
}
