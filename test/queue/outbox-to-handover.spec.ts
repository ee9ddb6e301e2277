import { BullWorkQueue, OutboxRelay } from '@stadtfunk/bullmq';
import {
  HandoverChannel,
  pollTask,
  readHandoverPlan,
  secretsOf,
  ticketSystemOf,
  type TargetPlan,
} from '@stadtfunk/handover';
import { SERVICE_NOW_SECRETS, startServiceNow, type ServiceNowServer } from '@stadtfunk/handover/testing';
import { Clock } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { notifyHandler } from '@stadtfunk/maintenance';
import { aJob } from '@stadtfunk/maintenance/testing';
import {
  PostgresHandoverRecords,
  PostgresMaintenanceStore,
  PostgresOutbox,
  PostgresPhotoStore,
} from '@stadtfunk/postgres';
import { emptyTables } from '@stadtfunk/postgres/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onEachQueueServer, type QueueServer } from './each-queue.ts';

class RunningClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

const quiet = { warn: () => {} };
const CHANNEL = 'handover-desk';
const FILE = (origin: string) => `
version: '1'
targets:
  - id: desk
    kind: servicenow
    instance: ${origin}
    table: incident
    auth: { basic: { user: HANDOVER_USER, password: HANDOVER_PASSWORD } }
    photos: true
    fields: { short_description: '{title.de}' }
    state:
      field: state
      out: { open: '1', assigned: '2', inProgress: '2', waiting: '3', done: '6', verified: '7', cancelled: '8' }
      in: { '1': open, '2': inProgress, '3': waiting, '6': done, '7': done, '8': cancelled }
    status: { every: 1 }
`;

