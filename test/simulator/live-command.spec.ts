import { eventually } from '@stadtfunk/kernel/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { CommandLine } from './command.ts';

/** The shortest interval that a device takes, and how long it may take until it has heard of it. */
const INTERVAL_MS = 60_000;
const HEARD_WITHIN_MS = 30_000;

describe('the command for a city for people to watch', { timeout: 180_000 }, () => {
  const line = new CommandLine();
  let broker: MosquittoServer;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;
  let operator: MqttClient;

  beforeAll(async () => {
    folder = await makeDataDir();
    [broker, platform] = await Promise.all([startMosquitto(), PlatformProcess.start(folder.dataDir)]);
    operator = await connectAsync(broker.url);
  });
  afterAll(async () => {
    await operator?.endAsync(true);
    await platform?.stop();
    await broker?.stop();
    line.remove();
    await folder?.remove();
  });

  it('lets devices hear what the broker has for them with --downlinks, who report as they are told', async () => {
    const uplinks: { readonly deviceId: string; readonly at: number }[] = [];
    operator.on('message', (topic) => uplinks.push({ deviceId: topic.split('/').at(-2)!, at: Date.now() }));
    await operator.subscribeAsync('stadtfunk/v1/+/up', { qos: 1 });
    const { child, ended, told } = line.start(
      [
        ...['simulate', '--api', platform.apiUrl, '--mqtt', broker.url, '--speed', '1', '--size', '0.02'],
        ...['--downlinks', 'city/{deviceId}/down'],
      ],
      { STADTFUNK_ADMIN_TOKEN: platform.token },
    );
    await eventually('the city goes on', () => told().includes('devices publish to'), { timeoutMs: 60_000 });
    const devices = await platform.all<{ readonly deviceId: string; readonly model: string }>('/api/v1/devices');
    const lamps = devices.flatMap(({ deviceId, model }) => (model === 'ucifi-streetlight' ? [deviceId] : []));
    expect(lamps).toHaveLength(3);

    // Kept by the broker until the device subscribes. Else a lamp reports every half hour.
    const command = `[{"n":"/1/0/3","v":${INTERVAL_MS / 1_000}}]`;
    const toldAt = Date.now();
    for (const lamp of lamps) await operator.publishAsync(`city/${lamp}/down`, command, { qos: 1, retain: true });
    const answered = () =>
      lamps.filter((lamp) => uplinks.some(({ deviceId, at }) => deviceId === lamp && at - toldAt >= INTERVAL_MS));
    const timeoutMs = INTERVAL_MS + HEARD_WITHIN_MS;
    await eventually('all lamps report after a minute', () => answered().length === lamps.length, { timeoutMs });
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  });
});
