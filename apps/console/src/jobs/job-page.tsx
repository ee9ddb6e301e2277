import { type ReactElement, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useDepartmentName } from '../api/departments.ts';
import type { JobDetail } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { JobStateBadge, PriorityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { CommentForm } from './comment-form.tsx';
import { Due } from './due.tsx';
import { Evidence } from './evidence.tsx';
import { Handovers } from './handovers.tsx';
import { History } from './history.tsx';
import { JobAlerts } from './job-alerts.tsx';
import { type Action, actionsOf } from './job-actions.ts';
import { JobDialog } from './job-dialog.tsx';
import { kindText } from './job-kinds.ts';
import { useJob, useOrganisation } from './job-queries.ts';
import './jobs.css';
import { Photos } from './photos.tsx';
import { JOB_TEXTS } from './texts.ts';
import { geoLink, pointOf, whereOf } from './where.tsx';

/** Everything about one job. */
export default function JobPage(): ReactElement {
  const { jobId = '' } = useParams();
  const query = useJob(jobId);
  const t = useTexts(JOB_TEXTS);
  if (query.data) return <JobView key={jobId} job={query.data} />;
  return (
    <Page title={t.one} back={{ to: '/jobs', title: t.back }}>
      <Loaded query={query}>{() => null}</Loaded>
    </Page>
  );
}

function JobView({ job }: { readonly job: JobDetail }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const [acting, setActing] = useState<Action | null>(null);
  const [next, ...others] = actionsOf(job, caller);
  const mayWork = caller.mayIn('jobs.work', job.department);
  return (
    <Page
      title={`#${job.number} ${pick(job.title)}`}
      back={{ to: '/jobs', title: t.back }}
      subtitle={
        <span className="job-head">
          <JobStateBadge state={job.state} />
          <PriorityBadge priority={job.priority} />
          <Due job={job} />
          {job.waitingFor !== null && <span>{fill(t.waitsFor, { reason: job.waitingFor })}</span>}
        </span>
      }
      actions={
        <>
          {next && (
            <Button kind="primary" onClick={() => setActing(next)}>
              {t[next]}
            </Button>
          )}
          {others.map((action) => (
            <Button key={action} onClick={() => setActing(action)}>
              {t[action]}
            </Button>
          ))}
        </>
      }
    >
      <div className="job-columns">
        <div>
          {job.description !== null && (
            <Section title={t.description}>
              <p className="job-text">{job.description}</p>
            </Section>
          )}
          <Section title={t.evidence}>
            <Evidence job={job} />
          </Section>
          <Section title={t.photos}>
            <Photos job={job} mayWork={mayWork} />
          </Section>
          <Section title={t.history}>
            <History job={job} />
            {mayWork && <CommentForm jobId={job.jobId} />}
          </Section>
        </div>
        <div>
          <Section title={t.facts}>
            <JobFacts job={job} />
          </Section>
          <Section title={t.alerts}>
            <JobAlerts alertIds={job.alertIds} />
          </Section>
          {job.handovers.length > 0 && (
            <Section title={t.handovers}>
              <Handovers handovers={job.handovers} />
            </Section>
          )}
        </div>
      </div>
      {acting && <JobDialog job={job} action={acting} onClose={() => setActing(null)} />}
    </Page>
  );
}

function JobFacts({ job }: { readonly job: JobDetail }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const pick = usePick();
  const departmentName = useDepartmentName();
  const { data: organisation } = useOrganisation();
  const department = organisation?.departments.find(({ departmentId }) => departmentId === job.department);
  const crew = department?.crews.find(({ crewId }) => crewId === job.crew);
  const { asset, assetId, deviceId } = job;
  const point = pointOf(job);
  const facts: [string, ReactElement | string][] = [
    [t.department, departmentName(job.department)],
    [t.crew, crew ? pick(crew.name) : (job.crew ?? t.noCrew)],
    [t.assignee, job.assignee ?? t.nobody],
    [t.where, whereOf(job) || '–'],
  ];
  if (point) facts.push([t.place, <a href={geoLink(point, whereOf(job))}>{t.onMap}</a>]);
  if (asset?.publicNumber) facts.push([t.publicNumber, asset.publicNumber]);
  if (assetId !== null) facts.push([t.asset, <Link to={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>]);
  if (deviceId !== null)
    facts.push([t.device, <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>]);
  const kind = kindText(job.kind);
  facts.push([t.kind, kind ? t[kind] : job.kind], [t.created, <ExactTime time={job.createdAt} />]);
  if (job.closedAt !== null) facts.push([t.closed, <ExactTime time={job.closedAt} />]);
  if (job.tags.length > 0) facts.push([t.tags, job.tags.join(', ')]);
  return <Facts facts={facts} />;
}
