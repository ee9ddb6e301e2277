import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_NOW_SECRETS, startServiceNow, type ServiceNowServer } from '@stadtfunk/handover/testing';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

const ORGANISATION = `version: '1'
departments:
  - id: waste
    name: { de: Abfallwirtschaft, en: Waste management }
    crews: [{ id: old-town, name: { de: Altstadt, en: Old town } }]
routing: [{ for: { department: waste, district: Altstadt }, crew: old-town }]
sla: [{ for: { department: waste }, within: PT2H }]
`;
const HANDOVER = (instance: string) => `version: '1'
targets:
  - id: desk
    kind: servicenow
    instance: ${instance}
    table: incident
    source: Stadtfunk
    auth: { basic: { user: HANDOVER_USER, password: HANDOVER_PASSWORD } }
    select: { department: waste }
    fields:
      short_description: '{title.de}'
      assignment_group: { from: department, map: { waste: group-7 }, otherwise: '' }
      due_date: { from: dueAt, as: utc }
    state:
      field: state
      out: { open: '1', assigned: '2', inProgress: '2', waiting: '3', done: '6', verified: '7', cancelled: '8' }
      in: { '1': open, '2': inProgress, '3': waiting, '6': done, '7': done, '8': cancelled }
    status: { every: 1 }
`;

interface Job {
  readonly jobId: string;
  readonly state: string;
  readonly crew: string | null;
  readonly dueAt: string;
}

let platform: PlatformProcess;
let folder: Awaited<ReturnType<typeof makeDataDir>>;
let instance: ServiceNowServer;
let bin: RegisteredDevice;

beforeAll(async () => {
  folder = await makeDataDir();
  instance = await startServiceNow();
  const [organisationFile, handoverFile] = [join(folder.dataDir, 'o.yaml'), join(folder.dataDir, 'h.yaml')];
  await writeFile(organisationFile, ORGANISATION);
  await writeFile(handoverFile, HANDOVER(instance.origin));
  const files = { ORGANISATION_FILE: organisationFile, HANDOVER_FILE: handoverFile };
  platform = await PlatformProcess.start(folder.dataDir, { ...files, ...SERVICE_NOW_SECRETS });
  bin = await register(platform, 'bin-1', 'stadtfunk-json', { type: 'WasteContainer', district: 'Altstadt' });
});
afterAll(async () => {
  await platform?.stop();
  await instance.close();
  await folder.remove();
});

it('An uplink becomes a job of the crew that the city names, a record in ServiceNow, and what is done there is done here', async () => {
  const device = await TestDevice.connect(platform.mqttUrl, bin);
  for (const fillingLevel of [0.97, 0.98, 0.99]) {
    await device.publish(JSON.stringify({ observedAt: new Date().toISOString(), values: { fillingLevel } }));
  }
  const job = await eventually('a job', async () => {
    const { items } = await platform.get<{ readonly items: readonly Job[] }>('/api/v1/jobs?asset=asset-of-bin-1');
    return items[0];
  });
  expect(job).toMatchObject({ state: 'open', department: 'waste', crew: 'old-town' });

  const record = await eventually('a record', () => instance.rows[0]);
  expect(instance.rows).toHaveLength(1);
  expect(record).toMatchObject({ correlation_id: job.jobId, state: '1', assignment_group: 'group-7' });
  expect(Date.parse(`${record['due_date']?.replace(' ', 'T')}Z`)).toBe(
    Math.floor(Date.parse(job.dueAt) / 1_000) * 1_000,
  );

  // Its time stands still unless it is told: a change must be later than the record.
  instance.now = Date.now();
  instance.change(record['sys_id']!, { state: '6', close_notes: 'Behälter geleert' });
  const isDone = async () => (await platform.get<Job>(`/api/v1/jobs/${job.jobId}`)).state === 'done';
  await eventually('the job is done', isDone, { timeoutMs: 100_000, everyMs: 500 });
  const { history } = await platform.get<{ readonly history: readonly object[] }>(`/api/v1/jobs/${job.jobId}`);
  expect(history.at(-1)).toMatchObject({ action: 'done', actor: expect.stringContaining('desk') as string });
  await device.end();
}, 150_000);
