import { PERMISSIONS, ROLES, SIGN_IN_METHODS } from '@stadtfunk/accounts';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime } from '../schemas.ts';

const secret = z.string().min(1).max(4096);
/** Characters; what may be set is decided elsewhere. */
const password = z.string().min(1).max(1024);

export const role = z
  .strictObject({ role: z.enum(ROLES), departments: z.array(z.string()).describe('empty: all of them') })
  .meta({ id: 'RoleAssignment' });

const opened = z.strictObject({ actor: z.string(), expiresAt: isoTime }).meta({ id: 'Session' });

const SIGN_IN_PROBLEMS = { 403: 'sent by a page of another origin', 429: 'too many failures; wait' };

export const openSession = operation({
  summary: 'Sign in with name and password, a login code or the API token; sets the session cookie',
  tag: 'session',
  access: 'anyone',
  audited: 'itself',
  body: z.union([
    z.strictObject({ name: z.string().min(1).max(256), password }),
    z.strictObject({ code: secret }),
    z.strictObject({ token: secret }),
  ]),
  answer: { status: 201, schema: opened },
  problems: { 401: 'what was given is wrong', ...SIGN_IN_PROBLEMS },
});

export const showSession = operation({
  summary: 'Who is signed in, and what he may',
  tag: 'session',
  answer: {
    status: 200,
    schema: z.strictObject({
      actor: z.string(),
      expiresAt: isoTime.nullable().describe('null: an API token, which does not expire'),
      accountId: z.string(),
      name: z.string(),
      displayName: z.string(),
      roles: z.array(role),
      departments: z
        .array(z.string())
        .nullable()
        .describe('where he may see anything; null: everywhere, departments to come included'),
      permissions: z.array(
        z.strictObject({
          permission: z.enum(PERMISSIONS),
          departments: z.array(z.string()).nullable().describe('null: all'),
        }),
      ),
      method: z.enum(SIGN_IN_METHODS).nullable().describe('how he signed in; null: an API token'),
      sessionId: z.string().nullable(),
      source: z.enum(['local', 'oidc', 'token']).describe('`local`: the password can be changed here'),
      signOutUrl: z
        .string()
        .nullable()
        .describe("where to go after signing out, so that the identity provider's own session ends too; null: nowhere"),
    }),
  },
});

export const endSession = operation({
  summary: 'Sign out',
  tag: 'session',
  audited: 'itself',
  answer: { status: 204, schema: null },
});

export const showSignInMethods = operation({
  summary: 'How one can sign in here',
  tag: 'session',
  access: 'anyone',
  answer: {
    status: 200,
    schema: z.strictObject({
      password: z.boolean(),
      oidc: z
        .strictObject({ name: z.string(), path: z.string().describe('where to send the browser') })
        .nullable()
        .describe('the identity provider of the city; null: none'),
    }),
  },
});

export const changePassword = operation({
  summary: 'Change the own password; ends all other sessions',
  tag: 'session',
  audited: 'itself',
  body: z.strictObject({ current: password, password }),
  answer: { status: 200, schema: opened },
  problems: {
    403: 'sent by a page of another origin',
    409: 'the password of this account is not kept here',
    422: 'the present password is wrong, or the new one may not be set; `code` says why',
    429: 'too many failures; wait',
  },
});

export const readInvitation = operation({
  summary: 'For whom a link to set a password is',
  tag: 'session',
  access: 'anyone',
  audited: 'never',
  body: z.strictObject({ code: secret }),
  answer: {
    status: 200,
    schema: z
      .strictObject({ name: z.string(), displayName: z.string(), expiresAt: isoTime })
      .meta({ id: 'Invitation' }),
  },
  problems: { 401: 'the link is wrong, used or too old', ...SIGN_IN_PROBLEMS },
});

export const setPassword = operation({
  summary: 'Set a password with the code of a link, and sign in; ends all other sessions',
  tag: 'session',
  access: 'anyone',
  audited: 'itself',
  body: z.strictObject({ code: secret, password }),
  answer: { status: 201, schema: opened },
  problems: {
    401: 'the link is wrong, used or too old',
    422: 'this password may not be set; `code` says why. The link stays good',
    ...SIGN_IN_PROBLEMS,
  },
});

export const createLoginCode = operation({
  summary: 'A code for one login, for a link of the form http://host:port/#code=…',
  tag: 'session',
  access: 'token',
  answer: { status: 201, schema: z.strictObject({ code: z.string(), expiresAt: isoTime }).meta({ id: 'LoginCode' }) },
});

const sessionBody = z
  .strictObject({
    sessionId: z.string(),
    isThis: z.boolean(),
    method: z.enum(SIGN_IN_METHODS),
    openedAt: isoTime,
    lastSeenAt: isoTime,
    expiresAt: isoTime,
    address: z.string().nullable(),
    agent: z.string().nullable(),
  })
  .meta({ id: 'OwnSession' });

export const listSessions = operation({
  summary: 'The own sessions, the latest used first',
  tag: 'session',
  answer: { status: 200, schema: z.strictObject({ items: z.array(sessionBody), next: z.null() }) },
});

export const endOtherSessions = operation({
  summary: 'End all own sessions but this one',
  tag: 'session',
  answer: { status: 200, schema: z.strictObject({ ended: z.int() }) },
});

export const endOneSession = operation({
  summary: 'End one of the own sessions',
  tag: 'session',
  params: z.strictObject({ sessionId: z.string().min(1).max(256) }),
  answer: { status: 204, schema: null },
  problems: { 404: 'no such session' },
});
