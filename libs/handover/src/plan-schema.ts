import { JOB_PRIORITIES, JOB_STATES } from '@stadtfunk/maintenance';
import { FACT_NAMES } from './facts.ts';
import { FACT_FORMATS, PHOTO_FORMS, RECORD_PARTS } from './plan.ts';
import {
  COLUMN,
  HEADER_NAME,
  HEADER_VALUE,
  MINUTES,
  MOST_FIELDS,
  MOST_TARGETS,
  MOST_TEXT,
  SECRET_NAME,
  SOURCE,
  TARGET_ID,
} from './plan-format.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

const NULL = { type: 'null' };
const matching = (pattern: RegExp, description: string): JsonSchema => ({
  description,
  type: 'string',
  pattern: pattern.source,
});
const oneOf = (names: readonly string[]): JsonSchema => ({ type: 'string', enum: names });
const described = (description: string, schema: JsonSchema): JsonSchema => ({ description, ...schema });

/** A mapping with exactly these keys. What is not required may be null, as if it were not there. */
function mapping(required: readonly string[], properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const given = Object.entries(properties).map(([key, schema]) => {
    return [key, required.includes(key) ? schema : { anyOf: [schema, NULL] }] as const;
  });
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(given) };
}

const TEXT: JsonSchema = { type: 'string', maxLength: MOST_TEXT };
const CONSTANT: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };
const WORD: JsonSchema = { anyOf: [{ type: 'string', minLength: 1, maxLength: 200 }, { type: 'integer' }] };
const URL_TEXT: JsonSchema = { type: 'string', pattern: '^https?://', maxLength: 2_000 };
const SECRET = matching(SECRET_NAME, 'the name of an environment variable, never what it holds');
const POINTER = matching(/^(?:\/.*)?$/, 'a JSON Pointer (RFC 6901)');
const NAMES: JsonSchema = {
  anyOf: [
    { type: 'string', pattern: '\\S' },
    { type: 'array', minItems: 1, items: { type: 'string', pattern: '\\S' } },
  ],
};
const PRIORITY_NAMES: JsonSchema = {
  anyOf: [oneOf(JOB_PRIORITIES), { type: 'array', minItems: 1, items: oneOf(JOB_PRIORITIES) }],
};
const LONGEST: JsonSchema = { type: 'integer', minimum: 1, maximum: MOST_TEXT };

const VALUE: JsonSchema = {
  anyOf: [
    described(`a text in which {name} stands for a fact: ${FACT_NAMES.join(', ')}`, TEXT),
    { type: ['number', 'boolean', 'null'] },
    mapping(['value'], { value: CONSTANT, longest: LONGEST }),
    mapping(['text'], { text: TEXT, longest: LONGEST }),
    mapping(['from'], {
      from: oneOf(FACT_NAMES),
      as: oneOf(FACT_FORMATS),
      map: { type: 'object', additionalProperties: CONSTANT },
      otherwise: CONSTANT,
      longest: LONGEST,
    }),
  ],
};
/** Names of fields: columns of a table, or members and JSON Pointers of a body. */
const nameOf = (isTable: boolean): JsonSchema =>
  isTable ? { type: 'string', pattern: COLUMN.source } : { type: 'string', minLength: 1, maxLength: 200 };
const fieldsOf = (isTable: boolean): JsonSchema => ({
  type: 'object',
  maxProperties: MOST_FIELDS,
  propertyNames: nameOf(isTable),
  additionalProperties: VALUE,
});
const RECORD = mapping([], Object.fromEntries(RECORD_PARTS.map((part) => [part, POINTER])));
const ALL = (names: readonly string[], schema: JsonSchema) =>
  mapping(names, Object.fromEntries(names.map((name) => [name, schema])));

const stateOf = (isTable: boolean): JsonSchema =>
  mapping(['field', 'out', 'in'], {
    field: described('where the state stands', nameOf(isTable)),
    out: described(
      'what each state of a job is called there, with fields that go with it',
      ALL(JOB_STATES, { anyOf: [WORD, mapping(['value'], { value: WORD, with: fieldsOf(isTable) })] }),
    ),
    in: described('what each state there means here', {
      type: 'object',
      additionalProperties: oneOf(JOB_STATES.filter((state) => state !== 'verified')),
    }),
  });

