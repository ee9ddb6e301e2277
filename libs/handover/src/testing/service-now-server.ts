import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A row of a table; all values are text, as the Table API gives actual values. */
export type Row = Record<string, string>;

export interface Attachment {
  readonly row: Row;
  readonly bytes: Buffer;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What goes wrong with one request. `cut`: the work is done, and the connection closed instead of an answer. */
export type Mishap =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'cut' | 'broken' | 'html' | 'endless' | 'silent' }
  /** The answer waits until this resolves; the work is done at once. */
  | { readonly kind: 'late'; readonly until: Promise<unknown> };

export interface ServiceNowServer {
  readonly origin: string;
  readonly rows: Row[];
  /** What was written to rows: `sys_journal_field`. */
  readonly journal: Row[];
  /** Files of rows: `sys_attachment`. */
  readonly attachments: Attachment[];
  readonly requests: SeenRequest[];
  /** For the next requests of a method, in order. */
  mishaps: Partial<Record<string, Mishap[]>>;
  /** Its clock, UTC ms. */
  now: number;
  /** A column that this instance does not know: conditions on it are ignored. */
  unknownColumn: string | null;
  /** Another person's change to a row. */
  change(sysId: string, values: Row): void;
  /** Access tokens that are good. */
  readonly tokens: Set<string>;
  close(): Promise<void>;
}

const USER = 'stadtfunk';
const PASSWORD = 'do-not-tell';
const CLIENT = { id: 'client-1', secret: 'client-secret-do-not-tell' };

/**
 * The subset of a ServiceNow instance that is used, after the vendor's documentation: "Table API" (c_TableAPI), "REST API HTTP
 * response codes", "Inbound REST API rate limiting", "OAuth API request parameters" and "OAuth API response parameters".
 */
