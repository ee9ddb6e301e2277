import type { GroupRole, IdentityProvider } from '@stadtfunk/accounts';
import type { Backtester } from '@stadtfunk/backtest';
import { tokenVerifier } from '../access/token-verifier.ts';
import type { ConsoleOptions } from '../console/console-options.ts';
import { createHttpApp, type HttpApp } from '../http-app.ts';
import { CONTROLLERS } from '../http.module.ts';
import type { HealthCheck, HttpLimits, HttpLog } from '../http-options.ts';
import { routesOf } from '../openapi.ts';
import { problem } from '../schemas.ts';
import { type City, makeCity } from './city.ts';

export const TOKEN = 'a-token-for-tests-only';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it is JSON. */
  readonly body: Record<string, unknown>;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Instead of a body: a CSV file. */
  readonly upload?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without the token. */
  readonly anonymous?: true;
}

export interface Harness {
  readonly city: City;
  readonly app: HttpApp;
  readonly url: string;
  readonly log: LogLine[];
  /** Sends a request with the token; checks that the answer is what the operation says. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly checks?: readonly HealthCheck[];
  readonly notices?: readonly string[];
  readonly consoleDirectory?: string;
  readonly console?: ConsoleOptions;
  readonly uplinkTopic?: string;
  readonly zone?: string;
  readonly secureCookies?: boolean;
  readonly trustedProxies?: readonly string[];
  readonly provider?: IdentityProvider;
  readonly groupRoles?: readonly GroupRole[];
  readonly backtester?: Backtester;
}

export async function startHarness({
  limits = {},
  checks = [],
  notices = [],
  consoleDirectory,
  provider,
  groupRoles = [],
  ...settings
}: HarnessOptions = {}): Promise<Harness> {
  const city = makeCity();
  const log: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: object, message: string) =>
    void log.push({ level, fields: { ...fields }, message });
  const httpLog: HttpLog = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const app = await createHttpApp({
    ...city,
    ...settings,
    accounts: { ...city.accounts, groupRoles, ...(provider && { provider }) },
    verifyToken: tokenVerifier(TOKEN),
    sessionSecret: 'a secret of thirty-two bytes or more',
    checks,
    notices: () => Promise.resolve(notices),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'stadtfunk_up 1\n' }),
    log: httpLog,
    consoleDirectory: consoleDirectory ?? null,
    limits,
  });
  const url = `http://127.0.0.1:${await app.listen('127.0.0.1', 0)}`;

  const call = async (
    method: string,
    path: string,
    { body, upload, headers = {}, anonymous }: CallOptions = {},
  ): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(anonymous ? {} : { authorization: `Bearer ${TOKEN}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(upload === undefined ? {} : { 'content-type': 'text/csv' }),
        ...headers,
      },
      ...(upload === undefined ? {} : { body: Uint8Array.from(upload) }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const content = isJson ? (JSON.parse(text) as Answer['body']) : {};
    const answer = { status: response.status, headers: response.headers, text, body: content };
    checkAnswer(method, path, answer);
    return answer;
  };
  return { city, app, url, log, call, close: () => app.close() };
}

const ROUTES = routesOf(CONTROLLERS).map(({ method, path, spec }) => ({
  method,
  spec,
  pattern: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`),
}));

/** An answer that its schema does not describe is a defect, whatever the test is about. */
function checkAnswer(method: string, path: string, { status, headers, body, text }: Answer): void {
  if (status >= 400) {
    if (!headers.get('content-type')?.startsWith('application/problem+json')) throw new Error(`no problem: ${text}`);
    const { status: stated } = problem.parse(body);
    if (stated !== status) throw new Error(`status ${status}, but the problem says ${stated}`);
    return;
  }
  const [pathname = ''] = path.split('?');
  const route = ROUTES.find((candidate) => candidate.method === method && candidate.pattern.test(pathname));
  if (!route) return;
  const { answer } = route.spec;
  if (answer.status !== status) throw new Error(`${method} ${path} answered ${status}, not ${answer.status}`);
  answer.schema?.parse(body);
}