onEachQueueServer((name, open) => {
  describe(`jobs on their way from the outbox to ServiceNow and back, with the queue on ${name}`, () => {
    const clock = new RunningClock();
    let queueServer: QueueServer;
    let outbox: PostgresOutbox;
    let maintenance: PostgresMaintenanceStore;
    let records: PostgresHandoverRecords;
    let photos: PostgresPhotoStore;
    let server: ServiceNowServer;
    let plan: TargetPlan;
    const running: { stop(): Promise<void> }[] = [];

    beforeAll(async () => {
      queueServer = await open();
      const { database } = queueServer;
      outbox = new PostgresOutbox(database);
      maintenance = new PostgresMaintenanceStore(database);
      records = new PostgresHandoverRecords(database);
      photos = new PostgresPhotoStore(database);
    });

    beforeEach(async () => {
      await emptyTables(queueServer.database.pool);
      await queueServer.empty();
      server = await startServiceNow();
      server.now = clock.now();
      const read = readHandoverPlan('handover.yaml', FILE(server.origin));
      if (!read.ok) throw new Error(JSON.stringify(read.error));
      plan = read.value.targets[0]!;
    });

    afterEach(async () => {
      for (const part of running.splice(0).reverse()) await part.stop();
      await server.close();
    });

    afterAll(() => queueServer.close());

    const createJob = async (jobName: string) => {
      const { jobId, kind, title, department, priority, createdAt } = aJob(jobName);
      const { pool } = queueServer.database;
      await pool.query(
        `insert into jobs (job_id, kind, title, department, priority, state, created_at)
         values ($1, $2, $3, $4, $5, 'open', $6)`,
        [jobId, kind, JSON.stringify(title), department, priority, new Date(createdAt)],
      );
      const job = await maintenance.findJob(jobId);
      await pool.query(`insert into outbox (type, at, data) values ('job.created', now(), $1)`, [JSON.stringify(job)]);
      return jobId;
    };
    /** A process with the role `jobs`. */
    const start = async () => {
      const system = ticketSystemOf(plan, { clock, secrets: secretsOf(SERVICE_NOW_SECRETS), allowPrivate: true });
      const parts = { records, jobs: maintenance, clock };
      const channel = new HandoverChannel({
        ...{ ...parts, plan, system, photos, holder: 'process', link: null },
        findAsset: async () => undefined,
      });
      const notify = { attempts: 6, backoffMs: 20, maxBackoffMs: 50 };
      const queue = new BullWorkQueue(queueServer.connection, quiet, { policies: { notify } });
      queue.handle('notify', notifyHandler(outbox, [channel], clock)).handle('scheduled', async () => {});
      await queue.start();
      running.push(queue);
      await queue.work();
      const run = { name: 'handover-desk', dueAt: 0, attempt: 1, signal: new AbortController().signal };
      return {
        relay: new OutboxRelay(outbox, queue, clock, quiet, { channels: [CHANNEL] }),
        poll: () => pollTask(plan, system, parts)(run),
      };
    };
    const deliveries = async () => {
      const { rows } = await queueServer.database.pool.query<{
        attempts: number;
        delivered: boolean;
        dead: boolean;
        last_error: string | null;
      }>(
        `select attempts, delivered_at is not null as delivered, given_up_at is not null as dead, last_error
         from deliveries order by event_id`,
      );
      return rows;
    };
    const closed = (count: number) =>
      eventually(`${count} deliveries are done`, async () => {
        const all = await deliveries();
        return all.length === count && all.every(({ delivered, dead }) => delivered || dead) ? all : undefined;
      });

    it('become one record though the connection is cut when it was made, and follow it', async () => {
      const jobId = await createJob('bin-1');
      server.mishaps = { POST: [{ kind: 'cut' }, { kind: 'broken' }] };
      const { relay, poll } = await start();

      await relay.relay();
      expect(await closed(1)).toMatchObject([{ attempts: 2, delivered: true, last_error: null }]);
      server.now = clock.now() + 1_000;
      server.change(server.rows[0]!.sys_id!, { state: '6' });
      await poll();
      await relay.relay();
      await closed(2);

      expect(server.rows).toHaveLength(1);
      expect(server.rows[0]).toMatchObject({ correlation_id: jobId, state: '6', sys_updated_by: 'dispatcher' });
      expect(await maintenance.findJob(jobId)).toMatchObject({ state: 'done' });
      expect((await maintenance.jobHistory(jobId)).map(({ actor, action }) => [actor, action])).toEqual([
        ['handover:desk', 'done'],
      ]);
    });

    it('take their photos along, each once though the answer is lost, and take them back', async () => {
      const jobId = await createJob('bin-1');
      const image = (...bytes: number[]) => {
        return {
          mediaType: 'image/jpeg',
          width: 4,
          height: 3,
          bytes: Uint8Array.from([0xff, 0xd8, ...bytes]),
        } as const;
      };
      const add = (picture: ReturnType<typeof image>) =>
        photos.add({ jobId, actor: 'Anna', at: clock.now(), image: picture });
      const { relay } = await start();
      await relay.relay();
      await closed(1);

      const first = await add(image(0, 1));
      await add(image(2, 0xff, 3));
      server.mishaps = { POST: [{ kind: 'cut' }] };
      await relay.relay();
      await closed(3);
      const bytes = server.attachments.map((file) => [...file.bytes]).sort();
      expect(bytes).toEqual([
        [0xff, 0xd8, 0, 1],
        [0xff, 0xd8, 2, 0xff, 3],
      ]);

      if (!('photoId' in first)) throw new Error(first.code);
      await photos.remove({ jobId, photoId: first.photoId, actor: 'Anna', at: clock.now() });
      await relay.relay();
      await closed(4);
      expect(server.attachments.map((file) => [...file.bytes])).toEqual([[0xff, 0xd8, 2, 0xff, 3]]);
    });

    it('wait as long as an instance asks that has too much to do', async () => {
      await createJob('bin-1');
      server.mishaps = { POST: [{ kind: 'status', status: 429, headers: { 'retry-after': '1' } }] };
      const { relay } = await start();
      const startedAt = performance.now();

      await relay.relay();
      // To be asked to wait is no failure.
      expect(await closed(1)).toMatchObject([{ attempts: 1, delivered: true }]);

      // One second, of which a timer may take off a little.
      expect(performance.now() - startedAt).toBeGreaterThan(950);
      expect(server.rows).toHaveLength(1);
    });

    it('are given up where what they say will not do, with nothing told that is not ours', async () => {
      const jobId = await createJob('bin-1');
      server.mishaps = { POST: [{ kind: 'status', status: 403 }] };
      const { relay } = await start();

      await relay.relay();

      expect(await closed(1)).toMatchObject([
        { attempts: 1, delivered: false, dead: true, last_error: 'handover.status: status 403' },
      ]);
      expect(await records.find({ target: 'desk', jobId })).toMatchObject({ problem: { detail: 'status 403' } });
    });
  });
});
