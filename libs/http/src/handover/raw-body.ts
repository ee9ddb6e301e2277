import type { FastifyRequest } from 'fastify';

const bodies = new WeakMap<FastifyRequest, string>();

/** Whether what comes to this route is signed as it was sent. */
function isSigned({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url?.startsWith('/api/v1/handover/') ?? false;
}

/** Keeps a body as it came, where its signature is over that. */
export function rememberBody(request: FastifyRequest, body: string): void {
  if (isSigned(request)) bodies.set(request, body);
}

export function rawBodyOf(request: FastifyRequest): string {
  return bodies.get(request) ?? '';
}
