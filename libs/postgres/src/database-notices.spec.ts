import { eventually } from '@stadtfunk/kernel/testing';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { idFrom } from '@stadtfunk/kernel';
import { Client, type PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyAlertChanges } from './alert-changes.ts';
import { DatabaseNotices } from './database-notices.ts';
import { openDatabase, type Database } from './database.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresOutbox } from './postgres-outbox.ts';
import { emptyTables, onEachDatabase, quiet, startPostgres } from './testing.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

async function inTransaction(
  database: Database,
  end: 'commit' | 'rollback',
  work: (client: PoolClient) => Promise<void>,
) {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query(end);
  } finally {
    client.release();
  }
}

function raise(name: string) {
  const {
    raisedAt,
    raisedBy: evidence,
    alertId,
    ruleId,
    ruleVersion,
    severity,
    title,
    subject,
    assetId,
    deviceId,
  } = anAlert(name);
  const { jobId, kind, department, priority, dueAt } = aJob(name);
  const job = { jobId, kind, title, department, priority, dueAt };
  const alert = { alertId, ruleId, ruleVersion, severity, title, subject, assetId, deviceId, raisedAt, evidence };
  return { type: 'raise', ...alert, job } as const;
}

const raiseIn = (name: string) => (client: PoolClient) => applyAlertChanges(client, [raise(name)], NOW);

onEachDatabase((name, open) => {
  describe(`notices of ${name}`, () => {
    let database: Database;
    let notices: DatabaseNotices;
    let heard: number;

    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      await emptyTables(database.pool);
      notices = new DatabaseNotices(database, quiet);
      notices.onEvents(() => heard++);
      await notices.start();
      heard = 0;
    });
    afterEach(() => notices.stop());

    const isHeard = () => eventually('a notice', () => heard > 0, { timeoutMs: 5_000, everyMs: 2 });

    /** What is announced while something is done, up to its end. */
    async function announced(work: () => Promise<void>): Promise<readonly string[]> {
      const client = new Client(database.poolConfig);
      const payloads: string[] = [];
      client.on('notification', ({ payload = '' }) => payloads.push(payload));
      await client.connect();
      await client.query('listen stadtfunk_events');
      await work();
      await database.pool.query(`notify stadtfunk_events, 'the end'`);
      await eventually('the end', () => payloads.includes('the end'));
      await client.end();
      return payloads;
    }

    it('come once per transaction in which the rules change something', async () => {
      const payloads = await announced(() =>
        inTransaction(database, 'commit', async (client) => {
          await raiseIn('a')(client);
          await raiseIn('b')(client);
        }),
      );

      expect(payloads).toEqual(['', 'the end']);
    });

    it('do not come of a transaction that was rolled back', async () => {
      expect(await announced(() => inTransaction(database, 'rollback', raiseIn('a')))).toEqual(['the end']);
    });

    it('come of everything that people do, and of a delivery that is tried again', async () => {
      await inTransaction(database, 'commit', raiseIn('a'));
      await isHeard();
      const store = new PostgresMaintenanceStore(database);
      const outbox = new PostgresOutbox(database);
      const [jobId, eventId] = [aJob('a').jobId, (await outbox.waiting(1))[0]!.eventId];
      const failed = { eventId, channel: 'webhook', attempts: 12, deliveredAt: null, lastError: 'x', givenUpAt: NOW };
      await outbox.recordDelivery(failed);

      for (const act of [
        () => store.acknowledgeAlert(idFrom('alert', 'a'), 'Anna Weber', NOW),
        () => store.moveJob({ jobId, action: 'start', actor: 'Anna Weber', at: NOW }),
        () => store.commentJob(jobId, 'Anna Weber', NOW, 'x'),
        () => outbox.retryDelivery({ eventId, channel: 'webhook' }),
      ]) {
        heard = 0;
        await act();
        await isHeard();
      }
    });

    it('reach every process, and end with its stop', async () => {
      const other = new DatabaseNotices(database, quiet);
      let otherHeard = 0;
      other.onEvents(() => otherHeard++);
      await other.start();
      otherHeard = 0;
      await notices.stop();

      await inTransaction(database, 'commit', raiseIn('a'));

      await eventually('the notice of the other', () => otherHeard === 1);
      expect(heard).toBe(0);
      await other.stop();
    });

    it('say that there may be something, as soon as they begin', async () => {
      await notices.stop();
      await notices.start();

      expect(heard).toBe(1);
    });
  });
});

describe('notices of a server that goes away', () => {
  it('come again when it is back, and tell that some may have been missed', async () => {
    const server = await startPostgres();
    const said: string[] = [];
    const say = (_fields: object, message: string) => void said.push(message);
    const database = await openDatabase({ url: server.url }, quiet);
    const notices = new DatabaseNotices(database, { info: say, warn: say }, { pauseMs: 10, maxPauseMs: 50 });
    let heard = 0;
    notices.onEvents(() => heard++);
    try {
      await notices.start();
      await server.interrupt();
      await eventually('the loss', () => said.length === 1);
      heard = 0;

      await server.resume();
      await eventually('the return', () => heard === 1);
      await inTransaction(database, 'commit', raiseIn('a'));

      await eventually('a notice', () => heard === 2);
      expect(said).toEqual(['events are not announced: they are noticed later', 'events are announced again']);
    } finally {
      await notices.stop();
      await database.close();
      await server.stop();
    }
  });

  it('come after a connection was ended by the server', async () => {
    const server = await startPostgres();
    const database = await openDatabase({ url: server.url }, quiet);
    const notices = new DatabaseNotices(database, quiet, { pauseMs: 10 });
    let heard = 0;
    notices.onEvents(() => heard++);
    try {
      await notices.start();

      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen stadtfunk%'`,
      );

      await eventually('the new connection', () => heard === 2);
    } finally {
      await notices.stop();
      await database.close();
      await server.stop();
    }
  });

  it('do not keep a process from starting or stopping while it is away', async () => {
    const server = await startPostgres();
    const database = await openDatabase({ url: server.url }, quiet);
    await server.interrupt();
    const notices = new DatabaseNotices(database, quiet);

    await notices.start();
    await notices.stop();

    await database.close();
    await server.stop();
  });
});
