import { sql } from 'drizzle-orm';
import {
  bigserial,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const id = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Who can sign in. */
export const accounts = pgTable(
  'accounts',
  {
    accountId: uuid('account_id').primaryKey().defaultRandom(),
    name: id('name').notNull().unique('accounts_name'),
    displayName: text('display_name').notNull(),
    email: text('email'),
    /** `{ role, departments }`, several. */
    roles: jsonb('roles').notNull(),
    state: text('state').notNull(),
    source: text('source').notNull(),
    /** PHC string; null: none was set. */
    passwordHash: text('password_hash'),
    /** Of an identity provider. */
    issuer: text('issuer'),
    subject: text('subject'),
    createdAt: time('created_at').notNull(),
    lastSignInAt: time('last_sign_in_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    uniqueIndex('accounts_identity')
      .on(table.issuer, table.subject)
      .where(sql`issuer is not null`),
  ],
);

/** From where somebody has signed in to which account, unreadable: whoever guesses from elsewhere does not slow him down. */
export const accountNetworks = pgTable(
  'account_networks',
  {
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.accountId),
    network: id('network').notNull(),
    seenAt: time('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.network] }),
    index('account_networks_by_network').on(table.network, table.seenAt),
  ],
);

export const sessions = pgTable(
  'sessions',
  {
    sessionId: uuid('session_id').primaryKey().defaultRandom(),
    keyHash: id('key_hash').notNull().unique('sessions_key'),
    /** null: of the API token. */
    accountId: uuid('account_id').references(() => accounts.accountId),
    method: text('method').notNull(),
    openedAt: time('opened_at').notNull(),
    lastSeenAt: time('last_seen_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    address: text('address'),
    agent: text('agent'),
    /** With which the identity provider can be asked again, sealed; null: it cannot. */
    renewal: text('renewal'),
    /** When it was last asked. */
    vouchedAt: time('vouched_at'),
  },
  (table) => [index('sessions_by_account').on(table.accountId), index('sessions_by_end').on(table.expiresAt)],
);

export const oneTimeCodes = pgTable(
  'one_time_codes',
  {
    codeHash: id('code_hash').primaryKey(),
    purpose: text('purpose').notNull(),
    accountId: uuid('account_id').references(() => accounts.accountId),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [index('one_time_codes_by_account').on(table.accountId)],
);

/** Failed attempts to sign in, in a row. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    key: id('key').primaryKey(),
    count: integer('count').notNull(),
    lastAt: time('last_at').notNull(),
  },
  (table) => [index('sign_in_attempts_by_time').on(table.lastAt)],
);

/** Who changed what. Rows are only added; a trigger of the migration refuses to change them. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    entryId: bigserial('entry_id', { mode: 'number' }).primaryKey(),
    at: time('at').notNull(),
    accountId: text('account_id'),
    actor: id('actor').notNull(),
    way: text('way').notNull(),
    address: text('address'),
    permission: text('permission'),
    action: text('action').notNull(),
    thingKind: id('thing_kind'),
    thingId: id('thing_id'),
    asked: jsonb('asked'),
    outcome: text('outcome').notNull(),
    code: text('code'),
    before: jsonb('before'),
    after: jsonb('after'),
    requestId: text('request_id'),
  },
  (table) => [
    index('audit_entries_by_time').on(table.at),
    index('audit_entries_by_actor').on(table.actor, table.entryId),
    index('audit_entries_by_thing').on(table.thingKind, table.thingId, table.entryId),
  ],
);
