import { randomUUID } from 'node:crypto';
import { Fault, messageOf } from '@stadtfunk/kernel';
import type { Redis } from 'ioredis';
import { LOG_KEY, stateKey } from './keys.ts';

const FORMAT = 1;
const MAX_PARTITIONS = 4_096;

export interface LogIdentity {
  readonly logId: string;
  readonly partitions: number;
}

/** The identity of the log in this Redis; the first one to come makes it. Fault `log.corrupt`: it is not ours, or damaged. */
export async function readIdentity(redis: Redis, partitions: number, existingOnly = false): Promise<LogIdentity> {
  if (!validPartitions(partitions)) throw new RangeError(`partitions must be 1 to ${MAX_PARTITIONS}`);
  const known = await redis.get(LOG_KEY);
  if (known === null && existingOnly) throw new Fault('log.missing', 'there is no uplink log in this Redis', false);
  const identity = parse(known ?? (await create(redis, partitions)));
  const states = Array.from({ length: identity.partitions }, (_, partition) => stateKey(partition));
  const owners = await Promise.all(
    states.map(async (key) => {
      if (!existingOnly) await redis.hsetnx(key, 'log', identity.logId);
      const owner = await redis.hget(key, 'log');
      return owner ?? identity.logId;
    }),
  );
  const foreign = owners.findIndex((owner) => owner !== identity.logId);
  if (foreign >= 0) throw corrupt(`partition ${foreign} belongs to another log`);
  return identity;
}

/** Whoever sets it first wins; everybody reads what stands there then. */
async function create(redis: Redis, partitions: number): Promise<string> {
  const states = Array.from({ length: partitions }, (_, partition) => stateKey(partition));
  const known = await Promise.all(states.map((key) => redis.exists(key)));
  const later = await redis.get(LOG_KEY);
  if (later !== null) return later;
  if (known.includes(1)) throw corrupt(`there are partitions, but ${LOG_KEY} is missing`);
  const text = JSON.stringify({ format: FORMAT, logId: randomUUID(), partitions });
  await redis.setnx(LOG_KEY, text);
  return (await redis.get(LOG_KEY)) ?? text;
}

function parse(text: string): LogIdentity {
  let stored: Partial<LogIdentity & { readonly format: number }> | null;
  try {
    stored = JSON.parse(text) as typeof stored;
  } catch (thrown) {
    throw corrupt(`${LOG_KEY}: ${messageOf(thrown)}`);
  }
  const { format, logId, partitions } = stored ?? {};
  if (format !== FORMAT) throw corrupt(`${LOG_KEY}: the format is not ${FORMAT}`);
  if (typeof logId !== 'string' || logId === '' || !validPartitions(partitions)) {
    throw corrupt(`${LOG_KEY}: logId or partitions are wrong`);
  }
  return { logId, partitions };
}

function validPartitions(partitions: number | undefined): partitions is number {
  return Number.isInteger(partitions) && partitions! >= 1 && partitions! <= MAX_PARTITIONS;
}

function corrupt(detail: string): Fault {
  return new Fault('log.corrupt', detail, false);
}