export async function startServiceNow(table = 'incident'): Promise<ServiceNowServer> {
  let made = 0;
  let attached = 0;
  const stamp = () => new Date(instance.now).toISOString().slice(0, 19).replace('T', ' ');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const isJson = !/^image\//.test(request.headers['content-type'] ?? '');
      const body = isJson ? bytes.toString('utf8') : '';
      const url = new URL(request.url ?? '', 'http://instance');
      const { method = '', headers } = request;
      instance.requests.push({ method, path: url.pathname, query: url.searchParams, headers, body });
      const mishap = instance.mishaps[method]?.shift();
      if (mishap?.kind === 'status') return answer(response, mishap.status, problem('Some error'), mishap.headers);
      if (mishap?.kind === 'silent') return;
      const work = () => handle(method, url, headers, body, response, bytes);
      if (!mishap) return work();
      spoil(response, mishap, work);
    });
  });

  const answer = (
    response: ServerResponse,
    status: number,
    json: unknown,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const date = new Date(instance.now).toUTCString();
    response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', date, ...more });
    response.end(json === undefined ? '' : JSON.stringify(json));
  };

  /** Does the work with an answer that goes nowhere, and sends what the mishap has instead. */
  const spoil = (response: ServerResponse, mishap: Mishap, work: () => void) => {
    if (mishap.kind === 'late') {
      const end = response.end.bind(response);
      response.end = ((text: string) => {
        void mishap.until.then(() => end(text));
        return response;
      }) as typeof response.end;
      return work();
    }
    const silent = { writeHead: () => silent, end: () => silent } as unknown as ServerResponse;
    const real = response;
    answerInstead(silent, work, () => {
      if (mishap.kind === 'cut') real.destroy();
      else if (mishap.kind === 'broken')
        real.writeHead(201, { 'content-type': 'application/json' }).end('{"result":{"sys_i');
      else if (mishap.kind === 'html')
        real.writeHead(200, { 'content-type': 'text/html' }).end('<html>hibernating</html>');
      else pour(real);
    });
  };
  let redirected: ServerResponse | null = null;
  const answerInstead = (silent: ServerResponse, work: () => void, then: () => void) => {
    redirected = silent;
    work();
    redirected = null;
    then();
  };
  const pour = (response: ServerResponse) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    response.on('error', () => undefined);
    more();
  };

  const handle = (
    method: string,
    url: URL,
    headers: IncomingMessage['headers'],
    body: string,
    real: ServerResponse,
    bytes: Buffer,
  ) => {
    const response = redirected ?? real;
    if (url.pathname === '/oauth_token.do') return giveToken(body, response);
    if (!isKnown(headers.authorization)) {
      // The body of a refused login, as instances give it.
      return answer(response, 401, problem('User Not Authenticated', 'Required to provide Auth information'));
    }
    if (method === 'GET' && url.pathname === '/api/now/table/sys_journal_field') {
      return answer(response, 200, { result: list(url.searchParams, instance.journal) });
    }
    if (url.pathname.startsWith('/api/now/attachment')) return attach(method, url, headers, bytes, response);
    const path = /^\/api\/now(?:\/v2)?\/table\/([a-z_]+)(?:\/([0-9a-f]{32}))?$/.exec(url.pathname);
    if (!path || path[1] !== table) return answer(response, 400, problem(`Invalid table ${path?.[1] ?? ''}`));
    const [, , sysId] = path;
    if (method === 'GET' && sysId === undefined) return answer(response, 200, { result: list(url.searchParams) });
    if (method === 'POST' && sysId === undefined) {
      const values = JSON.parse(body) as Record<string, unknown>;
      const row = insert(values);
      return answer(
        response,
        201,
        { result: shaped(row, url.searchParams) },
        { location: `${url.pathname}/${row.sys_id}` },
      );
    }
    const row = instance.rows.find((each) => each.sys_id === sysId);
    if (!row) {
      return answer(
        response,
        404,
        problem('No Record found', "Record doesn't exist or ACL restricts the record retrieval"),
      );
    }
    if (method === 'PATCH') {
      update(row, texts(JSON.parse(body) as Record<string, unknown>), USER);
      return answer(response, 200, { result: shaped(row, url.searchParams) });
    }
    return answer(response, 405, problem('Method not supported'));
  };

  /** "Attachment API" (c_AttachmentAPI). */
  const attach = (
    method: string,
    url: URL,
    headers: IncomingMessage['headers'],
    bytes: Buffer,
    response: ServerResponse,
  ) => {
    const { attachments } = instance;
    if (method === 'GET') {
      const rows = attachments.map(({ row }) => row);
      return answer(response, 200, { result: list(url.searchParams, rows) });
    }
    const sysId = /^\/api\/now\/attachment\/([0-9a-f]{32})$/.exec(url.pathname)?.[1];
    if (method === 'DELETE' && sysId !== undefined) {
      const index = attachments.findIndex(({ row }) => row.sys_id === sysId);
      if (index < 0) return answer(response, 404, problem('No Record found'));
      attachments.splice(index, 1);
      return answer(response, 204, undefined);
    }
    const parameters = Object.fromEntries(url.searchParams);
    const { table_name: name, table_sys_id: record, file_name: file } = parameters;
    const isThere = name === table && instance.rows.some((row) => row.sys_id === record);
    if (method !== 'POST' || url.pathname !== '/api/now/attachment/file' || !isThere || file === undefined) {
      return answer(response, 400, problem('Invalid request'));
    }
    const row: Row = {
      sys_id: createHash('md5').update(`attachment-${++attached}`).digest('hex'),
      ...{ table_name: table, table_sys_id: record!, file_name: file, size_bytes: String(bytes.length) },
      ...{ content_type: String(headers['content-type']), hash: createHash('sha256').update(bytes).digest('hex') },
    };
    attachments.push({ row, bytes });
    return answer(response, 201, { result: row });
  };

  const giveToken = (body: string, response: ServerResponse) => {
    const form = new URLSearchParams(body);
    const isClient = form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret;
    if (form.get('grant_type') !== 'client_credentials' || !isClient) {
      return answer(response, 401, { error_description: 'access_denied', error: 'server_error' });
    }
    const token = `token-${instance.tokens.size + 1}`;
    instance.tokens.add(token);
    answer(response, 200, { access_token: token, scope: 'useraccount', token_type: 'Bearer', expires_in: 1_799 });
  };

  const isKnown = (authorization: string | undefined) => {
    const [scheme, text = ''] = (authorization ?? '').split(' ');
    if (scheme === 'Bearer') return instance.tokens.has(text);
    return scheme === 'Basic' && Buffer.from(text, 'base64').toString() === `${USER}:${PASSWORD}`;
  };

  /** System fields cannot be set; fields that are not named are empty. */
  const insert = (values: Record<string, unknown>): Row => {
    made++;
    const row: Row = {
      ...{ state: '1', priority: '5', urgency: '3', correlation_id: '', correlation_display: '' },
      ...texts(values),
      sys_id: createHash('md5').update(`${table}-${made}`).digest('hex'),
      number: `INC${String(10_000 + made).padStart(7, '0')}`,
      ...{
        sys_created_on: stamp(),
        sys_created_by: USER,
        sys_updated_on: stamp(),
        sys_updated_by: USER,
        sys_mod_count: '0',
      },
    };
    instance.rows.push(row);
    return row;
  };

  /** What changes nothing leaves no trace. */
  const update = (row: Row, { work_notes: note = '', ...values }: Row, by: string) => {
    const changed = Object.entries(values).filter(([name, value]) => !name.startsWith('sys_') && row[name] !== value);
    if (changed.length === 0 && note === '') return;
    // A journal field can only be added to, and shows nothing itself.
    if (note !== '') {
      const entry = { element_id: row.sys_id!, element: 'work_notes', name: table, value: note };
      instance.journal.push({ ...entry, sys_created_on: stamp(), sys_created_by: by });
    }
    Object.assign(row, Object.fromEntries(changed), {
      sys_updated_on: stamp(),
      sys_updated_by: by,
      sys_mod_count: String(Number(row.sys_mod_count) + 1),
    });
  };

  const list = (query: URLSearchParams, rows: readonly Row[] = instance.rows): Row[] => {
    const conditions = (query.get('sysparm_query') ?? '').split('^').filter(Boolean);
    const order = conditions.flatMap((each) => (each.startsWith('ORDERBY') ? [each.slice(7)] : []));
    const filters = conditions.filter((each) => !each.startsWith('ORDERBY'));
    const offset = Number(query.get('sysparm_offset') ?? 0);
    const limit = Number(query.get('sysparm_limit') ?? 10_000);
    return rows
      .filter((row) => filters.every((filter) => fits(row, filter)))
      .sort((a, b) => order.map((by) => compare(a[by] ?? '', b[by] ?? '')).find((result) => result !== 0) ?? 0)
      .slice(offset, offset + limit)
      .map((row) => shaped(row, query));
  };

  const fits = (row: Row, filter: string) => {
    const [, column = '', operator = '', value = ''] = /^([a-z_]+)(>=|<=|!=|=|>|<)(.*)$/.exec(filter) ?? [];
    // "By default, if part of a query is invalid … the instance ignores the invalid part."
    if (column === '' || column === instance.unknownColumn) return true;
    const result = compare(row[column] ?? '', value);
    return {
      '=': result === 0,
      '!=': result !== 0,
      '>=': result >= 0,
      '<=': result <= 0,
      '>': result > 0,
      '<': result < 0,
    }[operator]!;
  };

  const instance: ServiceNowServer = {
    origin: '',
    rows: [],
    journal: [],
    attachments: [],
    requests: [],
    mishaps: {},
    now: Date.UTC(2026, 10, 21, 12),
    unknownColumn: null,
    tokens: new Set(),
    change(sysId, values) {
      update(
        instance.rows.find((row) => row.sys_id === sysId)!,
        values,
        'dispatcher',
      );
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return Object.assign(instance, { origin: `http://127.0.0.1:${port}` });
}

/** The environment of somebody who may use the instance. */
export const SERVICE_NOW_SECRETS = {
  HANDOVER_USER: USER,
  HANDOVER_PASSWORD: PASSWORD,
  HANDOVER_CLIENT_ID: CLIENT.id,
  HANDOVER_CLIENT_SECRET: CLIENT.secret,
};

function problem(message: string, detail: string | null = null) {
  return { error: { message, detail }, status: 'failure' };
}

/** "Invalid fields are ignored." */
function shaped(row: Row, query: URLSearchParams): Row {
  const names = query.get('sysparm_fields')?.split(',');
  return names ? Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name))) : { ...row };
}

function texts(values: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !name.startsWith('sys_'))
      .map(([name, value]) => [name, value === null ? '' : String(value as string | number | boolean)]),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
