import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { rememberBody } from './handover/raw-body.ts';
import { HTTP_LIMITS, type HttpLog, type SystemOptions } from './http-options.ts';
import { isDeeperThan } from './json-depth.ts';
import { Problem } from './problem.ts';
import { problemOf, sendProblem } from './problem.filter.ts';
import { servePages } from './console/page-fallback.ts';
import { securityHeaders } from './security-headers.ts';
import { passUploadsOn } from './upload.ts';

/** Levels of lists and objects in a body. What walks through it calls itself, and a stack ends at some thousands. */
const MAX_DEPTH = 64;
const TOO_DEEP = `the body is nested deeper than ${MAX_DEPTH} levels`;

/** A server of ours: `listen` once, `close` once. */
export interface SystemApp {
  /** Resolves with the port that is bound; port 0 picks a free one. */
  listen(host: string, port: number): Promise<number>;
  /** The port that is bound; 0 before `listen`. */
  readonly port: number;
  /** `GET /api/v1/…` of everything that is routed, for tests and logs. */
  readonly routes: readonly string[];
  /** Ends streams and idle connections, lets requests in flight finish. */
  close(): Promise<void>;
}

/** What browsers get beside the API. */
export interface ConsoleFiles {
  readonly directory: string | null;
  /** Of its base map, if that comes from elsewhere. */
  readonly mapOrigin: string | null;
}

export const NO_CONSOLE: ConsoleFiles = { directory: null, mapOrigin: null };

/** A module as a server of ours: limits, headers, logging and bodies are the same for all. */
export async function createApp(
  module: DynamicModule,
  { log, ...options }: Pick<SystemOptions, 'log' | 'limits' | 'trustedProxies'>,
  pages: ConsoleFiles,
): Promise<{ readonly app: NestFastifyApplication; readonly system: SystemApp }> {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const headersOf = securityHeaders(pages.mapOrigin);
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    routerOptions: { maxParamLength: 512 },
    trustProxy: options.trustedProxies ? [...options.trustedProxies] : false,
    genReqId: requestIdOf,
    logger: false,
    frameworkErrors: (error: unknown, _request: FastifyRequest, reply: FastifyReply) =>
      void sendProblem(reply.headers(headersOf('/api')), problemOf(error)),
  });
  const fastify: FastifyInstance = adapter.getInstance();
  const routes: string[] = [];
  fastify.addHook('onRoute', (route) => void routes.push(...routeNames(route)));
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(headersOf(request.url)).header('x-request-id', request.id);
  });
  fastify.addHook('onResponse', async (request, reply) =>
    logRequest(log, request, reply.statusCode, reply.elapsedTime),
  );
  takeJsonOnly(fastify);
  passUploadsOn(fastify);
  await fastify.register(fastifyCookie);
  if (pages.directory !== null) {
    // The build left a compressed file beside each script and style sheet.
    const files = { root: pages.directory, wildcard: false, cacheControl: false, preCompressed: true };
    await fastify.register(fastifyStatic, files);
    servePages(fastify);
  }
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
    forceCloseConnections: false,
  });
  await app.init();
  await fastify.ready();

  let requestsInFlight = 0;
  fastify.server.on('request', (_request, response) => {
    requestsInFlight++;
    response.once('close', () => requestsInFlight--);
  });
  const boundPort = () => (app.getHttpServer().address() as AddressInfo | null)?.port ?? 0;
  const system: SystemApp = {
    routes,
    get port() {
      return boundPort();
    },
    async listen(host, port) {
      await app.listen(port, host);
      return boundPort();
    },
    async close() {
      const server = app.getHttpServer();
      const startedAt = performance.now();
      // Browsers open connections ahead of need; one that never sent a request is not idle to Node, and would hold us up.
      const sweep = setInterval(() => {
        const isLate = performance.now() - startedAt > limits.closeTimeoutMs;
        if (requestsInFlight === 0 || isLate) server.closeAllConnections();
        else server.closeIdleConnections();
      }, 50);
      await app.close().finally(() => clearInterval(sweep));
    },
  };
  return { app, system };
}

function routeNames({ method, url }: RouteOptions): string[] {
  return (Array.isArray(method) ? method : [method]).map((name) => `${name} ${url}`);
}

/** A caller's own id, where it is one, ties his log to ours. */
function requestIdOf(request: { readonly headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
}

/** An empty body is no body, whatever its content type says; other media types are refused, but for uploads. */
function takeJsonOnly(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else if (isDeeperThan(MAX_DEPTH, String(body))) done(new Problem(400, 'body.tooDeep', TOO_DEEP));
    else {
      rememberBody(request, String(body));
      void parse(request, String(body), done);
    }
  });
}

/** The route and not the address: no ids of people, no codes. */
function logRequest(log: HttpLog, request: FastifyRequest, status: number, durationMs: number): void {
  const { id, method, routeOptions } = request;
  // Failures are logged where they happen; this line is for whoever follows single requests.
  log.debug(
    { requestId: id, method, route: routeOptions.url ?? null, status, durationMs: Math.round(durationMs) },
    'request',
  );
}
