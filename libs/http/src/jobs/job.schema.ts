import { JOB_EVENTS, JOB_PRIORITIES, JOB_STATES, LONGEST_TAG, MOST_TAGS } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { evidence } from '../alerts/alert.schema.ts';
import { operation } from '../operation.ts';
import { photo } from '../photos/photo.schema.ts';
import { instant, isoTime, listOf, note, pageOf, pageQuery, pathId, text } from '../schemas.ts';

export const job = z
  .strictObject({
    jobId: z.string(),
    number: z.int(),
    kind: z.string(),
    title: text,
    department: z.string(),
    crew: z.string().nullable().describe('of the department; null: whoever of it comes first'),
    assetId: z.string().nullable(),
    deviceId: z.string().nullable(),
    priority: z.enum(JOB_PRIORITIES),
    state: z.enum(JOB_STATES),
    assignee: z.string().nullable(),
    waitingFor: z.string().nullable().describe('the reason, while it is waiting'),
    tags: z.array(z.string()),
    createdAt: isoTime,
    dueAt: isoTime.nullable(),
    overdueAt: isoTime.nullable().describe('when it was said that it is past this due time'),
    closedAt: isoTime.nullable(),
    evidence: evidence.nullable(),
    unprovenAt: isoTime.nullable().describe('when it was said that it is done and no sensor has confirmed it in time'),
    alertIds: z.array(z.string()),
    version: z.int(),
  })
  .meta({ id: 'Job', description: 'A work order for a department' });

const jobChanges = z
  .strictObject({
    department: z.string().exactOptional(),
    crew: z.string().nullable().exactOptional(),
    assignee: z.string().nullable().exactOptional(),
    priority: z.enum(JOB_PRIORITIES).exactOptional(),
    dueAt: isoTime.nullable().exactOptional(),
    setTags: z.array(z.string()).exactOptional(),
    unsetTags: z.array(z.string()).exactOptional(),
    alertId: z.string().exactOptional().describe('the alert that the job covers from then on'),
    photoId: z.string().exactOptional().describe('the photo that was added or removed'),
  })
  .meta({ id: 'JobChanges', description: 'What changed besides the state, with the values after it' });

const jobEvent = z
  .strictObject({
    at: isoTime,
    actor: z.string(),
    action: z.enum(JOB_EVENTS),
    from: z.enum(JOB_STATES).nullable(),
    to: z.enum(JOB_STATES),
    note: z.string().nullable(),
    changes: jobChanges.nullable(),
  })
  .meta({ id: 'JobEvent' });

const jobDetail = job.extend({ photos: z.array(photo), history: z.array(jobEvent) }).meta({ id: 'JobDetail' });

const params = z.strictObject({ jobId: pathId });
const filter = z.string().min(1).max(200).exactOptional();

export const listJobs = operation({
  summary: 'Jobs, newest first',
  tag: 'jobs',
  query: z.strictObject({
    state: listOf(JOB_STATES, 'state').exactOptional().describe('any of these, separated by commas'),
    department: filter,
    crew: filter,
    asset: filter,
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(job) },
});

export const showJob = operation({
  summary: 'A job with its photos and its history',
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

const CHANGING = {
  headers: { 'if-match': 'version of the job that the person saw, as in its ETag' },
  answer: { status: 200, schema: job },
  problems: {
    404: 'no such job',
    409: 'somebody changed it meanwhile, or its state does not allow this; `job` has it as it is',
  },
} as const;

function moveOperation<const Body extends z.ZodType>(summary: string, body: Body) {
  return operation({
    summary,
    tag: 'jobs',
    params,
    body,
    bodyOptional: true,
    ...CHANGING,
  });
}

export const assignJob = moveOperation(
  'Give a job to somebody',
  z.strictObject({ assignee: z.string().trim().min(1).max(200), ...move }),
);
export const delegateJob = operation({
  summary: 'Hand a job over to another department, crew or person, who has yet to begin it',
  tag: 'jobs',
  params,
  body: z
    .strictObject({
      department: z.string().min(1).max(64).exactOptional(),
      crew: z.string().min(1).max(64).nullable().exactOptional().describe('of the department; null: none'),
      assignee: z.string().trim().min(1).max(200).exactOptional(),
      ...move,
      note: note.describe('the reason'),
    })
    .refine(
      ({ department, crew, assignee }) => [department, crew, assignee].some((value) => value !== undefined),
      'needs department, crew or assignee',
    ),
  ...CHANGING,
  problems: { ...CHANGING.problems, 422: 'no such department or crew, or it is there already' },
});
export const startJob = moveOperation('Begin a job', z.strictObject(move));
export const holdJob = moveOperation(
  'Say what a job has to wait for',
  z.strictObject({ ...move, note: note.describe('the reason') }),
);
export const finishJob = moveOperation('Say that a job is done', z.strictObject(move));
export const cancelJob = moveOperation('Drop a job', z.strictObject(move));
export const reopenJob = moveOperation('Open a job again', z.strictObject(move));

const tags = z
  .array(
    z
      .string()
      .normalize()
      .trim()
      .min(1)
      .max(LONGEST_TAG)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters'),
  )
  .min(1)
  .max(MOST_TAGS)
  .exactOptional();

export const editJob = operation({
  summary: 'Change priority, due time or tags of a job; what is left out stays',
  tag: 'jobs',
  params,
  body: z
    .strictObject({
      priority: z.enum(JOB_PRIORITIES).exactOptional(),
      dueAt: instant.nullable().exactOptional().describe('null: some day'),
      setTags: tags,
      unsetTags: tags,
      ...move,
    })
    .refine(
      ({ priority, dueAt, setTags, unsetTags }) =>
        [priority, dueAt, setTags, unsetTags].some((value) => value !== undefined),
      'needs priority, dueAt, setTags or unsetTags',
    ),
  ...CHANGING,
  problems: { ...CHANGING.problems, 422: `it would have more than ${MOST_TAGS} tags` },
});

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
