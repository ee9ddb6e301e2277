import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime } from '../schemas.ts';

const secret = z.string().min(1).max(4096);

export const openSession = operation({
  summary: 'Sign in with the API token or a login code; sets the session cookie',
  tag: 'session',
  access: 'anyone',
  body: z.union([z.strictObject({ token: secret }), z.strictObject({ code: secret })]),
  answer: { status: 201, schema: z.strictObject({ actor: z.string(), expiresAt: isoTime }).meta({ id: 'Session' }) },
  problems: { 401: 'the token or code is wrong', 403: 'sent by a page of another origin', 429: 'too many failures' },
});

export const showSession = operation({
  summary: 'Who is signed in',
  tag: 'session',
  answer: { status: 200, schema: z.strictObject({ actor: z.string(), expiresAt: isoTime.nullable() }) },
});

export const endSession = operation({
  summary: 'Sign out',
  tag: 'session',
  answer: { status: 204, schema: null },
});

export const createLoginCode = operation({
  summary: 'A code for one login, for a link of the form http://host:port/#code=…',
  tag: 'session',
  access: 'token',
  answer: { status: 201, schema: z.strictObject({ code: z.string(), expiresAt: isoTime }).meta({ id: 'LoginCode' }) },
});
