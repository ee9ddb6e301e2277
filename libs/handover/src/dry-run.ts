import type { Asset } from '@stadtfunk/devices';
import type { Job } from '@stadtfunk/maintenance';
import { bodyOf, joined, priorityBody, stateBody, type Body } from './body.ts';
import { factsOf, type Facts } from './facts.ts';
import { putAt } from './json-pointer.ts';
import type { CommentsPlan, PhotosPlan, TargetPlan } from './plan.ts';

/** What would be sent for a job, without a secret: those stand as the names of their variables. */
export interface PlannedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** The requests that make a record of a job, and that say that it is done, then those of a comment and of a photo. */
export function plannedRequests(
  plan: TargetPlan,
  job: Job,
  asset: Asset | undefined,
  link: string | null,
): readonly PlannedRequest[] {
  const facts = factsOf(job, asset, link);
  const done = factsOf({ ...job, state: 'done' }, asset, link);
  const fields = bodyOf(plan.fields, facts);
  const body = joined(
    bodyOf(plan.create, facts),
    fields,
    stateBody(plan, job.state, facts),
    priorityBody(plan, job.priority),
  );
  const change = stateBody(plan, 'done', done);
  if (plan.kind === 'servicenow') {
    const url = `${plan.instance}/api/now/table/${plan.table}`;
    const headers = authOf(plan);
    const ours = { correlation_id: job.jobId, correlation_display: plan.source };
    const attachment = `${plan.instance}/api/now/attachment/file?table_name=${plan.table}&table_sys_id={sys_id}&file_name={fileName}`;
    return [
      { method: 'POST', url, headers, body: joined(body, ours) },
      { method: 'PATCH', url: `${url}/{sys_id}`, headers, body: change },
      ...(plan.notes === null
        ? []
        : [{ method: 'PATCH', url: `${url}/{sys_id}`, headers, body: { [plan.notes]: COMMENT } }]),
      ...(plan.photos
        ? [{ method: 'POST', url: attachment, headers: { ...headers, 'Content-Type': 'image/jpeg' }, body: FILE }]
        : []),
    ];
  }
  const named = Object.entries(plan.headers).map(([name, header]) => {
    return [name, 'env' in header ? `${header.prefix}<${header.env}>` : header.value];
  });
  const headers = { ...authOf(plan), ...(Object.fromEntries(named) as Record<string, string>) };
  const { idempotencyHeader } = plan;
  const once = idempotencyHeader === null ? {} : { [idempotencyHeader]: `${plan.id}-${job.jobId}` };
  const whole = plan.change.method === 'PUT' ? joined(fields, change, priorityBody(plan, job.priority)) : change;
  return [
    { method: plan.make.method, url: plan.make.url, headers: { ...headers, ...once }, body },
    { method: plan.change.method, url: plan.change.url, headers, body: whole },
    ...(plan.comments ? [commentRequest(plan.comments, headers)] : []),
    ...(plan.photos ? [photoRequest(plan.photos, facts, headers)] : []),
  ];
}

const COMMENT = '<name>: <comment>';
/** Stands for the bytes of a picture. */
const FILE = { '<file>': 'stadtfunk-<photoId>.jpeg' };

function commentRequest({ add }: CommentsPlan, headers: PlannedRequest['headers']): PlannedRequest {
  const body: Record<string, unknown> = {};
  putAt(body, add.field, COMMENT);
  return { method: add.method, url: add.url, headers, body };
}

function photoRequest({ add }: PhotosPlan, facts: Facts, headers: PlannedRequest['headers']): PlannedRequest {
  const body: Record<string, unknown> = { ...bodyOf(add.with, facts) };
  if (add.as === 'link') putAt(body, add.field, '<link to the photo>');
  else if (add.as === 'multipart') body[add.field] = FILE;
  const { method, url } = add;
  return { method, url, headers, body: add.as === 'file' ? FILE : body };
}

function authOf({ auth }: TargetPlan): Readonly<Record<string, string>> {
  if (!auth) return {};
  return auth.kind === 'basic'
    ? { Authorization: `Basic <${auth.user}>:<${auth.password}>` }
    : { Authorization: `Bearer <token for ${auth.clientId} and ${auth.clientSecret}>` };
}
