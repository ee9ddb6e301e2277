import type { CookieSerializeOptions } from '@fastify/cookie';

export const SESSION_COOKIE = 'stadtfunk_session';

/** Out of reach for scripts and for requests that other sites cause. */
export function sessionCookieOptions(maxAgeMs: number, secure: boolean): CookieSerializeOptions {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: Math.floor(maxAgeMs / 1000) };
}
