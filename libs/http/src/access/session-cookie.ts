import type { CookieSerializeOptions } from '@fastify/cookie';

/** `__Host-` makes browsers refuse it from other hosts, for other paths and without https (RFC 6265bis, 4.1.3.2). */
export function sessionCookie(secure: boolean): string {
  return secure ? '__Host-stadtfunk_session' : 'stadtfunk_session';
}

/** Out of reach for scripts and for requests that other sites cause. */
export function sessionCookieOptions(maxAgeMs: number, secure: boolean): CookieSerializeOptions {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: Math.floor(maxAgeMs / 1000) };
}
