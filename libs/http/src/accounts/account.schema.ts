import { ACCOUNT_NAME, ACCOUNT_SOURCES, ACCOUNT_STATES, ROLES } from '@stadtfunk/accounts';
import { z } from 'zod';
import { role } from '../access/session.schema.ts';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pageQuery, pathId } from '../schemas.ts';

const displayName = z.string().trim().min(1).max(200);
const email = z.email().max(254).nullable();
const roles = z
  .array(z.strictObject({ role: z.enum(ROLES), departments: z.array(z.string().min(1).max(64)).max(100).default([]) }))
  .max(20);

export const accountBody = z
  .strictObject({
    accountId: z.string(),
    name: z.string(),
    displayName: z.string(),
    email: z.string().nullable(),
    roles: z.array(role),
    state: z.enum(ACCOUNT_STATES).describe('`invited`: nobody has set the password yet'),
    source: z.enum(ACCOUNT_SOURCES),
    createdAt: isoTime,
    lastSignInAt: isoTime.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Account' });

const link = z
  .strictObject({
    path: z.string().describe('of the console: put its address before it, and give it to the person'),
    expiresAt: isoTime,
  })
  .meta({ id: 'PasswordLink' });

const params = z.strictObject({ accountId: pathId });

export const listAccounts = operation({
  summary: 'Accounts by name',
  tag: 'accounts',
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(ACCOUNT_STATES).exactOptional(),
    text: z.string().min(1).max(200).exactOptional().describe('stands in name, displayed name or mail address'),
  }),
  answer: { status: 200, schema: pageOf(accountBody) },
});

export const showAccount = operation({
  summary: 'One account',
  tag: 'accounts',
  params,
  answer: { status: 200, schema: accountBody },
  problems: { 404: 'no such account' },
});

export const inviteAccount = operation({
  summary: 'A new account, and the link with which the person sets the password',
  tag: 'accounts',
  body: z.strictObject({
    name: z
      .string()
      .trim()
      .toLowerCase()
      .regex(ACCOUNT_NAME, 'must be 2 to 64 of a-z 0-9 . _ @ -, and begin with a letter or digit'),
    displayName,
    email: email.default(null),
    roles,
  }),
  answer: { status: 201, schema: z.strictObject({ account: accountBody, link }) },
  problems: { 409: 'there is an account of this name', 422: 'a department that there is not' },
});

export const changeAccount = operation({
  summary: 'Change roles or names, lock or unlock; a lock ends all sessions of the account',
  tag: 'accounts',
  params,
  body: z.strictObject({
    displayName: displayName.exactOptional(),
    email: email.exactOptional(),
    roles: roles.exactOptional(),
    locked: z.boolean().exactOptional(),
  }),
  headers: { 'if-match': 'version of the account that was seen, in quotes' },
  answer: { status: 200, schema: accountBody },
  problems: {
    404: 'no such account',
    409: 'somebody else has changed it meanwhile, or it is the last administrator; `account` is how it is now',
    422: 'a department that there is not',
  },
});

export const createPasswordLink = operation({
  summary:
    'A link with which the person sets a password, good once; voids the one before. The old password stays until then',
  tag: 'accounts',
  params,
  answer: { status: 201, schema: link },
  problems: { 404: 'no such account', 409: 'the password of this account is not kept here, or it is locked' },
});

export const endSessionsOf = operation({
  summary: 'End all sessions of an account',
  tag: 'accounts',
  params,
  answer: { status: 200, schema: z.strictObject({ ended: z.int() }) },
  problems: { 404: 'no such account' },
});
