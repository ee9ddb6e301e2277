import { ASSET_TYPES } from '@stadtfunk/devices';
import { JOB_PRIORITIES } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { instant, isoTime, pageOf, pathId, severity, text } from '../schemas.ts';

const line = z.int().nullable().describe('of the file; null: nothing in it fits');
const destination = z.strictObject({ department: z.string(), crew: z.string().nullable() });

const duty = z
  .strictObject({
    personId: z.string(),
    name: z.string(),
    from: isoTime,
    until: isoTime,
    standsIn: z.boolean().describe('instead of whom the rota names'),
  })
  .meta({ id: 'Duty', description: 'Somebody who is on call' });

const organisedDepartment = z
  .strictObject({
    departmentId: z.string(),
    name: text,
    crews: z.array(z.strictObject({ crewId: z.string(), name: text })),
    rotaId: z.string().nullable(),
    lead: z.strictObject({ personId: z.string(), name: z.string() }).nullable(),
    onCall: duty.nullable().describe('now'),
    quietUntil: isoTime.nullable().describe('null: it is not quiet now'),
    serviceDays: z
      .array(
        z.strictObject({
          weekdays: z.array(z.int().min(1).max(7)).describe('ISO 8601: 1 is Monday'),
          districts: z.array(z.string()).nullable().describe('null: in all that no other rule names'),
        }),
      )
      .describe('on which days tours go; empty: from Monday to Friday everywhere'),
    depot: z
      .strictObject({ latitude: z.number(), longitude: z.number() })
      .nullable()
      .describe('where tours begin and end; null: anywhere'),
  })
  .meta({ id: 'OrganisedDepartment' });

export const showOrganisation = operation({
  summary: 'How the city works: departments, crews, and who is on call now',
  tag: 'organisation',
  answer: {
    status: 200,
    schema: z
      .strictObject({ version: z.string(), zone: z.string(), departments: z.array(organisedDepartment) })
      .meta({ id: 'Organisation' }),
  },
});

export const showRota = operation({
  summary: 'Who is on call, one after the other',
  tag: 'organisation',
  params: z.strictObject({ rotaId: pathId }),
  query: z.strictObject({
    at: instant.exactOptional().describe('from this moment on; now if it is left out'),
    limit: z.coerce.number().int().min(1).max(100).default(10),
  }),
  answer: { status: 200, schema: pageOf(duty) },
  problems: { 404: 'no such rota' },
});

const people = z.array(z.strictObject({ role: z.string(), personId: z.string(), name: z.string() }));

export const escalation = z
  .strictObject({ step: z.int(), severity, at: isoTime, department: z.string().nullable(), to: people })
  .meta({ id: 'Escalation' });

export const listEscalations = operation({
  summary: 'To whom an alert was told that nobody acknowledged',
  tag: 'alerts',
  params: z.strictObject({ alertId: pathId }),
  answer: { status: 200, schema: pageOf(escalation) },
  problems: { 404: 'no such alert' },
});

export const listJobEscalations = operation({
  summary: 'To whom a job was told that was overdue',
  tag: 'jobs',
  params: z.strictObject({ jobId: pathId }),
  answer: {
    status: 200,
    schema: pageOf(
      z
        .strictObject({ step: z.int(), overdueAt: isoTime, at: isoTime, department: z.string().nullable(), to: people })
        .meta({ id: 'JobEscalation' }),
    ),
  },
  problems: { 404: 'no such job' },
});

const name = z.string().min(1).max(200);

export const dryRunRouting = operation({
  summary: 'Where jobs would go, without sending any: one that might come, and those that came last',
  tag: 'organisation',
  audited: 'never',
  body: z
    .strictObject({
      file: z.string().max(200_000).exactOptional().describe('an organisation in YAML; the one in force if left out'),
      job: z
        .strictObject({
          type: z.enum(ASSET_TYPES).exactOptional(),
          district: name.exactOptional(),
          severity: severity.default('major'),
          kind: name.default('repair'),
          priority: z.enum(JOB_PRIORITIES).default('normal'),
          department: name.exactOptional().describe("whom the rule or the asset names; that of the asset's type"),
          at: instant.exactOptional().describe('when the problem becomes known; now if left out'),
        })
        .exactOptional(),
      last: z.int().min(1).max(1_000).exactOptional().describe('look at so many jobs, the newest'),
    })
    .refine(({ job, last }) => job !== undefined || last !== undefined, 'needs job or last'),
  answer: {
    status: 200,
    schema: z.strictObject({
      job: destination
        .extend({
          dueAt: isoTime.nullable().describe('null: when its rule says'),
          routeLine: line,
          serviceLevelLine: line,
        })
        .nullable(),
      last: z
        .strictObject({
          looked: z.int().describe('at so many jobs'),
          delegated: z.int().describe('of these, handed over by people since, and therefore left out of `moved`'),
          moved: z.array(
            z.strictObject({ jobId: z.string(), number: z.int(), from: destination, to: destination, routeLine: line }),
          ),
        })
        .nullable(),
    }),
  },
  problems: { 422: 'the file is broken; `errors` says where' },
});
