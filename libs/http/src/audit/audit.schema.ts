import { AUDIT_OUTCOMES, AUDIT_WAYS } from '@stadtfunk/accounts';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { instant, isoTime, pageOf, pageQuery } from '../schemas.ts';

export const auditEntry = z
  .strictObject({
    entryId: z.string(),
    at: isoTime,
    actor: z.string().describe('name of the account; `-`: nobody who is known'),
    accountId: z.string().nullable(),
    way: z.enum(AUDIT_WAYS).describe('how he was known'),
    address: z.string().nullable().describe('shortened, unless the installation is set otherwise'),
    permission: z.string().nullable(),
    action: z.string().describe('method and route, or the command of the shell'),
    thing: z
      .strictObject({ kind: z.string(), id: z.string().nullable() })
      .nullable()
      .describe('what it was about; without an id: several'),
    outcome: z.enum(AUDIT_OUTCOMES),
    code: z.string().nullable().describe('why it was refused'),
    asked: z.unknown().describe('what was sent, without secrets'),
    before: z.unknown().describe('what changed, as it was; null: not known, or it is new'),
    after: z.unknown().describe('what changed, as it is; of what is not kept by itself the answer'),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

const filter = {
  actor: z.string().min(1).max(256).exactOptional().describe('name of an account'),
  action: z.string().min(1).max(256).exactOptional().describe('stands in the action'),
  kind: z.string().min(1).max(64).exactOptional().describe('kind of thing: job, device, account, …'),
  thing: z.string().min(1).max(256).exactOptional().describe('id of a thing'),
  outcome: z.enum(AUDIT_OUTCOMES).exactOptional(),
  from: instant.exactOptional(),
  to: instant.exactOptional(),
};

export const listAudit = operation({
  summary: 'Who changed what, the newest first',
  tag: 'audit',
  query: z.strictObject({ ...pageQuery, ...filter }),
  answer: { status: 200, schema: pageOf(auditEntry) },
});

export const downloadAudit = operation({
  summary: 'The same as a table (CSV), up to 50,000 rows',
  tag: 'audit',
  query: z.strictObject(filter),
  answer: { status: 200, schema: null, mediaType: 'text/csv' },
});
