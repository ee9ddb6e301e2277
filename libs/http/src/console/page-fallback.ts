import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const NO_PAGES = /^\/(?:api|files|health|metrics)(?:\/|$)/;

/**
 * Whether this asks for a page of the console. Its addresses are known to its script only: what is no file and not the API's is
 * one. Those who do not ask for HTML, programs mostly, keep their 404.
 */
export function isPage({ method, url, headers }: Pick<FastifyRequest, 'method' | 'url' | 'headers'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const [path = ''] = url.split('?');
  // Ids may have a point in them: only what lies at the root is told by that.
  const isFile = /^\/[^/]*\.[^/]*$/.test(path);
  return !isFile && !NO_PAGES.test(path) && /\btext\/html\b/.test(headers.accept ?? '');
}

/** So that a deep link, or loading a page again, gives that page. */
export function servePages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.is404 && isPage(request)) return reply.sendFile('index.html');
    return undefined;
  });
}
