import { Fault } from '@stadtfunk/kernel';
import type { InfluxConnection } from './influx-connection.ts';
import { createBucket, createDatabase } from './create-bucket.ts';
import type { BucketOptions } from './influx-options.ts';

/** What the server is, as far as it matters. */
export interface InfluxServer {
  readonly version: string;
  readonly major: number;
  /** Where line protocol goes. */
  readonly writePath: string;
}

/** Asks the server for its version and makes sure that it has the bucket. */
export async function meetServer(connection: InfluxConnection, options: BucketOptions): Promise<InfluxServer> {
  const version = await versionOf(connection);
  const [major, minor] = numbersOf(version);
  if (major === 1) await createDatabase(connection, options);
  if (major === 2) await createBucket(connection, options);
  const server = { version, major, writePath: writePathOf(major, minor, options) };
  options.log?.info({ version, bucket: options.bucket }, 'connected to InfluxDB');
  return server;
}

/** `1.6.7~rc0`, `1.8.10`, `v2.7.1` in the header of a ping; 3.x says it in a body, too. */
async function versionOf(connection: InfluxConnection): Promise<string> {
  const { headers, content } = await connection.request('/ping', '', { method: 'GET' });
  const said = headers['x-influxdb-version'] ?? versionIn(content);
  if (typeof said === 'string' && said !== '') return said;
  const health = await connection.request('/health', '', { method: 'GET' });
  return versionIn(health.content) ?? '';
}

function versionIn(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null || !('version' in content)) return undefined;
  return typeof content.version === 'string' ? content.version : undefined;
}

function numbersOf(version: string): [major: number, minor: number] {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  if (match) return [Number(match[1]), Number(match[2])];
  throw new Fault('telemetry.failed', 'InfluxDB: the server does not say which version it is', false);
}

/** InfluxDB knows the way of 2.x from 1.8 on. */
function writePathOf(major: number, minor: number, { bucket, org }: BucketOptions): string {
  const isOld = major === 1 && minor < 8;
  const target = isOld ? { db: bucket } : { org: org ?? '', bucket };
  return `${isOld ? '/write' : '/api/v2/write'}?${new URLSearchParams({ ...target, precision: 'ms' }).toString()}`;
}
