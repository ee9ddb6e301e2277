import type { AuditedThing } from '@stadtfunk/accounts';
import { sql, type SQL } from 'drizzle-orm';
import { isStorable, isUuid } from './page-cursor.ts';
import { lockAccounts } from './accounts-lock.ts';
import type { Transaction } from './query.ts';
import { lockRegistry } from './registry-lock.ts';

interface Source {
  readonly table: string;
  readonly key: string;
  readonly isKey: (id: string) => boolean;
  /** Secret, or so long that an entry need not have it. */
  readonly without: readonly string[];
  /** Further members, from `t`. */
  readonly with?: SQL;
}

/** What follows from the rest. */
const NOTES = ['revision', 'modified_at', 'words'];

/** What entries can be about, by kind. */
const SOURCES: Readonly<Record<string, Source>> = {
  account: { table: 'accounts', key: 'account_id', isKey: isUuid, without: ['password_hash'] },
  alert: {
    ...{ table: 'alerts', key: 'alert_id', isKey: isUuid },
    without: ['explanation', 'raised_by', 'cleared_by', 'title'],
  },
  asset: { table: 'assets', key: 'asset_id', isKey: isStorable, without: NOTES },
  device: {
    ...{ table: 'devices', key: 'device_id', isKey: isStorable, without: ['password_hash', ...NOTES] },
    with: sql`jsonb_build_object('asset_id',
      (select b.asset_id from bindings b where b.device_id = t.device_id and b.unbound_at is null))`,
  },
  job: {
    ...{ table: 'jobs', key: 'job_id', isKey: isUuid, without: ['title', 'evidence'] },
    with: sql`jsonb_build_object(
      'photos', (select count(*) from job_photos p where p.job_id = t.job_id),
      'comments', (select count(*) from job_history h where h.job_id = t.job_id and h.action = 'comment'))`,
  },
  tour: { table: 'tours', key: 'tour_id', isKey: isUuid, without: [] },
  window: { table: 'maintenance_windows', key: 'window_id', isKey: isUuid, without: [] },
};

/** Writers of these take a lock of their own before that of the row: whoever locks in another order may wait for ever. */
const FIRST_LOCKS: Readonly<Record<string, (tx: Transaction) => Promise<void>>> = {
  account: lockAccounts,
  asset: lockRegistry,
  device: lockRegistry,
};

/** Keeps others from changing a thing until the transaction ends, so that what is read of it then is what gets changed. */
export async function lockThing(tx: Transaction, { kind, id }: AuditedThing): Promise<void> {
  const source = SOURCES[kind];
  if (!source || id === null || !source.isKey(id)) return;
  await FIRST_LOCKS[kind]?.(tx);
  // By a statement of its own: the next one sees what was committed while this waited.
  await tx.execute(sql`
    select from ${sql.identifier(source.table)} t where t.${sql.identifier(source.key)} = ${id} for update`);
}

/** A thing as it stands in the records, by the names of its members; null: there is none, or no such kind is known. */
export async function thingNow(
  tx: Transaction,
  { kind, id }: AuditedThing,
): Promise<Readonly<Record<string, unknown>> | null> {
  const source = SOURCES[kind];
  if (!source || id === null || !source.isKey(id)) return null;
  const { table, key, without } = source;
  const left = sql`array[${sql.join(
    ['', ...without].map((name) => sql`${name}`),
    sql`, `,
  )}]::text[]`;
  const more = source.with ?? sql`'{}'::jsonb`;
  const { rows } = await tx.execute<{ thing: Record<string, unknown> }>(sql`
    select (to_jsonb(t) - ${left}) || ${more} as thing
    from ${sql.identifier(table)} t where t.${sql.identifier(key)} = ${id}`);
  return rows[0] ? inCamelCase(rows[0].thing) : null;
}

export function isKnownKind(kind: string): boolean {
  return kind in SOURCES;
}

function inCamelCase(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const camel = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));
}
