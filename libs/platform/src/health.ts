import type { HealthCheck } from '@stadtfunk/http';
import type { Clock } from '@stadtfunk/kernel';
import type { MqttBridge } from '@stadtfunk/mqtt';
import type { Database } from '@stadtfunk/postgres';
import type { TelemetryStore } from '@stadtfunk/readings';
import type { FileUplinkLog } from '@stadtfunk/file-log';
import type { RedisUplinkLog } from '@stadtfunk/redis';
import type { Jobs } from './jobs-role.ts';

/* What a process cannot do its work without, each as a question that rejects with why not. */

export function recordsCheck({ pool }: Database): HealthCheck {
  return { name: 'records', probe: async () => void (await pool.query('select 1')) };
}

export function localLogCheck(log: FileUplinkLog): HealthCheck {
  return {
    name: 'uplink log',
    probe: async () => {
      const { lastFault } = await log.status();
      if (lastFault) throw new Error(`${lastFault.code}: ${lastFault.detail}`);
    },
  };
}

export function sharedLogCheck(log: RedisUplinkLog): HealthCheck {
  return { name: 'Redis', probe: async () => void (await log.heads()) };
}

/** Where the queue is in the database of the records, that is asked already. */
export function workQueueCheck(jobs: Jobs): HealthCheck {
  return {
    name: 'work queue',
    probe: () => (jobs.isReady() ? Promise.resolve() : Promise.reject(new Error('Redis does not answer'))),
  };
}

export function influxCheck(telemetry: TelemetryStore, clock: Clock): HealthCheck {
  return {
    name: 'InfluxDB',
    probe: async () => {
      const [from, to] = [clock.now(), clock.now() + 1];
      await telemetry.read({ subject: { deviceId: '-' }, from, to, quantities: [], order: 'asc', limit: 1 });
    },
  };
}

export function bridgeCheck(bridge: MqttBridge): HealthCheck {
  return {
    name: 'MQTT broker',
    probe: () => {
      const problem = bridge.isConnected ? null : (bridge.problem ?? 'not connected yet');
      return problem === null ? Promise.resolve() : Promise.reject(new Error(problem));
    },
  };
}
