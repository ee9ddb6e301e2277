import { describeTelemetryStore, readingOf } from '@stadtfunk/readings/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InfluxTelemetryStore } from './influx-telemetry-store.ts';
import { startInflux, type InfluxServer } from './testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const ALL = { from: 0, to: 2 * NOON, quantities: [], order: 'asc', limit: 1_000 } as const;

let server: InfluxServer;
let databases = 0;
const stores: InfluxTelemetryStore[] = [];

/** A store with a database of its own. */
function makeStore(more: object = {}): InfluxTelemetryStore {
  const store = new InfluxTelemetryStore({ url: server.url, bucket: `test ${++databases}`, ...more });
  stores.push(store);
  return store;
}

beforeAll(async () => {
  server = await startInflux();
});

afterAll(async () => {
  for (const store of stores) store.stop();
  await server.stop();
});

describeTelemetryStore('InfluxDB 1.6', async () => makeStore());
describeTelemetryStore('InfluxDB 1.6, in small parts', async () =>
  makeStore({ limits: { rowsPerQuery: 500, linesPerWrite: 300, gzipAboveBytes: 100 } }),
);