const commonOf = (isTable: boolean): Readonly<Record<string, JsonSchema>> => ({
  id: matching(TARGET_ID, 'stable: references are kept under it'),
  select: described(
    'which jobs; without it all',
    mapping([], { department: NAMES, kind: NAMES, priority: PRIORITY_NAMES }),
  ),
  auth: mapping([], {
    basic: mapping(['user', 'password'], { user: SECRET, password: SECRET }),
    oauth: mapping(['clientId', 'clientSecret'], {
      clientId: SECRET,
      clientSecret: SECRET,
      url: URL_TEXT,
      scope: matching(HEADER_VALUE, 'scope of the token'),
    }),
  }),
  create: described('sent when a record is made', fieldsOf(isTable)),
  fields: described('sent when a record is made, and when they change', fieldsOf(isTable)),
  state: stateOf(isTable),
  priority: mapping(['field', 'out', 'in'], {
    field: nameOf(isTable),
    out: ALL(JOB_PRIORITIES, WORD),
    in: { type: 'object', additionalProperties: oneOf(JOB_PRIORITIES) },
  }),
  status: described(
    'how the status comes back',
    mapping([], {
      every: described('minutes between two looks', { enum: MINUTES }),
      token: SECRET,
      signature: SECRET,
      record: RECORD,
    }),
  ),
  perMinute: { type: 'integer', minimum: 1, maximum: 6_000 },
  timeout: described('ISO 8601, PT0.1S to PT1M', TEXT),
  insecure: described('whether requests may leave this machine without TLS', { type: 'boolean' }),
});

const SERVICENOW = mapping(['id', 'kind', 'instance', 'table', 'auth', 'state'], {
  ...commonOf(true),
  kind: { const: 'servicenow' },
  instance: URL_TEXT,
  table: matching(COLUMN, 'such as incident or wm_task'),
  notes: matching(COLUMN, 'journal field for comments, both ways: work_notes or comments; without it none'),
  photos: described('whether photos become attachments; without it not', { type: 'boolean' }),
  source: matching(SOURCE, 'correlation_display of our records: another one for every installation'),
});

const LIST_PARTS = { url: URL_TEXT, items: POINTER, next: POINTER };
const LIST = (required: readonly string[]) => mapping(required, LIST_PARTS);
const METHOD = oneOf(['POST', 'PUT', 'PATCH']);
const CALL = (methods: readonly string[]) =>
  mapping(['url'], { method: oneOf(methods), url: URL_TEXT, record: POINTER });

const REST = mapping(['id', 'kind', 'make', 'change', 'record', 'state'], {
  ...commonOf(false),
  kind: { const: 'rest' },
  make: CALL(['POST', 'PUT']),
  change: CALL(['PATCH', 'PUT', 'POST']),
  find: LIST(['url']),
  changes: LIST(['url']),
  headers: {
    type: 'object',
    propertyNames: { pattern: HEADER_NAME.source },
    additionalProperties: {
      anyOf: [
        { type: 'string', pattern: HEADER_VALUE.source },
        mapping(['env'], { env: SECRET, prefix: { type: 'string', pattern: HEADER_VALUE.source } }),
      ],
    },
  },
  comments: described(
    'comments, both ways; without it none',
    mapping(['list', 'add'], {
      list: mapping(['url', 'text'], { ...LIST_PARTS, text: described('where the text of a comment stands', POINTER) }),
      add: mapping(['url', 'field'], { method: METHOD, url: URL_TEXT, field: nameOf(false) }),
    }),
  ),
  photos: described(
    'photos; without it none',
    mapping(['add'], {
      add: mapping(['url'], {
        method: METHOD,
        url: URL_TEXT,
        as: described('a form with a file, the file itself, or JSON with a link', oneOf(PHOTO_FORMS)),
        field: nameOf(false),
        with: fieldsOf(false),
        id: described('where the id of the photo stands in the answer', POINTER),
      }),
      list: mapping(['url', 'name'], { ...LIST_PARTS, name: POINTER, id: POINTER }),
      remove: mapping(['url'], { url: URL_TEXT }),
    }),
  ),
  idempotencyHeader: matching(HEADER_NAME, 'header with the same value in every attempt to make a record'),
  record: RECORD,
});

/** JSON Schema (draft 2020-12) of hand-over files, for editors. What takes more than one value to judge, `handover check` finds. */
export const HANDOVER_FILE_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Hand-over of jobs from Stadtfunk',
  ...mapping(['version', 'targets'], {
    version: { enum: ['1', 1] },
    targets: { type: 'array', minItems: 1, maxItems: MOST_TARGETS, items: { anyOf: [SERVICENOW, REST] } },
  }),
};
