import { messageOf } from '@stadtfunk/kernel';
import type { InfluxConnection } from './influx-connection.ts';
import { failureOf } from './faults.ts';
import { queryContent } from './influx-query.ts';
import { quotedName } from './influx-ql.ts';
import type { BucketOptions } from './influx-options.ts';

const DAY_S = 86_400;

/**
 * 1.x: creates the database; does nothing if it is there, also if it keeps data for another time. Without the right to do
 * so the first write tells whether the database is there.
 */
export async function createDatabase(connection: InfluxConnection, options: BucketOptions): Promise<void> {
  const { keptDays, shardDays } = options;
  const kept = keptDays === null ? 'inf' : `${keptDays * DAY_S}s`;
  const shards = shardDays === undefined ? '' : `shard duration ${shardDays * DAY_S}s `;
  // Without `with`, nothing is said about a database that is there.
  const isDefault = keptDays === null && shardDays === undefined;
  const retention = isDefault ? '' : ` with duration ${kept} replication 1 ${shards}name "autogen"`;
  const results = await queryContent(connection, '', `create database ${quotedName(options.bucket)}${retention}`);
  const refused = results[0]?.error;
  if (refused) {
    options.log?.warn(
      { bucket: options.bucket, reason: refused },
      'InfluxDB did not create the database as configured',
    );
  }
}

/** 2.x: creates the bucket in the organisation if it is not there. Without the right to do so the first write tells. */
export async function createBucket(connection: InfluxConnection, options: BucketOptions): Promise<void> {
  const { bucket, org = '', log } = options;
  const get = async (path: string, search: Record<string, string>) =>
    (await connection.request(`${path}?${new URLSearchParams(search).toString()}`, '', { method: 'GET' })).content;
  try {
    // Of a bucket that is not there some versions answer an empty list, some 404.
    const found = await get('/api/v2/buckets', { org, name: bucket }).catch((thrown: unknown) => {
      if (failureOf(thrown).kind === 'missing') return undefined;
      throw thrown;
    });
    if (listIn(found, 'buckets').length > 0) return;
    const orgID = idIn(listIn(await get('/api/v2/orgs', { org }), 'orgs')[0]);
    const retentionRules = retentionRulesOf(options);
    await connection.request('/api/v2/buckets', JSON.stringify({ orgID, name: bucket, retentionRules }), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
  } catch (thrown) {
    if (failureOf(thrown).kind === 'away') throw thrown;
    log?.warn({ bucket, reason: messageOf(thrown) }, 'InfluxDB did not let the bucket be looked up or created');
  }
}

/** 0 seconds: for ever. */
function retentionRulesOf({ keptDays, shardDays }: BucketOptions): readonly object[] {
  if (keptDays === null && shardDays === undefined) return [];
  const shards = shardDays === undefined ? {} : { shardGroupDurationSeconds: shardDays * DAY_S };
  return [{ type: 'expire', everySeconds: (keptDays ?? 0) * DAY_S, ...shards }];
}

function listIn(content: unknown, name: string): readonly unknown[] {
  const list = typeof content === 'object' && content !== null ? Object.entries(content) : [];
  const found: unknown = list.find(([key]) => key === name)?.[1];
  return Array.isArray(found) ? found : [];
}

function idIn(item: unknown): string {
  if (typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string') return item.id;
  throw new Error('no such organisation');
}
