import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pageQuery, pathId } from '../schemas.ts';

export const handover = z
  .strictObject({
    target: z.string(),
    jobId: z.string(),
    externalId: z.string().nullable().describe('null: the record is about to be made'),
    externalNumber: z.string().nullable().describe('what people there call it'),
    externalState: z.string().nullable().describe('in the words of the other system'),
    externalPriority: z.string().nullable(),
    externalUpdatedAt: isoTime.nullable().describe('by the clock of the other system'),
    problem: z
      .strictObject({ code: z.string(), detail: z.string() })
      .nullable()
      .describe('what somebody should look at'),
    createdAt: isoTime,
    changedAt: isoTime,
  })
  .meta({ id: 'Handover', description: 'A job and its record in another system' });

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const listHandovers = operation({
  summary: 'Which records of other systems stand for jobs; those that changed last first',
  tag: 'handovers',
  query: z.strictObject({
    target: pathId.exactOptional(),
    job: pathId.exactOptional(),
    problem: flag.exactOptional().describe('only those that somebody should look at, or only the others'),
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(handover) },
});

export const takeStatus = operation({
  summary: 'Another system says what was done to a record that stands for a job',
  tag: 'handovers',
  access: 'anyone',
  params: z.strictObject({ target: pathId }),
  body: z.looseObject({}).describe('as the hand-over file says; without that `externalId` or `jobId`, `state`, …'),
  headers: {
    authorization: '`Bearer <token>`, where the hand-over file names a token',
    'stadtfunk-signature': '`t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`, where it names a signature',
  },
  answer: {
    status: 200,
    schema: z.strictObject({
      outcome: z
        .enum(['changed', 'unchanged', 'stale', 'recorded'])
        .describe('recorded: it could not be done to the job, and stands in the list for people to see'),
    }),
  },
  problems: {
    401: 'it does not prove where it comes from',
    404: 'no such target, or no job was handed over to it as this record',
    409: 'this message came before',
    422: 'it names no record with a state',
    429: 'too many failed attempts',
  },
});
