import { z } from 'zod';
import { credentials } from '../devices/device.schema.ts';
import { operation } from '../operation.ts';
import { problem } from '../schemas.ts';
import { IMPORT_KINDS, OUTCOMES } from './columns.ts';
import { SEPARATORS } from './csv.ts';
import { ENCODINGS } from './csv-text.ts';
import { LINES } from './import-lines.ts';

const count = z.int().min(0);
const rowError = z
  .strictObject({
    column: z.string().nullable().describe('null: the whole row'),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ImportError' });

export const importReport = z
  .strictObject({
    kind: z.enum(IMPORT_KINDS),
    applied: z.boolean().describe('whether it was written'),
    encoding: z.enum(ENCODINGS),
    separator: z.enum(SEPARATORS),
    columns: z
      .array(z.strictObject({ header: z.string(), field: z.string().nullable() }))
      .describe('`field` null: not known, its cells are not read'),
    errors: z.array(rowError).describe('of the header'),
    counts: z.strictObject({ rows: count, new: count, changed: count, unchanged: count, error: count }),
    rows: z
      .array(
        z.strictObject({
          line: z.int().describe('of the file, the header is on 1'),
          id: z.string().nullable(),
          outcome: z.enum(OUTCOMES),
          changes: z.array(z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() })),
          errors: z.array(rowError),
        }),
      )
      .describe('those with errors first; at most 500'),
    credentials: z.array(credentials).describe('of the devices that were registered, shown this once'),
  })
  .meta({ id: 'ImportReport' });

/** A line of the answer that is sent while the file is written. */
export const importLine = z
  .union([
    z.strictObject({
      progress: z.strictObject({ written: count, rows: count }),
      credentials: z.array(credentials).describe('of the devices that were registered since the line before'),
    }),
    z.strictObject({ report: importReport }).describe('the last one: all is written; its `credentials` are empty'),
    z.strictObject({ problem }).describe('the last one: the rest is not written'),
  ])
  .meta({ id: 'ImportLine' });

const params = z.strictObject({ kind: z.enum(IMPORT_KINDS) });

export const importFile = operation({
  summary: 'Bring in assets, devices or bindings from a CSV file: at first as a dry run, then if no row has an error',
  tag: 'imports',
  params,
  query: z.strictObject({
    apply: z.enum(['true', 'false']).default('false').describe('false: only say what would be done'),
  }),
  isDryRun: (query) => (query as { readonly apply?: unknown }).apply !== 'true',
  upload: ['text/csv', 'application/octet-stream'],
  answer: { status: 200, schema: importReport, lines: { mediaType: LINES, schema: importLine } },
  problems: {
    409:
      'something was changed meanwhile: `written` rows are in, with the `credentials` of new devices, the rest is not; ' +
      'the same file again takes the rest',
    413: 'the file is larger than 32 MiB, has more than 150,000 rows, or more than 2,000 new devices: then accept `application/x-ndjson`',
    415: 'send the file itself as the body',
    422: 'the file cannot be read, or rows have errors and nothing was written',
    503: 'another import is under way, or this one was interrupted: then as with 409',
  },
});

export const showTemplate = operation({
  summary: 'A CSV file to begin with',
  tag: 'imports',
  params,
  query: z.strictObject({ language: z.enum(['de', 'en']).default('de') }),
  answer: { status: 200, schema: null, mediaType: 'text/csv' },
});
