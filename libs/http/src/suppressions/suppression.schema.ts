import {
  LONGEST_SHELF_MS,
  LONGEST_WINDOW_MS,
  MOST_WINDOW_ASSETS,
  MOST_WINDOWS,
  SHELF_SCOPES,
} from '@stadtfunk/maintenance';
import { z } from 'zod';
import { alert, alertEntry } from '../alerts/alert.schema.ts';
import { operation } from '../operation.ts';
import { assetId, instant, isoDuration, isoTime, note, pageOf, pageQuery, pathId } from '../schemas.ts';

const REASON = note.describe('why: it stays on record');

export const shelf = z
  .strictObject({
    shelfId: z.string(),
    alertId: z.string(),
    ruleId: z.string(),
    subject: z.string().describe('`asset:<id>`, `device:<id>` or `group:<kind>:<which>`'),
    scope: z.enum(SHELF_SCOPES),
    since: isoTime,
    until: isoTime,
    reason: z.string(),
    shelvedBy: z.string(),
    endedAt: isoTime.nullable().describe('before its time'),
    endedBy: z.string().nullable(),
    alert: alertEntry.nullable().describe('as it is now, without its explanation; null: it is not kept any more'),
  })
  .meta({ id: 'Shelf', description: 'Who has put an alert aside for how long, and why (ISA-18.2: shelved)' });

export const maintenanceWindow = z
  .strictObject({
    windowId: z.string(),
    assetIds: z.array(z.string()).nullable(),
    cabinetId: z.string().nullable(),
    district: z.string().nullable(),
    ruleId: z.string().nullable(),
    startsAt: isoTime,
    endsAt: isoTime,
    reason: z.string(),
    createdAt: isoTime,
    createdBy: z.string(),
    endedAt: isoTime.nullable().describe('before its time'),
    endedBy: z.string().nullable(),
  })
  .meta({ id: 'MaintenanceWindow', description: 'Planned work (ISA-18.2: out of service)' });

const alertParams = z.strictObject({ alertId: pathId });
const windowParams = z.strictObject({ windowId: pathId });
const listQuery = z.strictObject({
  current: z.stringbool().exactOptional().describe('true: only those that are not over'),
  ...pageQuery,
});
const name = z.string().trim().min(1).max(200);

export const shelveAlert = operation({
  summary: 'Put an open alert aside until a time: nobody is told of it, and it comes back by itself. Again: a new end',
  tag: 'alerts',
  params: alertParams,
  body: z.strictObject({
    until: instant.describe(`${isoDuration(LONGEST_SHELF_MS)} from now at most`),
    reason: REASON,
    scope: z
      .enum(SHELF_SCOPES)
      .default('problem')
      .describe('problem: what is raised of the same subject and rule meanwhile is shelved too; alert: this one alone'),
  }),
  answer: { status: 200, schema: alert },
  problems: { 404: 'no such alert', 409: 'the alert is over', 422: 'an end that cannot be' },
});

export const unshelveAlert = operation({
  summary: 'End a shelf before its time: whoever is to be told of the alert is told within seconds',
  tag: 'alerts',
  params: alertParams,
  answer: { status: 200, schema: alert },
  problems: { 404: 'no such alert', 409: 'the alert is over, or not shelved' },
});

export const listShelves = operation({
  summary: 'Shelves, newest first',
  tag: 'alerts',
  query: listQuery,
  answer: { status: 200, schema: pageOf(shelf) },
});

export const addWindow = operation({
  summary:
    'Announce planned work: what is raised meanwhile is recorded, and nobody is told of it. What is given of assetIds, ' +
    'cabinetId, district and ruleId narrows it; one has to be',
  tag: 'maintenance-windows',
  body: z.strictObject({
    assetIds: z.array(assetId).min(1).max(MOST_WINDOW_ASSETS).exactOptional(),
    cabinetId: assetId.exactOptional(),
    district: name.exactOptional(),
    ruleId: name.exactOptional(),
    startsAt: instant.exactOptional().describe('absent: now'),
    endsAt: instant.describe(`${isoDuration(LONGEST_WINDOW_MS)} after the start at most`),
    reason: REASON,
  }),
  answer: { status: 201, schema: maintenanceWindow },
  problems: {
    403: 'it would keep alerts of other departments back',
    409: `${MOST_WINDOWS} windows are not over`,
    422: 'a window that cannot be',
  },
});

export const listWindows = operation({
  summary: 'Maintenance windows, by when they start, the last first',
  tag: 'maintenance-windows',
  query: listQuery,
  answer: { status: 200, schema: pageOf(maintenanceWindow) },
});

export const showWindow = operation({
  summary: 'A maintenance window',
  tag: 'maintenance-windows',
  params: windowParams,
  answer: { status: 200, schema: maintenanceWindow },
  problems: { 404: 'no such window' },
});

export const endWindow = operation({
  summary: 'End a maintenance window before its time. It stays on record',
  tag: 'maintenance-windows',
  params: windowParams,
  answer: { status: 200, schema: maintenanceWindow },
  problems: { 404: 'no such window' },
});
