import { JOB_ACTIONS, JOB_PRIORITIES, JOB_STATES } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { evidence } from '../alerts/alert.schema.ts';
import { operation } from '../operation.ts';
import { isoTime, listOf, note, pageOf, pageQuery, pathId, text } from '../schemas.ts';

export const job = z
  .strictObject({
    jobId: z.string(),
    number: z.int(),
    kind: z.string(),
    title: text,
    department: z.string(),
    assetId: z.string().nullable(),
    deviceId: z.string().nullable(),
    priority: z.enum(JOB_PRIORITIES),
    state: z.enum(JOB_STATES),
    assignee: z.string().nullable(),
    createdAt: isoTime,
    dueAt: isoTime.nullable(),
    closedAt: isoTime.nullable(),
    evidence: evidence.nullable(),
    alertIds: z.array(z.string()),
    version: z.int(),
  })
  .meta({ id: 'Job', description: 'A work order for a department' });

const jobEvent = z
  .strictObject({
    at: isoTime,
    actor: z.string(),
    action: z.enum([...JOB_ACTIONS, 'create', 'verify', 'comment', 'escalate']),
    from: z.enum(JOB_STATES).nullable(),
    to: z.enum(JOB_STATES),
    note: z.string().nullable(),
  })
  .meta({ id: 'JobEvent' });

const jobDetail = job.extend({ history: z.array(jobEvent) }).meta({ id: 'JobDetail' });

const params = z.strictObject({ jobId: pathId });
const filter = z.string().min(1).max(200).exactOptional();

export const listJobs = operation({
  summary: 'Jobs, newest first',
  tag: 'jobs',
  query: z.strictObject({
    state: listOf(JOB_STATES, 'state').exactOptional().describe('any of these, separated by commas'),
    department: filter,
    asset: filter,
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(job) },
});

export const showJob = operation({
  summary: 'A job with its history',
  tag: 'jobs',
  params,
  answer: { status: 200, schema: jobDetail },
  problems: { 404: 'no such job' },
});

/** What every move may say. */
const move = {
  note: note.exactOptional(),
  version: z.int().min(0).exactOptional().describe('the version that the person saw; `If-Match` says the same'),
};

function moveOperation<const Body extends z.ZodType>(summary: string, body: Body) {
  return operation({
    summary,
    tag: 'jobs',
    params,
    body,
    bodyOptional: true,
    headers: { 'if-match': 'version of the job that the person saw, as in its ETag' },
    answer: { status: 200, schema: job },
    problems: {
      404: 'no such job',
      409: 'somebody changed it meanwhile, or its state does not allow this; `job` has it as it is',
    },
  });
}

export const assignJob = moveOperation(
  'Give a job to somebody',
  z.strictObject({ assignee: z.string().trim().min(1).max(200), ...move }),
);
export const startJob = moveOperation('Begin a job', z.strictObject(move));
export const finishJob = moveOperation('Say that a job is done', z.strictObject(move));
export const cancelJob = moveOperation('Drop a job', z.strictObject(move));
export const reopenJob = moveOperation('Open a job again', z.strictObject(move));

export const commentJob = operation({
  summary: 'Write into the history of a job',
  tag: 'jobs',
  params,
  body: z.strictObject({ note }),
  answer: { status: 200, schema: job },
  problems: { 404: 'no such job' },
});

export const listDepartments = operation({
  summary: 'Departments',
  tag: 'jobs',
  answer: {
    status: 200,
    schema: pageOf(z.strictObject({ departmentId: z.string(), name: text }).meta({ id: 'Department' })),
  },
});
