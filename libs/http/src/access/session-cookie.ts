import cookie from '@fastify/cookie';

export const SESSION_COOKIE = 'stadtfunk_session';

/** The session cookie of a Cookie header. */
export function readSessionCookie(header: string | undefined): string | undefined {
  return header === undefined ? undefined : cookie.parse(header)[SESSION_COOKIE];
}

/** A Set-Cookie header; an empty value takes the cookie away. */
export function writeSessionCookie(value: string, maxAgeMs: number, secure: boolean): string {
  return cookie.serialize(SESSION_COOKIE, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    maxAge: Math.floor(maxAgeMs / 1000),
  });
}
