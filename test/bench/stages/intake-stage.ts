import { join } from 'node:path';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { Clock } from '@stadtfunk/kernel';
import { MqttIntake } from '@stadtfunk/mqtt';
import { UplinkIntake } from '@stadtfunk/uplinks';
import { fleetDirectory } from './fleet.ts';
import { measured, type StageTask } from './stage.ts';

const nobody = () => undefined;

class WallClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

/** aedes, group commit, file log: from the packets of the load to their PUBACK. The load is another process. */
export async function runIntakeStage(task: StageTask): Promise<void> {
  const log = await FileUplinkLog.open({ directory: join(task.folder, 'uplinks'), minFreeBytes: 0 });
  const queue = new UplinkIntake(log, {
    maxPending: 20_000,
    maxBatch: 4_096,
    appendTimeoutMs: 30_000,
    schedule: (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  let left = task.warmUp + task.uplinks;
  let finish: () => void = nobody;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const intake = new MqttIntake(
    {
      intake: queue,
      directory: fleetDirectory(task.devices),
      credentials: async (deviceId) => ({ deviceId, passwordHash: '' }),
      hashPassword: async () => '',
      // What a password costs is paid once per connection, and not measured here.
      verifyPassword: async () => true,
      clock: new WallClock(),
      log: { info: nobody, warn: nobody, error: nobody },
      onAcknowledged: () => {
        if (--left === 0) finish();
      },
    },
    { tcpPort: 0, maxConnections: 50_000, connectionsPerSecond: 1e6, connectionBurst: 1e6, maxWaitingToVerify: 1e6 },
  );
  const { tcpPort } = await intake.start();
  await measured(task, () => finished, tcpPort);
  await intake.stop();
  await log.close();
}
