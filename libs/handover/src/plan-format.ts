/** What both the reader and the schema of hand-over files hold to. */
export const TARGET_ID = /^[a-z][a-z0-9-]{0,39}$/;
/** Other variables hold secrets of others: a file must not be able to send them away. */
export const SECRET_NAME = /^HANDOVER_[A-Z0-9_]{1,60}$/;
/** Tables and fields of ServiceNow. */
export const COLUMN = /^[a-z][a-z0-9_]{0,79}$/;
export const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,60}$/;
export const HEADER_VALUE = /^[\x20-\x7e]{1,500}$/;
/** Becomes part of a query, in which `^` joins. */
export const SOURCE = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/;
/** They are made here, and nobody may say something else. */
export const FORBIDDEN_HEADERS = [
  'authorization',
  'host',
  'content-length',
  'content-type',
  'connection',
  'transfer-encoding',
];
export const MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] as const;
export const MOST_TARGETS = 20;
export const MOST_FIELDS = 100;
export const MOST_TEXT = 10_000;
export const LONGEST_TIMEOUT_MS = 60_000;

export const TARGET_KEYS = [
  'id',
  'kind',
  'select',
  'auth',
  'create',
  'fields',
  'state',
  'priority',
  'status',
  'perMinute',
  'timeout',
  'insecure',
] as const;
export const SERVICENOW_KEYS = [...TARGET_KEYS, 'instance', 'table', 'source', 'notes', 'photos'] as const;
export const REST_KEYS = [
  ...TARGET_KEYS,
  'make',
  'change',
  'find',
  'changes',
  'headers',
  'idempotencyHeader',
  'record',
  'comments',
  'photos',
] as const;
/** Of a part of a form: it is put in quotes. */
export const FORM_FIELD = /^[A-Za-z0-9_.[\]-]{1,80}$/;
export const SELECT_KEYS = ['department', 'kind', 'priority'] as const;
export const FIELD_KEYS = ['value', 'text', 'from', 'as', 'map', 'otherwise', 'longest'] as const;
export const STATUS_KEYS = ['every', 'token', 'signature', 'record'] as const;
