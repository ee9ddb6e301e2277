import { JOB_PRIORITIES, JOB_STATES } from '@stadtfunk/maintenance';
import { isDay, TOUR_STATES } from '@stadtfunk/tours';
import { z } from 'zod';
import { point } from '../assets/asset.schema.ts';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pageQuery, pathId, text } from '../schemas.ts';

const day = z.string().refine(isDay, 'must be a date like 2026-11-24').meta({ format: 'date' });
const department = z.string().min(1).max(64);
const fillingLevel = z.number().nullable().describe('0 to 1, as it is expected for that day');

const stop = z
  .strictObject({
    jobId: z.string(),
    number: z.int(),
    title: text,
    priority: z.enum(JOB_PRIORITIES),
    state: z.enum(JOB_STATES),
    dueAt: isoTime.nullable(),
    assetId: z.string().nullable(),
    name: z.string().nullable(),
    address: z.record(z.string(), z.string()).nullable(),
    location: point,
    fillingLevel,
  })
  .meta({ id: 'TourStop' });

const tour = z
  .strictObject({
    tourId: z.string(),
    number: z.int(),
    department: z.string(),
    area: z.string().nullable().describe('the district; null: what lies near each other'),
    serviceDay: day,
    state: z.enum(TOUR_STATES),
    crew: z.string().nullable().describe('of the department'),
    assignee: z.string().nullable().describe('a person'),
    depot: point.nullable().describe('where it begins and ends'),
    stops: z.array(stop).describe('what is still to be done, in the order of the way'),
    formerJobIds: z.array(z.string()).describe('closed since, or free for another tour'),
    length: z.number().describe('of the way, great-circle, m; streets are some 1.3 times as long'),
    createdAt: isoTime,
    createdBy: z.string(),
    version: z.int(),
  })
  .meta({ id: 'Tour', description: 'Jobs of an area that are done on one way' });

const left = z.array(
  z.strictObject({
    jobId: z.string(),
    reason: z
      .enum(['noPlace', 'otherDay', 'notDue', 'noRoom'])
      .describe('no location; its district is served on other days; due after the next day of service; too many'),
  }),
);

const plan = z.strictObject({
  department,
  day: day.describe('a day of service; jobs due before the next one are due on it'),
  by: z.enum(['district', 'distance']).default('district').describe('what belongs together'),
  near: z.number().min(10).max(50_000).default(1_000).describe('with `distance`, m'),
  tours: z.int().min(1).max(50).default(10).describe('at the most'),
  stops: z.int().min(1).max(200).default(40).describe('of one tour at the most'),
  containers: z.number().positive().max(1_000).exactOptional().describe('full ones that a vehicle holds'),
  depot: point.nullable().exactOptional().describe('null: none; left out: that of the department'),
  ahead: z.boolean().default(false).describe('fill up with what is not due yet'),
});

const NOT_OWN = 'the department is not one that the caller plans tours of';

export const previewTours = operation({
  summary: 'What tours a day would have; nothing is kept',
  tag: 'tours',
  audited: 'never',
  body: plan,
  answer: {
    status: 200,
    schema: z.strictObject({
      tours: z.array(
        z.strictObject({
          area: z.string().nullable(),
          length: z.number(),
          stops: z.array(z.strictObject({ jobId: z.string(), location: point, fillingLevel })),
        }),
      ),
      left,
    }),
  },
  problems: { 403: NOT_OWN, 422: 'the day is over' },
});

export const planTours = operation({
  summary: 'Plan the tours of a day',
  tag: 'tours',
  body: plan,
  answer: { status: 201, schema: z.strictObject({ tours: z.array(tour), left }) },
  problems: {
    403: NOT_OWN,
    409: 'somebody planned some of these jobs at the same time; plan again',
    422: 'the day is over',
  },
});

export const listTours = operation({
  summary: 'Tours, the latest day first',
  tag: 'tours',
  query: z.strictObject({ department: department.exactOptional(), day: day.exactOptional(), ...pageQuery }),
  answer: { status: 200, schema: pageOf(tour) },
});

const params = z.strictObject({ tourId: pathId });

export const showTour = operation({
  summary: 'A tour; with `.gpx`, `.geojson` or `.csv` behind its id, or by `Accept`, in that format',
  tag: 'tours',
  params,
  query: z.strictObject({ language: z.enum(['de', 'en']).default('de') }),
  headers: { accept: 'application/json, application/gpx+xml, application/geo+json or text/csv' },
  answer: { status: 200, schema: tour },
  problems: { 404: 'no such tour' },
});

const CHANGING = {
  headers: { 'if-match': 'version of the tour that the person saw, as in its ETag' },
  answer: { status: 200, schema: tour },
  problems: {
    404: 'no such tour',
    409: 'somebody changed it meanwhile, or it is done or cancelled; `tour` has it as it is',
  },
} as const;
const version = z.int().min(0).exactOptional().describe('the version that the person saw; `If-Match` says the same');

export const assignTour = operation({
  summary: 'Give a tour to a crew or a person, with those of its jobs that nobody has begun',
  tag: 'tours',
  params,
  body: z
    .strictObject({
      crew: z.string().min(1).max(64).exactOptional().describe('of the department; left out: as it is'),
      assignee: z.string().trim().min(1).max(200).exactOptional().describe('a person; left out: nobody yet'),
      version,
    })
    .refine(({ crew, assignee }) => crew !== undefined || assignee !== undefined, 'needs crew or assignee'),
  ...CHANGING,
  problems: { ...CHANGING.problems, 422: 'the department has no such crew' },
});

export const cancelTour = operation({
  summary: 'Drop a tour; its jobs are free for others',
  tag: 'tours',
  params,
  body: z.strictObject({ version }),
  bodyOptional: true,
  ...CHANGING,
});
