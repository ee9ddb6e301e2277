import { ASSET_TYPES } from '@stadtfunk/devices';
import { JOB_EVENTS, JOB_ORDERS, JOB_PRIORITIES, JOB_STATES, LONGEST_TAG, MOST_TAGS } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { evidence } from '../alerts/alert.schema.ts';
import { point } from '../assets/asset.schema.ts';
import { operation } from '../operation.ts';
import { photo } from '../photos/photo.schema.ts';
import { assetId, deviceId, instant, isoTime, listOf, note, pageOf, pageQuery, pathId, text } from '../schemas.ts';
import { ACCOUNT } from './account-header.ts';

const placeOf = <Name extends z.ZodType>(name: Name) =>
  z.strictObject({
    name: name.describe('as people say it: an address, a corner, a playground'),
    district: name,
    location: point.nullable(),
  });

export const job = z
  .strictObject({
    jobId: z.string(),
    number: z.int(),
    kind: z.string(),
    title: text,
    description: z.string().nullable().describe('what a person wrote who asked for it'),
    department: z.string(),
    crew: z.string().nullable().describe('of the department; null: whoever of it comes first'),
    assetId: z.string().nullable(),
    deviceId: z.string().nullable(),
    place: placeOf(z.string().nullable()).meta({ id: 'JobPlace' }).nullable().describe('null: where the asset is'),
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

const jobAsset = z
  .strictObject({
    assetId: z.string(),
    type: z.enum(ASSET_TYPES),
    name: z.string().nullable(),
    publicNumber: z.string().nullable().describe('that stands on it: of the pole, the cabinet or the container'),
    district: z.string().nullable(),
    address: z.record(z.string(), z.string()).nullable(),
    location: point,
  })
  .meta({ id: 'JobAsset', description: 'What a job is about, for those who go there' });

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

const jobHandover = z
  .strictObject({
    target: z.string(),
    externalNumber: z.string().nullable().describe('what people there call it'),
    externalState: z.string().nullable().describe('in the words of the other system'),
    problem: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
    changedAt: isoTime,
  })
  .meta({ id: 'JobHandover', description: 'The record that stands for the job in another system' });

const jobDetail = job
  .extend({
    asset: jobAsset.nullable(),
    photos: z.array(photo),
    handovers: z.array(jobHandover),
    history: z.array(jobEvent),
  })
  .meta({ id: 'JobDetail' });

const listedJob = job
  .extend({ asset: jobAsset.nullable().exactOptional().describe('of `with=asset`') })
  .meta({ id: 'ListedJob' });

const params = z.strictObject({ jobId: pathId });
const filter = z.string().min(1).max(200).exactOptional();

const selection = {
  state: listOf(JOB_STATES, 'state').exactOptional().describe('any of these, separated by commas'),
  department: filter,
  crew: filter,
  assignee: filter,
  mine: z.stringbool().exactOptional().describe('assigned to whoever asks'),
  asset: filter,
  district: filter.describe('of the asset or the place'),
  overdue: z.stringbool().exactOptional().describe('past their due time, and not yet done'),
  dueBefore: instant.exactOptional(),
  text: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .exactOptional()
    .describe('in number, title, place, assignee, or the ids and the name of what it is about'),
};

export const listJobs = operation({
  summary: 'Jobs, newest first, or what is due first first',
  tag: 'jobs',
  query: z.strictObject({
    ...selection,
    order: z.enum(JOB_ORDERS).default('newest'),
    with: listOf(['asset'], 'part').exactOptional().describe('`asset`: each with what it is about'),
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(listedJob) },
});

const jobCount = z.int().min(0);

export const countJobs = operation({
  summary: 'How many jobs there are of each state, and how many are overdue',
  tag: 'jobs',
  query: z.strictObject(selection),
  answer: {
    status: 200,
    schema: z
      .strictObject({ states: z.record(z.enum(JOB_STATES), jobCount), overdue: jobCount })
      .meta({ id: 'JobCounts' }),
  },
});

const IDEMPOTENCY_KEY =
  'made by the client, a UUID: a request that was done already, sent again with its key, is not done again';

const line = z
  .string()
  .normalize()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters');

export const createJob = operation({
  summary: 'Ask for a job. What is left out is decided as for the jobs of rules: department, crew and due time',
  tag: 'jobs',
  headers: { 'idempotency-key': IDEMPOTENCY_KEY },
  body: z
    .strictObject({
      kind: z
        .string()
        .regex(/^[A-Za-z][\w.-]{0,63}$/, 'must be a word, like repair or inspection')
        .default('repair'),
      title: z.union([line, z.strictObject({ de: line, en: line })]).describe('in one language, or in both'),
      description: z.string().trim().min(1).max(4000).exactOptional(),
      assetId: assetId.exactOptional(),
      deviceId: deviceId.exactOptional(),
      alertId: pathId
        .exactOptional()
        .describe('an open alert that it covers; the job is verified when a sensor clears it'),
      place: placeOf(line.nullable().default(null))
        .extend({ location: point.nullable().default(null) })
        .refine(({ name, location }) => name !== null || location !== null, 'needs name or location')
        .exactOptional()
        .describe('where it is, if it is about no asset'),
      department: z
        .string()
        .min(1)
        .max(64)
        .exactOptional()
        .describe('left out: whose the asset is, or whom routing names'),
      crew: z.string().min(1).max(64).nullable().exactOptional().describe('of the department; null: none'),
      assignee: line.exactOptional(),
      priority: z.enum(JOB_PRIORITIES).default('normal'),
      dueAt: instant.nullable().exactOptional().describe('null: some day; left out: as the service level says'),
    })
    .meta({ id: 'NewJob' }),
  answer: { status: 201, schema: job },
  problems: {
    403: 'the department is not one that the caller opens jobs of',
    422: 'no such asset, device, department or crew, the alert is over, or nobody is named who does it',
  },
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
  headers: {
    'if-match': 'version of the job that the person saw, as in its ETag',
    'idempotency-key': IDEMPOTENCY_KEY,
    'stadtfunk-account': ACCOUNT,
  },
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
  headers: { 'idempotency-key': IDEMPOTENCY_KEY, 'stadtfunk-account': ACCOUNT },
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
